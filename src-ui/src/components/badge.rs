//! A state as icon, word and colour.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::format::words::{AccountStatus, Tone};

/// A state in a word.
#[component]
pub(crate) fn Badge(tone: Tone, glyph: Glyph, #[prop(into)] label: String) -> impl IntoView {
    view! { <span class="badge" data-tone=tone.as_str()><Icon glyph/>{label}</span> }
}

/// An account's state.
#[component]
pub(crate) fn StatusBadge(
    status: AccountStatus,
    #[prop(optional, into)] label: Option<String>,
) -> impl IntoView {
    let label = label.unwrap_or_else(|| status.label().to_owned());
    view! { <Badge tone=status.tone() glyph=status.glyph() label/> }
}
