//! The code that some servers ask for after the password.

use leptos::prelude::*;
use leptos::task::spawn_local;
use voiceassist_contract::Secret;
use voiceassist_contract::ipc::{Failure, FailureKind, VerifySecondStep};

use crate::components::failed::FailureNotice;
use crate::components::field::{CheckField, TextField};
use crate::components::focus::{focus_first_error, focus_soon};
use crate::components::server_form::field_error;
use crate::format::sentences;
use crate::ipc::call;
use crate::state::app;

/// Asks for the code until it is right, given up, or the password is needed again.
#[component]
pub(super) fn SecondStep(asks_for_a_code: RwSignal<bool>) -> impl IntoView {
    let state = app();
    let code = RwSignal::new(String::new());
    let is_backup_code = RwSignal::new(false);
    let is_busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    focus_soon(".second-step input");
    let error = Signal::derive(move || {
        failure.with(|failure| field_error(failure, "code")).map(|_| "This code is not right.".to_owned())
    });
    let submit = move || {
        let profile = state.preferences.settings.with_untracked(|settings| settings.current().cloned());
        let (Some(profile), false) = (profile, is_busy.get_untracked()) else { return };
        failure.set(None);
        is_busy.set(true);
        spawn_local(async move {
            let answer = call(VerifySecondStep {
                profile_id: profile.id,
                code: Secret::new(code.get_untracked()),
                is_backup_code: is_backup_code.get_untracked(),
            })
            .await;
            is_busy.set(false);
            match answer {
                Ok(info) => {
                    asks_for_a_code.set(false);
                    state.preferences.load().await;
                    state.enter(info).await;
                }
                Err(refusal) if refusal.kind == FailureKind::SignedOut => {
                    let sentence = match &refusal.condition {
                        Some(_) => sentences::general(&refusal),
                        None => "That took too long or too many tries. Enter your password again.".to_owned(),
                    };
                    state.session.notice.set(Some(sentence));
                    asks_for_a_code.set(false);
                }
                Err(refusal) => {
                    failure.set(Some(refusal));
                    focus_first_error();
                }
            }
        });
    };
    view! {
        <form
            class="form second-step"
            novalidate
            on:submit=move |event| { event.prevent_default(); submit(); }
        >
            <p>"Your password is right. Enter the code that your second step shows now."</p>
            <TextField label="Code" value=code autocomplete="one-time-code" error/>
            <CheckField
                label="This is a backup code"
                checked=is_backup_code
                on_change=move |checked| is_backup_code.set(checked)
            />
            {move || failure.get().filter(|failure| failure.fields.is_empty()).map(|failure| view! {
                <FailureNotice failure/>
            })}
            <button type="submit" class="button primary tall" aria-busy=move || is_busy.get().then_some("true")>
                "Continue"
            </button>
            <button type="button" class="button quiet" on:click=move |_| asks_for_a_code.set(false)>"Back"</button>
        </form>
    }
}
