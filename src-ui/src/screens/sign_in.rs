//! Signing in; on the first start, telling the program where the server is.

mod card;
mod second_step;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::page::Heading;
use crate::components::icon::{Glyph, Icon};
use crate::components::notice::Notice;
use crate::components::server_form::ServerForm;
use crate::format::words::Tone;
use crate::state::app;
use card::SignInCard;

/// The sign-in page.
#[component]
pub(crate) fn SignInScreen() -> impl IntoView {
    let preferences = app().preferences;
    let navigate = use_navigate();
    Effect::new(move |_| navigate("/sign-in", NavigateOptions { replace: true, ..Default::default() }));
    let has_server = Memo::new(move |_| preferences.settings.with(|settings| !settings.profiles.is_empty()));
    view! {
        <main class="stage">
            {move || preferences.notice.get().map(|notice| view! {
                <div class="stage-notice"><Notice tone=Tone::Warning>{notice}</Notice></div>
            })}
            {move || if has_server.get() {
                view! { <SignInCard/> }.into_any()
            } else {
                view! { <FirstServer/> }.into_any()
            }}
        </main>
    }
}

/// The first start: there is no server to sign in to yet.
#[component]
fn FirstServer() -> impl IntoView {
    view! {
        <section class="sign-in">
            <CardHead text="Sign in" below=Signal::stored("First, where is your clinic’s server?".to_owned())/>
            <ServerForm profile=None label="Continue" on_saved=|_| ()/>
        </section>
    }
}

#[component]
fn CardHead(text: &'static str, below: Signal<String>) -> impl IntoView {
    view! {
        <header class="sign-in-head">
            <span class="mark large"><Icon glyph=Glyph::Shield/></span>
            <div>
                <Heading text takes_focus=false/>
                <p>{move || below.get()}</p>
            </div>
        </header>
    }
}
