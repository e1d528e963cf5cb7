//! The own name and address.

use leptos::prelude::*;
use leptos::task::spawn_local;
use voiceassist_contract::accounts::UpdateProfileRequest;
use voiceassist_contract::ipc::{Failure, FailureKind, GetProfile, UpdateProfile};
use voiceassist_contract::problem::ProblemCode;

use crate::components::failed::FailureNotice;
use crate::components::field::TextField;
use crate::components::focus::focus_first_error;
use crate::components::notice::Notice;
use crate::components::server_form::field_error;
use crate::format::words::{self, Tone};
use crate::screens::account::{at_its_field, broken_fields};
use crate::state::app;
use crate::state::drafts::OwnProfileDraft;

/// The card with the own profile.
#[component]
pub(super) fn OwnProfile() -> impl IntoView {
    let state = app();
    let session = state.session;
    let full_name = RwSignal::new(String::new());
    let email = RwSignal::new(String::new());
    let failure = RwSignal::new(None::<Failure>);
    let is_busy = RwSignal::new(false);
    let fill = move || {
        if let Some(user) = untrack(|| session.user()) {
            full_name.set(user.full_name);
            email.set(user.email);
        }
    };
    let is_edited = Memo::new(move |_| {
        session.user().is_some_and(|user| full_name.get() != user.full_name || email.get() != user.email)
    });
    fill();
    if let Some(draft) = state.drafts.own_profile.get_untracked() {
        full_name.set(draft.full_name);
        email.set(draft.email);
    }
    // What is typed outlives the page, and a session that ends meanwhile.
    Effect::new(move |_| {
        let draft = OwnProfileDraft { full_name: full_name.get(), email: email.get() };
        if session.info.with_untracked(Option::is_some) {
            state.drafts.own_profile.set(is_edited.get().then_some(draft));
        }
    });
    let refresh = move || {
        spawn_local(async move {
            if let Ok(user) = state.call(GetProfile {}).await {
                let was_edited = is_edited.try_get_untracked().unwrap_or(true);
                session.take_user(user);
                if !was_edited {
                    fill();
                }
            }
        });
    };
    refresh();
    let save = move || {
        let Some(user) = untrack(|| session.user()) else { return };
        let (name, address) =
            (full_name.get_untracked().trim().to_owned(), email.get_untracked().trim().to_owned());
        let refused = broken_fields(&name, &address);
        if !refused.is_empty() {
            failure.set(Some(Failure { fields: refused, ..Failure::new(FailureKind::InvalidInput, "") }));
            focus_first_error();
            return;
        }
        failure.set(None);
        is_busy.set(true);
        let changes = UpdateProfileRequest {
            full_name: (name != user.full_name).then_some(name),
            email: (address != user.email).then_some(address),
        };
        spawn_local(async move {
            let answer = state.call(UpdateProfile { changes, version: user.version }).await;
            is_busy.set(false);
            match answer {
                Ok(user) => {
                    session.take_user(user);
                    fill();
                    state.accounts.mark_stale();
                    state.toasts.say("Changes saved.");
                }
                Err(refusal) => {
                    if refusal.code == Some(ProblemCode::VersionConflict) {
                        refresh();
                    }
                    failure.set(Some(at_its_field(refusal)));
                    focus_first_error();
                }
            }
        });
    };
    let error = move |field: &'static str| {
        Signal::derive(move || failure.with(|failure| field_error(failure, field)))
    };
    let role = move || session.user().map(|user| words::role(user.role));
    let discard = move |_| {
        failure.set(None);
        fill();
    };
    view! {
        <form class="card" novalidate aria-label="Profile" on:submit=move |event| { event.prevent_default(); save(); }>
            <header class="card-head"><h2>"Profile"</h2><span class="faint">{role}</span></header>
            <div class="card-body form">
                <TextField label="Full name" value=full_name error=error("full_name") autocomplete="name"/>
                <TextField label="E-mail" value=email kind="email" error=error("email") autocomplete="email"/>
                {move || failure.get().filter(|failure| failure.fields.is_empty()).map(|failure| view! {
                    <OwnFailure failure/>
                })}
            </div>
            <footer class="card-foot">
                <button type="button" class="button quiet" disabled=move || !is_edited.get() on:click=discard>"Discard"</button>
                <button
                    type="submit"
                    class="button primary"
                    disabled=move || !is_edited.get()
                    aria-busy=move || is_busy.get().then_some("true")
                >
                    "Save changes"
                </button>
            </footer>
        </form>
    }
}

/// Why it could not be saved; an edit that was overtaken is no failure to look up, but to save again.
#[component]
fn OwnFailure(failure: Failure) -> impl IntoView {
    match failure.code {
        Some(ProblemCode::VersionConflict) => view! {
            <Notice tone=Tone::Warning>
                "Your account was changed elsewhere meanwhile. What you typed is still here; save again."
            </Notice>
        }
        .into_any(),
        _ => view! { <FailureNotice failure/> }.into_any(),
    }
}
