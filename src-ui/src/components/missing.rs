//! What the connected server cannot do, said where one would look for it.

use leptos::prelude::*;
use voiceassist_contract::ipc::Ability;

use super::field::unique_id;
use super::icon::{Glyph, Icon};
use crate::format::capabilities::why;
use crate::state::app;

/// Why the server cannot do this; nothing if it can.
pub(crate) fn why_missing(ability: Ability) -> Option<&'static str> {
    app().session.lacks(ability).map(|reason| why(ability, reason))
}

/// A sentence that stands in the place of what is missing, and nothing where it is not.
#[component]
pub(crate) fn MissingNote(ability: Ability) -> impl IntoView {
    move || {
        why_missing(ability)
            .map(|sentence| view! { <p class="missing"><Icon glyph=Glyph::Info/><span>{sentence}</span></p> })
    }
}

/// A button for something that the server may not be able to do. It can be reached all the same, by keyboard too,
/// and then says why nothing happens.
#[component]
pub(crate) fn AbilityButton(
    ability: Ability,
    label: &'static str,
    /// Why it cannot be pressed although the server can do it.
    #[prop(into)]
    refused_because: Signal<Option<&'static str>>,
    #[prop(into)] on_press: Callback<()>,
) -> impl IntoView {
    let toasts = app().toasts;
    let id = unique_id("reason");
    let reason = Memo::new(move |_| why_missing(ability).or(refused_because.get()));
    let press = move |_| match reason.get_untracked() {
        Some(sentence) => toasts.inform(sentence),
        None => on_press.run(()),
    };
    view! {
        <button
            type="button"
            class="button"
            aria-disabled=move || reason.get().map(|_| "true")
            aria-describedby=id.clone()
            title=move || reason.get()
            on:click=press
        >
            {label}
        </button>
        <span id=id hidden>{move || reason.get()}</span>
    }
}
