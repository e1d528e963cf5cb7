//! The card with server, e-mail and password, and what it says when signing in fails.

use leptos::prelude::*;
use leptos::task::spawn_local;
use voiceassist_contract::Secret;
use voiceassist_contract::ipc::{Failure, FailureKind, SignIn, TestConnection};

use super::super::settings::servers::Servers;
use super::CardHead;
use super::second_step::SecondStep;
use crate::components::countdown::count_down;
use crate::components::dialog::Dialog;
use crate::components::failed::RequestId;
use crate::components::field::{CheckField, SelectField, TextField};
use crate::components::focus::{focus_first_error, focus_soon};
use crate::components::notice::Notice;
use crate::components::password::PasswordField;
use crate::components::server_form::{TestOutcome, TestResult};
use crate::format::sentences::{self, SignInTrouble};
use crate::format::words::Tone;
use crate::ipc::call;
use crate::state::app;

const EDIT_SERVERS: &str = "edit";

/// Signs in to one of the known servers.
#[component]
pub(super) fn SignInCard() -> impl IntoView {
    let state = app();
    let (preferences, session) = (state.preferences, state.session);
    let last_email = move || preferences.current().and_then(|profile| profile.last_email).unwrap_or_default();
    let email = RwSignal::new(untrack(last_email));
    let password = RwSignal::new(String::new());
    let keep_signed_in = RwSignal::new(true);
    let is_busy = RwSignal::new(false);
    let email_error = RwSignal::new(None::<String>);
    let password_error = RwSignal::new(None::<String>);
    let failure = RwSignal::new(None::<Failure>);
    let wait = RwSignal::new(0_u64);
    let test = RwSignal::new(None::<TestResult>);
    let editing_servers = RwSignal::new(false);
    let asks_for_a_code = RwSignal::new(false);

    focus_soon(if email.with_untracked(String::is_empty) {
        ".sign-in input[type=email]"
    } else {
        ".sign-in input[type=password]"
    });

    let forget_trouble = move || {
        email_error.set(None);
        password_error.set(None);
        failure.set(None);
    };
    let choose = move |key: String| {
        if key == EDIT_SERVERS {
            editing_servers.set(true);
            return;
        }
        let Ok(id) = key.parse() else { return };
        forget_trouble();
        wait.set(0);
        test.set(None);
        session.notice.set(None);
        spawn_local(async move {
            match preferences.choose_profile(id).await {
                Ok(()) => {
                    email.set(untrack(last_email));
                    state.resume(id).await;
                }
                Err(refusal) => failure.set(Some(refusal)),
            }
        });
    };
    let submit = move || {
        let Some(profile) = preferences.settings.with_untracked(|settings| settings.current().cloned())
        else {
            return;
        };
        if is_busy.get_untracked() || wait.get_untracked() > 0 {
            return;
        }
        forget_trouble();
        if email.with_untracked(|email| email.trim().is_empty()) {
            email_error.set(Some("Enter your e-mail address.".to_owned()));
        }
        if password.with_untracked(String::is_empty) {
            password_error.set(Some("Enter your password.".to_owned()));
        }
        if email_error.with_untracked(Option::is_some) || password_error.with_untracked(Option::is_some) {
            focus_first_error();
            return;
        }
        is_busy.set(true);
        session.resume_failure.set(None);
        spawn_local(async move {
            let answer = call(SignIn {
                profile_id: profile.id,
                email: email.get_untracked().trim().to_owned(),
                password: Secret::new(password.get_untracked()),
                keep_signed_in: keep_signed_in.get_untracked(),
            })
            .await;
            is_busy.set(false);
            match answer {
                Ok(info) => {
                    password.set(String::new());
                    preferences.load().await;
                    state.enter(info).await;
                }
                Err(refusal) if refusal.kind == FailureKind::SecondStep => {
                    password.set(String::new());
                    asks_for_a_code.set(true);
                }
                Err(refusal) => {
                    match sentences::sign_in_trouble(&refusal) {
                        SignInTrouble::Password(sentence) => {
                            password_error.set(Some(sentence));
                            focus_first_error();
                        }
                        SignInTrouble::Form { wait_seconds: Some(seconds), .. } => count_down(wait, seconds),
                        SignInTrouble::Form { .. } => {}
                    }
                    failure.set(Some(refusal));
                }
            }
        });
    };
    let test_connection = move |_| {
        let Some(profile) = preferences.settings.with_untracked(|settings| settings.current().cloned())
        else {
            return;
        };
        test.set(Some(TestResult::Running));
        spawn_local(async move {
            test.set(Some(match call(TestConnection { profile }).await {
                Ok(report) => TestResult::Answered(report),
                Err(failure) => TestResult::Failed(failure),
            }));
        });
    };
    let trouble = move || {
        let failure = failure.get()?;
        let sentence = match sentences::sign_in_trouble(&failure) {
            SignInTrouble::Password(_) => return None,
            SignInTrouble::Form { wait_seconds: Some(_), .. } => match wait.get() {
                0 => return None,
                left => (sentences::waiting(failure.code, left), Some("timer")),
            },
            SignInTrouble::Form { sentence, .. } => (sentence, None),
        };
        Some((sentence, failure.request_id))
    };
    let servers = Signal::derive(move || {
        let mut options: Vec<_> = preferences.settings.with(|settings| {
            settings.profiles.iter().map(|profile| (profile.id.to_string(), profile.name.clone())).collect()
        });
        options.push((EDIT_SERVERS.to_owned(), "Add or edit servers…".to_owned()));
        options
    });
    let chosen = Signal::derive(move || {
        // Reading this makes the select show the server again after “Add or edit servers…” was chosen.
        editing_servers.track();
        preferences.current().map(|profile| profile.id.to_string()).unwrap_or_default()
    });
    let server_name = Signal::derive(move || {
        preferences.current().map(|profile| format!("to {}", profile.name)).unwrap_or_default()
    });

    view! {
        <section class="sign-in">
            <CardHead text="Sign in" below=server_name/>
            {move || session.notice.get().map(|notice| view! { <Notice tone=Tone::Neutral>{notice}</Notice> })}
            {move || session.resume_failure.get().map(|failure| view! { <ResumeTrouble failure/> })}
            <Show when=move || asks_for_a_code.get()><SecondStep asks_for_a_code/></Show>
            <form
                class="form"
                novalidate
                hidden=move || asks_for_a_code.get()
                on:submit=move |event| { event.prevent_default(); submit(); }
            >
                <SelectField label="Server" options=servers value=chosen on_change=choose/>
                <TextField label="E-mail" value=email kind="email" autocomplete="username" error=email_error/>
                <PasswordField label="Password" value=password error=password_error/>
                <CheckField
                    label="Keep me signed in on this computer"
                    checked=keep_signed_in
                    on_change=move |keep| keep_signed_in.set(keep)
                />
                {move || trouble().map(|((sentence, role), request_id)| view! {
                    <Notice tone=Tone::Problem>
                        <p role=role aria-live=role.map(|_| "off")>{sentence}</p>
                        {request_id.map(|id| view! { <RequestId id/> })}
                    </Notice>
                })}
                <button
                    type="submit"
                    class="button primary tall"
                    disabled=move || { wait.get() > 0 }
                    aria-busy=move || is_busy.get().then_some("true")
                >
                    "Sign in"
                </button>
                <button type="button" class="button quiet" on:click=test_connection>"Test connection"</button>
                <TestOutcome test/>
            </form>
        </section>
        <Dialog title="Servers" open=editing_servers>
            <Servers/>
            <div class="dialog-buttons">
                <button type="button" class="button" on:click=move |_| editing_servers.set(false)>"Done"</button>
            </div>
        </Dialog>
    }
}

/// The last session may still be alive, but the server could not be asked.
#[component]
fn ResumeTrouble(failure: Failure) -> impl IntoView {
    let state = app();
    let is_busy = RwSignal::new(false);
    let retry = move |_| {
        let Some(profile) = state.preferences.settings.with_untracked(|settings| settings.current().cloned())
        else {
            return;
        };
        is_busy.set(true);
        spawn_local(async move {
            state.resume(profile.id).await;
            is_busy.set(false);
        });
    };
    view! {
        <Notice tone=Tone::Warning>
            <p>"Your last session could not be resumed. " {sentences::general(&failure)}</p>
            <button type="button" class="button small" aria-busy=move || is_busy.get().then_some("true") on:click=retry>
                "Try again"
            </button>
        </Notice>
    }
}
