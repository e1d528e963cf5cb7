//! `/api/auth`: signing in and out, and one's own sessions.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post};

use crate::limits::{Limit, limit_requests};
use crate::metrics::sign_ins::count_sign_in;
use crate::state::AppState;

pub mod login;
pub mod logout;
pub mod me;
pub mod policy;
pub mod refresh;
pub mod register;
pub mod sessions;
pub mod step_up;

/// The routes under `/api/auth`.
pub fn router(state: &AppState) -> Router<AppState> {
    let limited = |limit: Limit| from_fn_with_state((state.clone(), limit), limit_requests);
    Router::new()
        .route("/api/auth/register", post(register::register).route_layer(limited(Limit::Register)))
        .route(
            "/api/auth/login",
            post(login::log_in)
                .route_layer(limited(Limit::Login))
                .route_layer(from_fn_with_state(state.clone(), count_sign_in)),
        )
        .route("/api/auth/refresh", post(refresh::refresh).route_layer(limited(Limit::Refresh)))
        .route("/api/auth/step-up", post(step_up::step_up).route_layer(limited(Limit::Login)))
        .route("/api/auth/logout", post(logout::log_out))
        .route("/api/auth/me", get(me::show_me))
        .route("/api/auth/policy", get(policy::show_policy))
        .route("/api/auth/sessions", get(sessions::list_sessions).delete(sessions::end_other_sessions))
        .route("/api/auth/sessions/{id}", delete(sessions::end_session))
}
