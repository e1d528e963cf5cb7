//! A part of the system: its state in a word and a sentence, how fast it answered, and when.

use leptos::prelude::*;
use voiceassist_contract::Time;

use crate::components::icon::{Glyph, Icon};
use crate::format::words::Tone;
use crate::format::{numbers, times};
use crate::state::app;
use crate::state::clock::offset;

/// What a row says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct StatusLine {
    /// The part's name.
    pub(super) name: String,
    /// How good or bad it is.
    pub(super) tone: Tone,
    /// Its state in a word.
    pub(super) word: &'static str,
    /// Its state in a sentence.
    pub(super) sentence: String,
    /// How long its answer took.
    pub(super) latency_ms: Option<u64>,
    /// When that was.
    pub(super) checked_at: Option<Time>,
}

/// A row; `children` stand before the latency.
#[component]
pub(super) fn StatusRow(line: StatusLine, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    let state = app();
    let glyph = match line.tone {
        Tone::Neutral => Glyph::Clock,
        tone => tone.glyph(),
    };
    let checked_at = line.checked_at;
    view! {
        <li class="status-row" data-tone=line.tone.as_str()>
            <Icon glyph/>
            <h3>{line.name}</h3>
            <p><strong>{line.word}"."</strong> " " {line.sentence}</p>
            <span class="status-graph">{children.map(|children| children())}</span>
            <span class="status-number">{line.latency_ms.map(numbers::latency)}</span>
            <span class="status-number" title=checked_at.map(|then| times::exact(then, offset))>
                {move || checked_at.map(|then| times::age(then, state.now.get()))}
            </span>
        </li>
    }
}
