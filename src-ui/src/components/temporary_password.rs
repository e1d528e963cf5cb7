//! A temporary password, shown this once, with the account that it opens.

use leptos::prelude::*;
use voiceassist_contract::Secret;

use super::failed::copy_text;
use super::icon::{Glyph, Icon};

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
    view! {
        <div class="temporary">
            <p>
                "Give this temporary password to " <strong>{full_name}</strong>
                ". It must be changed at the first sign-in and cannot be shown again."
            </p>
            <div class="temporary-row">
                <output class="temporary-password" aria-label="Temporary password">{password.expose().to_owned()}</output>
                <button
                    type="button"
                    class="button"
                    on:click=move |_| copy_text(text.clone(), "Password copied.")
                >
                    <Icon glyph=Glyph::Copy/>
                    "Copy password"
                </button>
            </div>
        </div>
    }
}
