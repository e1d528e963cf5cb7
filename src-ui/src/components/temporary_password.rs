//! A temporary password, shown this once, with the account that it opens.

use leptos::prelude::*;
use leptos::task::spawn_local;
use voiceassist_contract::Secret;
use voiceassist_contract::ipc::{Ability, CopyText};

use super::icon::{Glyph, Icon};
use crate::ipc::call;
use crate::state::app;

/// The password, large and easy to read aloud, with a button that copies it.
#[component]
pub(crate) fn TemporaryPassword(
    /// What is shown.
    password: Secret,
    /// Whose it is.
    #[prop(into)]
    full_name: String,
) -> impl IntoView {
    let text = password.clone();
    let what_next = if untrack(|| app().session.can(Ability::MustChangePassword)) {
        ". It must be changed at the first sign-in and cannot be shown again."
    } else {
        ". It cannot be shown again. Ask for it to be changed at the first sign-in: this server does not."
    };
    // Said here and not in a toast, which a dialog would cover.
    let outcome = RwSignal::new(None::<String>);
    let copy = move |_| {
        let text = text.clone();
        spawn_local(async move {
            outcome.set(Some(match call(CopyText { text }).await {
                Ok(()) => "Password copied.".to_owned(),
                Err(failure) => failure.message,
            }));
        });
    };
    view! {
        <div class="temporary">
            <p>
                "Give this temporary password to " <strong>{full_name}</strong>
                {what_next}
            </p>
            <div class="temporary-row">
                <output class="temporary-password" aria-label="Temporary password">{password.expose().to_owned()}</output>
                <button type="button" class="button" on:click=copy>
                    <Icon glyph=Glyph::Copy/>
                    "Copy password"
                </button>
            </div>
            <p class="field-hint" role="status">{move || outcome.get()}</p>
        </div>
    }
}
