//! The chips: one filter at a time, each with how many rows it would show.

use leptos::prelude::*;

use crate::components::missing::why_missing;
use crate::format::capabilities::needed_by;
use crate::format::numbers::thousands;
use crate::state::accounts::{Chip, ListQuery};
use crate::state::app;

/// The row of chips.
#[component]
pub(super) fn Chips() -> impl IntoView {
    view! {
        <div class="chips" role="group" aria-label="Filter">
            {Chip::ALL.map(|chip| view! { <ChipButton chip/> }).collect_view()}
        </div>
    }
}

/// A chip; what the server does not know cannot be counted and not be pressed, but says why.
#[component]
fn ChipButton(chip: Chip) -> impl IntoView {
    let state = app();
    let list = state.accounts;
    let reason = Memo::new(move |_| needed_by(chip).and_then(why_missing));
    let press = move |_| match reason.get_untracked() {
        Some(sentence) => state.toasts.inform(sentence),
        None => {
            let query = list.query.with_untracked(|query| ListQuery { chip, ..query.clone() });
            state.ask_accounts(query);
        }
    };
    let count = move || {
        let known = list.counts.with(|counts| counts.as_ref().map(|counts| thousands(chip.count(counts))));
        known.filter(|_| reason.get().is_none())
    };
    view! {
        <button
            type="button"
            class="chip"
            aria-pressed=move || list.query.with(|query| query.chip == chip).to_string()
            aria-disabled=move || reason.get().map(|_| "true")
            title=move || reason.get()
            on:click=press
        >
            {chip.label()} " " <strong>{count}</strong>
        </button>
    }
}
