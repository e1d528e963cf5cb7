//! The accounts: search, chips, the table, and what stands there when there is nothing to show.

mod chips;
mod footer;
mod keys;
mod row;
mod search;
mod table;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::page::Heading;
use crate::components::failed::Failed;
use crate::components::focus::{focus_soon, is_dialog_open, is_typing};
use crate::components::icon::{Glyph, Icon};
use crate::state::accounts::{ListQuery, Rows};
use crate::state::app;
use chips::Chips;
use footer::Footer;
use search::Search;
use table::Table;

/// The accounts' page.
#[component]
pub(crate) fn AccountsScreen() -> impl IntoView {
    let state = app();
    let list = state.accounts;
    let is_back = list.total.with_untracked(Option::is_some);
    state.visit_accounts();
    if is_back {
        focus_soon(".grid");
    }
    Effect::new(move |was_away: Option<bool>| {
        let is_away = state.connection.trouble.with(Option::is_some);
        if was_away == Some(true) && !is_away {
            state.refresh_accounts();
        }
        is_away
    });
    let navigate = use_navigate();
    let shortcuts = window_event_listener(leptos::ev::keydown, move |event| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() || is_typing() || is_dialog_open() {
            return;
        }
        match event.key().as_str() {
            "/" => focus_soon(".search input"),
            // From the heading, where one arrives, the arrows lead into the table.
            "ArrowDown" | "ArrowUp" if !event.default_prevented() => focus_soon(".grid"),
            "n" => navigate("/accounts/new", NavigateOptions::default()),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || shortcuts.remove());

    view! {
        <div class="page fills">
            <header class="page-header">
                <Heading text="Accounts" takes_focus=!is_back/>
                <Search/>
                <a class="button primary" href="/accounts/new"><Icon glyph=Glyph::Plus/>"New account"</a>
            </header>
            <Chips/>
            <section class="table-card" aria-label="Table of accounts">
                <Body/>
                <Footer/>
            </section>
        </div>
    }
}

/// The table, or what stands in its place.
#[component]
fn Body() -> impl IntoView {
    let state = app();
    let list = state.accounts;
    #[derive(Clone, PartialEq)]
    enum Shown {
        Table,
        Failed,
        NoneFound,
        Empty,
    }
    let shown = Memo::new(move |_| {
        let is_answer = list.query.with(|query| list.shown.with(|shown| shown.as_ref() == Some(query)));
        let has_rows = !list.rows.with(Rows::is_empty);
        // While the server is away, the last known rows stay readable, and the bar above says how old they are.
        let failed = list.failure.with(|failure| {
            failure.as_ref().is_some_and(|failure| !(has_rows && failure.is_about_the_connection()))
        });
        match list.total.get() {
            _ if failed && !is_answer && !list.is_loading.get() => Shown::Failed,
            Some(0) if list.query.with(ListQuery::is_filtered) => Shown::NoneFound,
            Some(0) => Shown::Empty,
            _ => Shown::Table,
        }
    });
    move || {
        match shown.get() {
        Shown::Table => view! { <Table/> }.into_any(),
        Shown::Failed => list
            .failure
            .get()
            .map(|failure| view! { <Failed failure retry=move |()| state.refresh_accounts()/> })
            .into_any(),
        Shown::NoneFound => view! {
            <div class="blank" role="status">
                <span class="blank-mark"><Icon glyph=Glyph::Search/></span>
                <p class="blank-title">"No account matches"</p>
                <p>"Search looks at name, e-mail and id."</p>
                <button type="button" class="button" on:click=move |_| clear_filters()>"Clear filters"</button>
            </div>
        }
        .into_any(),
        Shown::Empty => view! {
            <div class="blank">
                <span class="blank-mark"><Icon glyph=Glyph::Users/></span>
                <p class="blank-title">"No accounts yet"</p>
                <p>"Everybody who uses VoiceAssist at your clinic gets an account here."</p>
                <a class="button primary" href="/accounts/new">"New account"</a>
            </div>
        }
        .into_any(),
    }
    }
}

fn clear_filters() {
    let state = app();
    let query = state.accounts.query.with_untracked(|query| ListQuery {
        sort: query.sort,
        order: query.order,
        ..ListQuery::default()
    });
    state.ask_accounts(query);
    focus_soon(".search input");
}
