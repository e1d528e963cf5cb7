//! Changing the own password: as a card among others, or as the only thing that is possible.

use leptos::prelude::*;
use leptos::task::spawn_local;
use voiceassist_contract::Secret;
use voiceassist_contract::ipc::{Ability, ChangePassword, Failure};
use voiceassist_contract::password::Assessment;
use voiceassist_contract::problem::ProblemCode;

use super::account::at_its_field;
use super::page::Heading;
use crate::components::failed::FailureNotice;
use crate::components::focus::{focus_first_error, focus_soon};
use crate::components::icon::{Glyph, Icon};
use crate::components::missing::why_missing;
use crate::components::new_password::NewPasswordField;
use crate::components::notice::Notice;
use crate::components::password::PasswordField;
use crate::components::server_form::field_error;
use crate::format::words::Tone;
use crate::state::app;

/// The page of somebody who must change the password before anything else.
#[component]
pub(crate) fn ForcedChange() -> impl IntoView {
    let state = app();
    focus_soon(".sign-in input");
    view! {
        <main class="stage">
            <section class="sign-in wide">
                <header class="sign-in-head">
                    <span class="mark large"><Icon glyph=Glyph::Key/></span>
                    <div>
                        <Heading text="Choose a new password" takes_focus=false/>
                        <p>"Yours is temporary. After this you can go on."</p>
                    </div>
                </header>
                <ChangePasswordForm/>
                <div class="sign-in-foot">
                    <button type="button" class="button quiet" on:click=move |_| spawn_local(async move { state.sign_out().await })>
                        "Sign out"
                    </button>
                </div>
            </section>
        </main>
    }
}

/// The form: the present password, the new one, and how good it is.
#[component]
pub(crate) fn ChangePasswordForm() -> impl IntoView {
    let state = app();
    let current = RwSignal::new(String::new());
    let new = RwSignal::new(String::new());
    let assessment = RwSignal::new(None::<Assessment>);
    let failure = RwSignal::new(None::<Failure>);
    let missing = RwSignal::new(None::<&'static str>);
    let is_busy = RwSignal::new(false);
    let error = move |field: &'static str| {
        Signal::derive(move || {
            let is_missing = missing.get() == Some(field);
            is_missing
                .then(|| "This is needed.".to_owned())
                .or_else(|| failure.with(|failure| field_error(failure, field)))
        })
    };
    let new_error = Signal::derive(move || {
        let broken = failure.with(|failure| {
            let failure =
                failure.as_ref().filter(|failure| failure.code == Some(ProblemCode::PasswordTooWeak))?;
            Some(
                failure.fields.first().map_or_else(|| failure.message.clone(), |field| field.message.clone()),
            )
        });
        error("new_password").get().or(broken)
    });
    let is_at_a_field = move |failure: &Failure| {
        !failure.fields.is_empty() || failure.code == Some(ProblemCode::PasswordTooWeak)
    };
    let submit = move || {
        if is_busy.get_untracked() {
            return;
        }
        failure.set(None);
        let empty = |value: RwSignal<String>| value.with_untracked(String::is_empty);
        missing.set(match (empty(current), empty(new)) {
            (true, _) => Some("current_password"),
            (_, true) => Some("new_password"),
            _ => None,
        });
        if missing.with_untracked(Option::is_some) {
            focus_first_error();
            return;
        }
        is_busy.set(true);
        spawn_local(async move {
            let answer = state
                .call(ChangePassword {
                    current_password: Secret::new(current.get_untracked()),
                    new_password: Secret::new(new.get_untracked()),
                })
                .await;
            match answer {
                Ok(info) => {
                    is_busy.set(false);
                    current.set(String::new());
                    new.set(String::new());
                    state.toasts.say(if state.session.can(Ability::OwnSessions) {
                        "Password changed. Your other sessions have ended."
                    } else {
                        "Password changed."
                    });
                    state.session.info.set(Some(info));
                }
                Err(refusal) => {
                    is_busy.set(false);
                    failure.set(Some(at_its_field(refusal)));
                    focus_first_error();
                }
            }
        });
    };
    view! {
        <form class="form" novalidate on:submit=move |event| { event.prevent_default(); submit(); }>
            {move || why_missing(Ability::StaySignedInAfterPasswordChange).map(|sentence| view! {
                <Notice tone=Tone::Warning>{sentence}</Notice>
            })}
            <PasswordField label="Current password" value=current error=error("current_password")/>
            <NewPasswordField value=new error=new_error assessment/>
            {move || failure.get().filter(|failure| !is_at_a_field(failure)).map(|failure| view! {
                <FailureNotice failure/>
            })}
            <div class="form-buttons">
                <span class="spread"></span>
                <button type="submit" class="button primary" aria-busy=move || is_busy.get().then_some("true")>
                    "Change password"
                </button>
            </div>
        </form>
    }
}
