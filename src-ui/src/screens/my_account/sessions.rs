//! Where one is signed in.

use leptos::prelude::*;
use leptos::task::spawn_local;
use voiceassist_contract::Id;
use voiceassist_contract::auth::Session;
use voiceassist_contract::ipc::{EndOwnSessions, Failure, ListOwnSessions};

use crate::components::dialog::Confirm;
use crate::components::failed::Failed;
use crate::components::sessions::Sessions;
use crate::format::{numbers, sentences};
use crate::state::app;

/// The card with the own sessions.
#[component]
pub(super) fn OwnSessions() -> impl IntoView {
    let state = app();
    let sessions = RwSignal::new(None::<Vec<Session>>);
    let failure = RwSignal::new(None::<Failure>);
    let asks_end_others = RwSignal::new(false);
    let load = move || {
        failure.set(None);
        spawn_local(async move {
            match state.call(ListOwnSessions {}).await {
                Ok(list) => sessions.set(Some(list.items)),
                Err(refusal) => failure.set(Some(refusal)),
            }
        });
    };
    // A changed password ends the other sessions, and gives this one a new start.
    Effect::new(move |_| {
        state.session.info.track();
        load();
    });
    let has_others = Memo::new(move |_| {
        sessions.with(|sessions| {
            sessions.as_ref().is_some_and(|sessions| sessions.iter().any(|one| !one.current))
        })
    });
    let end = move |session_id: Option<Id>| {
        spawn_local(async move {
            match state.call(EndOwnSessions { session_id }).await {
                Ok(ended) => {
                    load();
                    state
                        .toasts
                        .say(format!("{} ended.", numbers::count(ended.ended, "session", "sessions")));
                }
                Err(refusal) => state.toasts.complain(sentences::general(&refusal)),
            }
        });
    };
    let is_unknown = move || sessions.with(Option::is_none);
    view! {
        <section class="card" aria-labelledby="own-sessions-title">
            <header class="card-head">
                <h2 id="own-sessions-title">"Sessions"</h2>
                <Show when=move || has_others.get()>
                    <button type="button" class="button small" on:click=move |_| asks_end_others.set(true)>"End all others"</button>
                </Show>
            </header>
            {move || match failure.get().filter(|_| is_unknown()) {
                Some(failure) => view! { <Failed failure retry=move |()| load()/> }.into_any(),
                None => view! {
                    <Sessions sessions none="Not signed in anywhere." on_end=move |session_id| end(Some(session_id))/>
                }
                .into_any(),
            }}
        </section>
        <Confirm title="End all other sessions?" open=asks_end_others label="End all others" is_destructive=true on_confirm=move |()| end(None)>
            <p>"You stay signed in here and are signed out everywhere else."</p>
        </Confirm>
    }
}
