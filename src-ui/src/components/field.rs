//! Labelled fields, with the sentence that says what is wrong tied to the field.

use std::sync::atomic::{AtomicU32, Ordering};

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// An id that no other element has.
pub(crate) fn unique_id(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{prefix}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A line of text.
#[component]
pub(crate) fn TextField(
    /// The visible label, which is also the accessible name.
    label: &'static str,
    /// What is typed.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// What one should know before typing.
    #[prop(optional, into)]
    hint: Signal<Option<String>>,
    /// `text`, `email` or `url`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// An example.
    #[prop(optional)]
    placeholder: &'static str,
    /// Why nothing can be typed, if so; it stands in the place of the hint.
    #[prop(optional, into)]
    locked_because: Signal<Option<String>>,
    /// Runs when the field is left.
    #[prop(optional, into)]
    on_blur: Option<Callback<()>>,
) -> impl IntoView {
    let id = unique_id("field");
    let hint = Signal::derive(move || locked_because.get().or_else(|| hint.get()));
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                id=id.clone()
                class="input"
                readonly=move || locked_because.with(Option::is_some)
                type=kind
                placeholder=placeholder
                autocomplete=autocomplete
                autocapitalize="off"
                spellcheck="false"
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
                on:blur=move |_| {
                    // A field also loses the focus by leaving the page, and then nobody listens any more.
                    if let Some(on_blur) = on_blur {
                        on_blur.try_run(());
                    }
                }
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=described_by(&id, error, hint)
            />
            <FieldNotes id error hint/>
        </div>
    }
}

/// The ids of the sentences that stand below a field, as far as there are any.
pub(crate) fn described_by(
    id: &str,
    error: Signal<Option<String>>,
    hint: Signal<Option<String>>,
) -> impl Fn() -> Option<String> + Send + Sync + use<> {
    let (error_id, hint_id) = (format!("{id}-error"), format!("{id}-hint"));
    move || match (error.with(Option::is_some), hint.with(Option::is_some)) {
        (true, _) => Some(error_id.clone()),
        (false, true) => Some(hint_id.clone()),
        (false, false) => None,
    }
}

/// The sentence below a field: what is wrong, else what one should know.
#[component]
pub(crate) fn FieldNotes(
    id: String,
    error: Signal<Option<String>>,
    hint: Signal<Option<String>>,
) -> impl IntoView {
    let (error_id, hint_id) = (format!("{id}-error"), format!("{id}-hint"));
    move || match (error.get(), hint.get()) {
        (Some(sentence), _) => view! {
            <p class="field-error" id=error_id.clone() role="alert"><Icon glyph=Glyph::Warning/>{sentence}</p>
        }
        .into_any(),
        (None, Some(sentence)) => {
            view! { <p class="field-hint" id=hint_id.clone()>{sentence}</p> }.into_any()
        }
        (None, None) => ().into_any(),
    }
}

/// A choice of few.
#[component]
pub(crate) fn SelectField(
    /// The visible label, which is also the accessible name.
    label: &'static str,
    /// The values and their words.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    /// The chosen value.
    #[prop(into)]
    value: Signal<String>,
    /// Runs with the newly chosen value.
    #[prop(into)]
    on_change: Callback<String>,
    /// Why nothing can be chosen, if so.
    #[prop(optional, into)]
    locked_because: Signal<Option<String>>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let id = unique_id("field");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <div class="select">
                <select
                    id=id.clone()
                    class="input"
                    disabled=move || locked_because.with(Option::is_some)
                    prop:value=move || { options.track(); value.get() }
                    on:change=move |event| on_change.run(event_target_value(&event))
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=described_by(&id, error, locked_because)
                >
                    {move || {
                        let chosen = value.get_untracked();
                        options
                            .get()
                            .into_iter()
                            .map(|(key, word)| {
                                let is_chosen = key == chosen;
                                view! { <option value=key selected=is_chosen>{word}</option> }
                            })
                            .collect_view()
                    }}
                </select>
                <Icon glyph=Glyph::Down/>
            </div>
            <FieldNotes id error hint=locked_because/>
        </div>
    }
}

/// A yes or no.
#[component]
pub(crate) fn CheckField(
    #[prop(into)] label: String,
    #[prop(into)] checked: Signal<bool>,
    #[prop(into)] on_change: Callback<bool>,
) -> impl IntoView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                prop:checked=move || checked.get()
                on:change=move |event| on_change.run(event_target_checked(&event))
            />
            <span>{label}</span>
        </label>
    }
}
