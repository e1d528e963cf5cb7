//! The search box: as one types, after a short pause.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::focus::focus_soon;
use crate::components::icon::{Glyph, Icon};
use crate::state::accounts::ListQuery;
use crate::state::app;

const PAUSE_MILLISECONDS: u32 = 150;

/// The search box.
#[component]
pub(super) fn Search() -> impl IntoView {
    let state = app();
    let list = state.accounts;
    let typed = RwSignal::new(list.query.with_untracked(|query| query.search.clone()));
    Effect::new(move |_| typed.set(list.query.with(|query| query.search.clone())));
    let ask = move |search: String| {
        let query = list.query.with_untracked(|query| ListQuery { search, ..query.clone() });
        state.ask_accounts(query);
    };
    let on_input = move |text: String| {
        typed.set(text.clone());
        spawn_local(async move {
            TimeoutFuture::new(PAUSE_MILLISECONDS).await;
            if typed.try_get_untracked().as_ref() == Some(&text) {
                ask(text);
            }
        });
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| match event.key().as_str() {
        "Escape" if typed.with_untracked(String::is_empty) => focus_soon(".grid"),
        "Escape" => {
            typed.set(String::new());
            ask(String::new());
        }
        "Enter" => ask(typed.get_untracked()),
        "ArrowDown" => {
            event.prevent_default();
            focus_soon(".grid");
        }
        _ => {}
    };
    view! {
        <div class="search" role="search">
            <Icon glyph=Glyph::Search/>
            <input
                type="search"
                class="input"
                aria-label="Search accounts"
                placeholder="Name, e-mail or id"
                autocomplete="off"
                spellcheck="false"
                prop:value=move || typed.get()
                on:input=move |event| on_input(event_target_value(&event))
                on:keydown=on_key
                // Whoever turns to something else means what stands there.
                on:blur=move |_| {
                    if let Some(text) = typed.try_get_untracked() {
                        ask(text);
                    }
                }
            />
            <kbd aria-hidden="true">"/"</kbd>
        </div>
    }
}
