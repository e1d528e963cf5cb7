//! The rail at the side: where one is connected, where one can go, and who one is.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use voiceassist_contract::ipc::{Ability, SessionInfo};

use crate::components::avatar::Avatar;
use crate::components::icon::{Glyph, Icon};
use crate::components::missing::why_missing;
use crate::format::{numbers, words};
use crate::state::app;

/// The rail.
#[component]
pub(crate) fn Rail() -> impl IntoView {
    let session = app().session;
    let is_administrator = Memo::new(move |_| session.is_administrator());
    let is_plain_http =
        Memo::new(move |_| session.info.with(|info| info.as_ref().is_some_and(|info| info.is_plain_http)));
    view! {
        <aside class="rail">
            <Server/>
            <Show when=move || is_plain_http.get()>
                <p class="rail-alarm"><Icon glyph=Glyph::Unencrypted/>"Not encrypted"</p>
            </Show>
            <nav aria-label="Pages">
                <Show when=move || is_administrator.get()>
                    <RailLink href="/accounts" glyph=Glyph::Users label="Accounts"/>
                </Show>
                <RailLink href="/status" glyph=Glyph::Activity label="Status"/>
            </nav>
            <span class="spread"></span>
            <nav aria-label="Yourself">
                <RailLink href="/me" glyph=Glyph::User label="My account"/>
                <RailLink href="/settings" glyph=Glyph::Settings label="Settings"/>
            </nav>
            <Person/>
        </aside>
    }
}

#[component]
fn RailLink(href: &'static str, glyph: Glyph, label: &'static str) -> impl IntoView {
    view! { <A href=href attr:class="rail-link"><Icon glyph/>{label}</A> }
}

/// The clinic's name and how the connection to its server is.
#[component]
fn Server() -> impl IntoView {
    let state = app();
    let name = move || {
        let profile_id = state.session.info.with(|info| info.as_ref().map(|info| info.profile_id));
        state.preferences.settings.with(|settings| {
            profile_id
                .and_then(|id| settings.profile(id))
                .map(|profile| profile.name.clone())
                .unwrap_or_default()
        })
    };
    let connection = state.connection;
    let is_away = move || connection.trouble.with(Option::is_some);
    let word = move || match connection.status.with(|status| status.as_ref().map(|status| status.latency_ms))
    {
        _ if connection.is_not_ready() => "Server not ready".to_owned(),
        _ if is_away() => "Not connected".to_owned(),
        Some(latency) => format!("Connected · {}", numbers::latency(latency)),
        None => "Connected".to_owned(),
    };
    view! {
        <div class="rail-server">
            <span class="mark"><Icon glyph=Glyph::Shield/></span>
            <div class="rail-text">
                <p class="rail-name">{name}</p>
                <p class="rail-state" data-tone=move || if is_away() { "problem" } else { "ok" }>
                    <span class="lamp" aria-hidden="true"></span>
                    {word}
                </p>
            </div>
        </div>
    }
}

#[component]
fn Person() -> impl IntoView {
    let state = app();
    let of_user = move |read: fn(&SessionInfo) -> String| {
        Signal::derive(move || state.session.info.with(|info| info.as_ref().map(read).unwrap_or_default()))
    };
    let name = of_user(|info| info.user.full_name.clone());
    let role = of_user(|info| words::role(info.user.role).to_owned());
    view! {
        <div class="rail-person">
            <Avatar name/>
            <div class="rail-text">
                <p class="rail-name">{move || name.get()}</p>
                <p class="rail-state">{move || role.get()}</p>
            </div>
            <button
                type="button"
                class="button quiet small square"
                aria-label="Sign out"
                title=move || why_missing(Ability::EndSessionOnServer).unwrap_or("Sign out")
                on:click=move |_| spawn_local(async move { state.sign_out().await })
            >
                <Icon glyph=Glyph::SignOut/>
            </button>
        </div>
    }
}
