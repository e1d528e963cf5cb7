//! A sentence that stands in the page as long as it is true.

use leptos::prelude::*;

use super::icon::Icon;
use crate::format::words::Tone;

/// A sentence in a box. Problems are announced at once, anything else when the reader pauses.
#[component]
pub(crate) fn Notice(tone: Tone, children: Children) -> impl IntoView {
    let role = if tone == Tone::Problem { "alert" } else { "status" };
    view! {
        <div class="notice" data-tone=tone.as_str() role=role>
            <Icon glyph=tone.glyph()/>
            <div class="notice-text">{children()}</div>
        </div>
    }
}
