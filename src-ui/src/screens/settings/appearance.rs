//! Colours and density, in force at once.

use leptos::prelude::*;
use voiceassist_contract::ipc::{Density, Theme};

use crate::state::app;

const THEMES: [(Theme, &str); 4] = [
    (Theme::System, "As the desktop"),
    (Theme::Light, "Light"),
    (Theme::Dark, "Dark"),
    (Theme::HighContrast, "High contrast"),
];
const DENSITIES: [(Density, &str); 2] =
    [(Density::Comfortable, "Comfortable"), (Density::Compact, "Compact")];

/// The card with the appearance.
#[component]
pub(super) fn Appearance() -> impl IntoView {
    let preferences = app().preferences;
    view! {
        <section class="card" aria-labelledby="appearance-title">
            <header class="card-head"><h2 id="appearance-title">"Appearance"</h2></header>
            <div class="card-body form">
                <fieldset class="segments">
                    <legend>"Theme"</legend>
                    {THEMES.map(|(theme, label)| view! {
                        <label>
                            <input
                                type="radio"
                                name="theme"
                                prop:checked=move || preferences.settings.with(|settings| settings.theme == theme)
                                on:change=move |_| preferences.change(|settings| settings.theme = theme)
                            />
                            <span>{label}</span>
                        </label>
                    }).collect_view()}
                </fieldset>
                <fieldset class="segments">
                    <legend>"Density"</legend>
                    {DENSITIES.map(|(density, label)| view! {
                        <label>
                            <input
                                type="radio"
                                name="density"
                                prop:checked=move || preferences.settings.with(|settings| settings.density == density)
                                on:change=move |_| preferences.change(|settings| settings.density = density)
                            />
                            <span>{label}</span>
                        </label>
                    }).collect_view()}
                </fieldset>
            </div>
        </section>
    }
}
