//! A password's field, which can show what is typed.

use leptos::prelude::*;

use super::field::{FieldNotes, described_by, unique_id};
use super::icon::{Glyph, Icon};

/// A password.
#[component]
pub(crate) fn PasswordField(
    /// The visible label, which is also the accessible name.
    label: &'static str,
    /// What is typed.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// `current-password` or `new-password`.
    #[prop(default = "current-password")]
    autocomplete: &'static str,
) -> impl IntoView {
    let id = unique_id("password");
    let shown = RwSignal::new(false);
    let hint = Signal::stored(None);
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <div class="with-button">
                <input
                    id=id.clone()
                    class="input"
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    autocapitalize="off"
                    spellcheck="false"
                    prop:value=move || value.get()
                    on:input=move |event| value.set(event_target_value(&event))
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=described_by(&id, error, hint)
                />
                <button
                    type="button"
                    class="in-field"
                    aria-controls=id.clone()
                    aria-label=move || if shown.get() { "Hide password" } else { "Show password" }
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {move || {
                        let glyph = if shown.get() { Glyph::EyeOff } else { Glyph::Eye };
                        view! { <Icon glyph/> }
                    }}
                </button>
            </div>
            <FieldNotes id error hint/>
        </div>
    }
}
