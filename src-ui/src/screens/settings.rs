//! What is set on this computer: servers, appearance, and what this program is.

mod appearance;
pub(crate) mod servers;

use leptos::prelude::*;

use super::page::Heading;
use crate::components::notice::Notice;
use crate::format::words::Tone;
use crate::state::app;
use appearance::Appearance;
use servers::Servers;

/// The settings' page.
#[component]
pub(crate) fn SettingsScreen() -> impl IntoView {
    let preferences = app().preferences;
    view! {
        <div class="page">
            <header class="page-header"><Heading text="Settings"/></header>
            <div class="narrow column">
                {move || preferences.notice.get().map(|notice| view! { <Notice tone=Tone::Warning>{notice}</Notice> })}
                <section class="card" aria-labelledby="servers-title">
                    <header class="card-head"><h2 id="servers-title">"Servers"</h2></header>
                    <div class="card-body"><Servers/></div>
                </section>
                <Appearance/>
                <section class="card" aria-labelledby="about-title">
                    <header class="card-head"><h2 id="about-title">"About"</h2></header>
                    <dl class="card-body details">
                        <dt>"Program"</dt>
                        <dd>"VoiceAssist Admin"</dd>
                        <dt>"Version"</dt>
                        <dd>{move || preferences.app_version.get()}</dd>
                    </dl>
                </section>
            </div>
        </div>
    }
}
