//! The frame of everybody who is signed in: the rail, the bars above the page, and the page.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::components::{Route, Routes};
use leptos_router::hooks::use_navigate;
use leptos_router::path;
use voiceassist_contract::ipc::TokenStorage;
use web_sys::VisibilityState;

use super::account::AccountScreen;
use super::accounts::AccountsScreen;
use super::my_account::MyAccountScreen;
use super::new_account::NewAccountScreen;
use super::page::{NotAllowed, NowhereToGo};
use super::rail::Rail;
use super::settings::SettingsScreen;
use super::status::StatusScreen;
use crate::components::icon::{Glyph, Icon};
use crate::format::times;
use crate::state::app;
use crate::state::connection::CHECK_EVERY_SECONDS;

/// The frame.
#[component]
pub(crate) fn Frame() -> impl IntoView {
    let state = app();
    let is_mounted = RwSignal::new(());
    spawn_local(async move {
        while is_mounted.try_get_untracked().is_some() {
            if document().visibility_state() == VisibilityState::Visible {
                state.connection.check().await;
                // The server may have been exchanged or updated.
                state.session.refresh_capabilities().await;
            }
            TimeoutFuture::new(CHECK_EVERY_SECONDS * 1_000).await;
        }
    });
    view! {
        <a class="skip" href="#page">"Skip to the page"</a>
        <div class="frame">
            <Rail/>
            <div class="stack">
                <KeychainBar/>
                <OfflineBar/>
                <main id="page" class="main">
                    <Routes fallback=|| view! { <NowhereToGo/> }>
                        <Route path=path!("/") view=GoOn/>
                        <Route path=path!("/sign-in") view=GoOn/>
                        <Route path=path!("/accounts") view=|| administrators_only(|| view! { <AccountsScreen/> }.into_any())/>
                        <Route path=path!("/accounts/new") view=|| administrators_only(|| view! { <NewAccountScreen/> }.into_any())/>
                        <Route path=path!("/accounts/:id") view=|| administrators_only(|| view! { <AccountScreen/> }.into_any())/>
                        <Route path=path!("/me") view=MyAccountScreen/>
                        <Route path=path!("/settings") view=SettingsScreen/>
                        <Route path=path!("/status") view=StatusScreen/>
                    </Routes>
                </main>
            </div>
        </div>
    }
}

fn administrators_only(page: impl Fn() -> AnyView + Send + 'static) -> impl IntoView {
    let session = app().session;
    let is_allowed = Memo::new(move |_| session.is_administrator());
    move || if is_allowed.get() { page() } else { view! { <NotAllowed/> }.into_any() }
}

/// Leads on to what was interrupted, or home.
#[component]
fn GoOn() -> impl IntoView {
    let destination = app().session.take_destination();
    let navigate = use_navigate();
    Effect::new(move |_| navigate(&destination, NavigateOptions { replace: true, ..Default::default() }));
}

#[component]
fn OfflineBar() -> impl IntoView {
    let state = app();
    let connection = state.connection;
    let retry = move |_| {
        spawn_local(async move {
            connection.check().await;
            if connection.trouble.with_untracked(Option::is_none) {
                state.toasts.say("The server answers again.");
            }
        });
    };
    move || {
        connection.trouble.get().map(|sentence| {
            view! {
                <div class="bar" data-tone="warning" role="status">
                    <Icon glyph=Glyph::Offline/>
                    <p>
                        {sentence}
                        {move || connection.last_answer.get().map(|then| {
                            format!(" Showing data from {}.", times::age(then, state.now.get()))
                        })}
                    </p>
                    <button
                        type="button"
                        class="button small"
                        aria-busy=move || connection.is_checking.get().then_some("true")
                        on:click=retry
                    >
                        "Try again"
                    </button>
                </div>
            }
        })
    }
}

#[component]
fn KeychainBar() -> impl IntoView {
    let session = app().session;
    let is_dismissed = RwSignal::new(false);
    let is_shown = Memo::new(move |_| {
        !is_dismissed.get()
            && session.info.with(|info| {
                info.as_ref().is_some_and(|info| info.token_storage == TokenStorage::MemoryForWantOfKeychain)
            })
    });
    view! {
        <Show when=move || is_shown.get()>
            <div class="bar" data-tone="neutral" role="status">
                <Icon glyph=Glyph::Key/>
                <p>"This computer has no keychain, so you stay signed in only until this window closes."</p>
                <button type="button" class="button quiet small square" aria-label="Dismiss" on:click=move |_| is_dismissed.set(true)>
                    <Icon glyph=Glyph::Close/>
                </button>
            </div>
        </Show>
    }
}
