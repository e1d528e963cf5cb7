//! What can be done with an account at once: unlock, reset the password, deactivate, activate.

use leptos::prelude::*;
use leptos::task::spawn_local;
use voiceassist_contract::ipc::{Ability, DeactivateAccount, ResetPassword, RestoreAccount, UnlockAccount};
use voiceassist_contract::{Id, Secret};

use super::Page;
use crate::components::dialog::{Confirm, Dialog};
use crate::components::missing::AbilityButton;
use crate::components::temporary_password::TemporaryPassword;
use crate::format::{numbers, sentences};
use crate::state::{AppState, app};

/// The buttons, and the questions they ask.
#[component]
pub(super) fn Actions(page: Page) -> impl IntoView {
    let state = app();
    let Page { id, account, .. } = page;
    let name = Signal::derive(move || {
        account
            .with(|account| account.as_ref().map(|account| account.user.full_name.clone()))
            .unwrap_or_default()
    });
    let is_active = Memo::new(move |_| {
        account.with(|account| account.as_ref().is_some_and(|account| account.user.is_active))
    });
    let is_locked = Memo::new(move |_| {
        let now = state.now.get();
        account.with(|account| account.as_ref().is_some_and(|account| account.is_locked(now)))
    });
    let is_own = Memo::new(move |_| state.session.is_own(id));
    // Nothing where the server does not show sessions.
    let session_count = move || {
        let count = account.with(|account| account.as_ref().and_then(|account| account.sessions));
        state.session.can(Ability::AccountSessions).then_some(count.unwrap_or(0))
    };

    let asks_deactivate = RwSignal::new(false);
    let asks_reset = RwSignal::new(false);
    let shows_password = RwSignal::new(false);
    let temporary = RwSignal::new(None::<Secret>);

    let unlock = move |_| {
        let name = name.get_untracked();
        spawn_local(async move {
            match state.call(UnlockAccount { id }).await {
                Ok(account) => {
                    state.publish(account);
                    state.toasts.say(format!("{name} can sign in again."));
                }
                Err(failure) => state.toasts.complain(sentences::general(&failure)),
            }
        });
    };
    let activate = move || restore(state, id, name.get_untracked());
    let deactivate = move |()| {
        let name = name.get_untracked();
        spawn_local(async move {
            match state.call(DeactivateAccount { id }).await {
                Ok(account) => {
                    state.publish(account);
                    page.sessions.set(Some(Vec::new()));
                    let sentence = format!("{name} was deactivated.");
                    state.toasts.say_with_undo(sentence, move || restore(state, id, name.clone()));
                }
                Err(failure) => state.toasts.complain(sentences::general(&failure)),
            }
        });
    };
    let reset = move |()| {
        spawn_local(async move {
            match state.call(ResetPassword { id }).await {
                Ok(answer) => {
                    state.publish(answer.account);
                    page.sessions.set(Some(Vec::new()));
                    temporary.set(answer.temporary_password);
                    shows_password.set(true);
                }
                Err(failure) => state.toasts.complain(sentences::general(&failure)),
            }
        });
    };
    // The password leaves memory with the dialog.
    Effect::new(move |_| {
        if !shows_password.get() {
            temporary.set(None);
        }
    });

    view! {
        <div class="page-actions">
            <Show when=move || is_locked.get()>
                <button type="button" class="button" on:click=unlock>"Unlock"</button>
            </Show>
            <AbilityButton
                ability=Ability::PasswordReset
                label="Reset password"
                refused_because=Signal::derive(move || is_own.get().then_some("Change your own password under “My account”."))
                on_press=move |()| asks_reset.set(true)
            />
            {move || if is_active.get() {
                view! {
                    <button
                        type="button"
                        class="button risky"
                        disabled=move || is_own.get()
                        title=move || is_own.get().then_some("You cannot deactivate your own account.")
                        on:click=move |_| asks_deactivate.set(true)
                    >
                        "Deactivate"
                    </button>
                }
                .into_any()
            } else {
                view! { <button type="button" class="button" on:click=move |_| activate()>"Activate"</button> }.into_any()
            }}
        </div>
        <Confirm
            title=Signal::derive(move || format!("Deactivate {}?", name.get()))
            open=asks_deactivate
            label="Deactivate"
            is_destructive=true
            on_confirm=deactivate
        >
            <p>
                {move || ends_sessions(session_count(), "Whoever is signed in with it is refused from then on.")}
                " Signing in will no longer be possible."
            </p>
            <p>"Nothing is deleted. You can activate the account again at any time."</p>
        </Confirm>
        <Confirm
            title=Signal::derive(move || format!("Reset the password of {}?", name.get()))
            open=asks_reset
            label="Reset password"
            on_confirm=reset
        >
            <p>"The present password stops working. " {move || ends_sessions(session_count(), "Sessions that are open may go on until they run out.")}</p>
            <p>{move || if state.session.can(Ability::MustChangePassword) {
                "You will see a temporary password once. It must be changed at the next sign-in."
            } else {
                "You will see a temporary password once. Ask its person to change it: this server cannot."
            }}</p>
        </Confirm>
        <Dialog title="Temporary password" open=shows_password stays=true>
            {move || temporary.get().map(|password| view! {
                <TemporaryPassword password full_name=name.get()/>
            })}
            <div class="dialog-buttons">
                <button type="button" class="button primary" on:click=move |_| shows_password.set(false)>"Done"</button>
            </div>
        </Dialog>
    }
}

/// Brings the account back, which is also how a deactivation is undone.
fn restore(state: AppState, id: Id, name: String) {
    spawn_local(async move {
        match state.call(RestoreAccount { id }).await {
            Ok(account) => {
                state.publish(account);
                state.toasts.say(format!("{name} is active again."));
            }
            Err(failure) => state.toasts.complain(sentences::general(&failure)),
        }
    });
}

/// What becomes of the sessions, or `unknown` where the server does not show them.
fn ends_sessions(count: Option<u64>, unknown: &str) -> String {
    match count {
        None => unknown.to_owned(),
        Some(0) => "There is no session to end.".to_owned(),
        Some(count) => format!("Ends {} at once.", numbers::count(count, "session", "sessions")),
    }
}
