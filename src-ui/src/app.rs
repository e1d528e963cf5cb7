//! The root: the state, the clock, and which of its four faces the window shows.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::Router;

use crate::components::toasts::Toasts;
use crate::screens::change_password::ForcedChange;
use crate::screens::frame::Frame;
use crate::screens::sign_in::SignInScreen;
use crate::state::session::Gate;
use crate::state::{AppState, clock};

/// How often what is shown relative to now is brought up to date.
const CLOCK_STEP_MILLISECONDS: u32 = 5_000;

/// The whole interface.
#[component]
pub(crate) fn App() -> impl IntoView {
    let state = AppState::new();
    provide_context(state);
    spawn_local(async move { state.start().await });
    spawn_local(async move {
        loop {
            TimeoutFuture::new(CLOCK_STEP_MILLISECONDS).await;
            state.now.set(clock::now());
        }
    });
    let gate = Memo::new(move |_| state.session.gate());
    view! {
        <Router>
            {move || match gate.get() {
                Gate::Starting => view! { <Starting/> }.into_any(),
                Gate::SignedOut => view! { <SignInScreen/> }.into_any(),
                Gate::MustChangePassword => view! { <ForcedChange/> }.into_any(),
                Gate::SignedIn => view! { <Frame/> }.into_any(),
            }}
            <Toasts/>
        </Router>
    }
}

/// What is seen for the moment in which the last session is resumed; words only if that takes long.
#[component]
fn Starting() -> impl IntoView {
    view! {
        <main class="stage" aria-busy="true">
            <p class="late faint" role="status">"Connecting…"</p>
        </main>
    }
}
