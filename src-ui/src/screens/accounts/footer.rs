//! The line below the table: how many, in which order, how old.

use leptos::prelude::*;
use voiceassist_contract::accounts::Order;
use voiceassist_contract::ipc::{Ability, Loading, LoadingState};

use crate::components::icon::{Glyph, Icon};
use crate::components::missing::why_missing;
use crate::format::{numbers, sentences, times, words};
use crate::state::accounts::Rows;
use crate::state::app;

/// The footer.
#[component]
pub(super) fn Footer() -> impl IntoView {
    let state = app();
    let list = state.accounts;
    let how_many = move || match list.loading.get() {
        Some(loading) => Some(so_far(loading)),
        None => list.total.get().map(|total| numbers::count(total as u64, "account", "accounts")),
    };
    let has_broken_off = move || {
        list.loading.with(|loading| loading.is_some_and(|loading| loading.state == LoadingState::BrokenOff))
    };
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
            <Show when=has_broken_off>
                <button type="button" class="button quiet small" on:click=move |_| state.refresh_accounts()>"Go on"</button>
            </Show>
            <span>{sorted}</span>
            <DoneHere/>
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

/// How far loading has come, where the list is searched and sorted here.
fn so_far(loading: Loading) -> String {
    let loaded = numbers::thousands(loading.loaded);
    match (loading.state, loading.expected.filter(|expected| *expected > loading.loaded)) {
        (LoadingState::UnderWay, Some(expected)) => {
            format!("Loaded {loaded} of {} so far", numbers::thousands(expected))
        }
        (LoadingState::UnderWay, None) => format!("Loaded {loaded} so far"),
        (LoadingState::BrokenOff, _) => format!("Loading stopped after {loaded}"),
        (LoadingState::TooMany, _) => format!("Only the first {loaded}; search for the others"),
    }
}

/// What this computer does in the server’s place, if anything.
#[component]
fn DoneHere() -> impl IntoView {
    let session = app().session;
    let sentence = move || match (session.can(Ability::SearchOnServer), session.can(Ability::SortOnServer)) {
        (true, true) => None,
        (true, false) => Some("Sorted on this computer"),
        (false, true) => Some("Searched on this computer"),
        (false, false) => Some("Searched and sorted on this computer"),
    };
    let title = move || {
        let why = [Ability::SearchOnServer, Ability::SortOnServer, Ability::TotalOnServer].map(why_missing);
        why.into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    move || sentence().map(|sentence| view! { <span title=title>{sentence}</span> })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_loading_has_come_is_said_in_one_sentence() {
        let loading = |state, expected| Loading { loaded: 1_200, expected, state };
        for (loading, sentence) in [
            (loading(LoadingState::UnderWay, None), "Loaded 1,200 so far"),
            (loading(LoadingState::UnderWay, Some(4_812)), "Loaded 1,200 of 4,812 so far"),
            (loading(LoadingState::UnderWay, Some(1_100)), "Loaded 1,200 so far"),
            (loading(LoadingState::BrokenOff, Some(4_812)), "Loading stopped after 1,200"),
            (loading(LoadingState::TooMany, None), "Only the first 1,200; search for the others"),
        ] {
            assert_eq!(so_far(loading), sentence);
        }
    }
}
