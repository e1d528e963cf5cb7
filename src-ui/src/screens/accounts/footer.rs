//! The line below the table: how many, in which order, how old.

use leptos::prelude::*;
use voiceassist_contract::accounts::Order;

use crate::components::icon::{Glyph, Icon};
use crate::format::{numbers, sentences, times, words};
use crate::state::accounts::Rows;
use crate::state::app;

/// The footer.
#[component]
pub(super) fn Footer() -> impl IntoView {
    let state = app();
    let list = state.accounts;
    let how_many = move || list.total.get().map(|total| numbers::count(total as u64, "account", "accounts"));
    let sorted = move || {
        list.query.with(|query| {
            let direction = if query.order == Order::Desc { ", descending" } else { "" };
            format!("Sorted by {}{direction}", words::sort_key(query.sort))
        })
    };
    let updated =
        move || list.updated_at.get().map(|then| format!("Updated {}", times::age(then, state.now.get())));
    // With rows on the screen, what failed is loading more of them; that the server is away is said above.
    let failure = move || {
        let has_rows = !list.rows.with(Rows::is_empty);
        let failure = list.failure.get().filter(|failure| has_rows && !failure.is_about_the_connection())?;
        Some(sentences::general(&failure))
    };
    view! {
        <footer class="table-footer">
            <span role="status">{how_many}</span>
            <span>{sorted}</span>
            <span class="spread"></span>
            {move || failure().map(|sentence| view! {
                <span class="table-trouble">{sentence}</span>
                <button type="button" class="button quiet small" on:click=move |_| state.refresh_accounts()>"Try again"</button>
            })}
            <span>{updated}</span>
            <button
                type="button"
                class="button quiet small square"
                aria-label="Refresh"
                title="Refresh"
                aria-busy=move || list.is_loading.get().then_some("true")
                on:click=move |_| state.refresh_accounts()
            >
                <Icon glyph=Glyph::Refresh/>
            </button>
        </footer>
    }
}
