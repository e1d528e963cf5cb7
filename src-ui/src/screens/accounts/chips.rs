//! The chips: one filter at a time, each with how many rows it would show.

use leptos::prelude::*;

use crate::format::numbers::thousands;
use crate::state::accounts::{Chip, ListQuery};
use crate::state::app;

/// The row of chips.
#[component]
pub(super) fn Chips() -> impl IntoView {
    let state = app();
    let list = state.accounts;
    view! {
        <div class="chips" role="group" aria-label="Filter">
            {Chip::ALL.map(|chip| view! {
                <button
                    type="button"
                    class="chip"
                    aria-pressed=move || list.query.with(|query| query.chip == chip).to_string()
                    on:click=move |_| {
                        let query = list.query.with_untracked(|query| ListQuery { chip, ..query.clone() });
                        state.ask_accounts(query);
                    }
                >
                    {chip.label()} " "
                    <strong>
                        {move || list.counts.with(|counts| counts.as_ref().map(|counts| thousands(chip.count(counts))))}
                    </strong>
                </button>
            }).collect_view()}
        </div>
    }
}
