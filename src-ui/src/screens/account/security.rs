//! Where an account is signed in, and what its failed sign-ins led to.

use leptos::prelude::*;
use leptos::task::spawn_local;
use voiceassist_contract::Id;
use voiceassist_contract::ipc::{Ability, EndAccountSessions};

use super::Page;
use crate::components::dialog::Confirm;
use crate::components::icon::{Glyph, Icon};
use crate::components::missing::MissingNote;
use crate::components::sessions::Sessions;
use crate::format::{numbers, sentences, times};
use crate::state::app;
use crate::state::clock::offset;

/// The card with the sessions.
#[component]
pub(super) fn Security(page: Page) -> impl IntoView {
    let state = app();
    let asks_end_all = RwSignal::new(false);
    let has_sessions = Memo::new(move |_| {
        page.sessions.with(|sessions| sessions.as_ref().is_some_and(|sessions| !sessions.is_empty()))
    });
    let end = move |session_id: Option<Id>| {
        spawn_local(async move {
            match state.call(EndAccountSessions { id: page.id, session_id }).await {
                Ok(ended) => {
                    page.load_sessions();
                    state
                        .toasts
                        .say(format!("{} ended.", numbers::count(ended.ended, "session", "sessions")));
                }
                Err(failure) => state.toasts.complain(sentences::general(&failure)),
            }
        });
    };
    view! {
        <section class="card" aria-labelledby="sessions-title">
            <header class="card-head">
                <h2 id="sessions-title">"Sessions"</h2>
                <Show when=move || has_sessions.get()>
                    <button type="button" class="button small" on:click=move |_| asks_end_all.set(true)>"End all sessions"</button>
                </Show>
            </header>
            <Show
                when=move || state.session.can(Ability::AccountSessions)
                fallback=|| view! { <div class="card-body"><MissingNote ability=Ability::AccountSessions/></div> }
            >
                <Sessions
                    sessions=page.sessions
                    none="Not signed in anywhere."
                    on_end=move |session_id| end(Some(session_id))
                />
            </Show>
        </section>
        <Confirm title="End all sessions?" open=asks_end_all label="End all sessions" is_destructive=true on_confirm=move |()| end(None)>
            <p>"This person is signed out everywhere and can sign in again."</p>
        </Confirm>
    }
}

/// The notice about failed sign-ins, while the account is locked.
#[component]
pub(super) fn LockNotice(page: Page) -> impl IntoView {
    let state = app();
    move || {
        let now = state.now.get();
        let account = page.account.get().filter(|account| account.is_locked(now))?;
        let lock = account.lock?;
        let until = lock.until?;
        let first = format!(
            "{} in a row.",
            numbers::count(u64::from(lock.failures), "failed sign-in", "failed sign-ins")
        );
        let then = format!(
            " The next try is possible at {}. The last one came from {}, {}.",
            times::clock_time(until, now, offset),
            lock.last_failure_address,
            times::age(lock.last_failure_at, now),
        );
        Some(view! {
            <div class="notice" data-tone="problem" role="status">
                <Icon glyph=Glyph::Lock/>
                <p class="notice-text"><strong>{first}</strong>{then}</p>
            </div>
        })
    }
}
