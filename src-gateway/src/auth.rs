//! `/api/auth`: signing in and out, and one's own sessions.

use axum::middleware::from_fn_with_state;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

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

/// The routes under `/api/auth`. Without a state they are only described, and neither
/// limited nor counted.
pub fn router(state: Option<&AppState>) -> OpenApiRouter<AppState> {
    let limited = |routes: UtoipaMethodRouter<AppState>, limit: Limit| match state {
        Some(state) => {
            let layer = from_fn_with_state((state.clone(), limit), limit_requests);
            routes.map(|methods| methods.route_layer(layer))
        }
        None => routes,
    };
    let counted = |routes: UtoipaMethodRouter<AppState>| match state {
        Some(state) => {
            routes.map(|methods| methods.route_layer(from_fn_with_state(state.clone(), count_sign_in)))
        }
        None => routes,
    };
    OpenApiRouter::new()
        .routes(limited(routes!(register::register), Limit::Register))
        .routes(counted(limited(routes!(login::log_in), Limit::Login)))
        .routes(limited(routes!(refresh::refresh), Limit::Refresh))
        .routes(limited(routes!(step_up::step_up), Limit::Login))
        .routes(routes!(logout::log_out))
        .routes(routes!(me::show_me))
        .routes(routes!(policy::show_policy))
        .routes(routes!(sessions::list_sessions, sessions::end_other_sessions))
        .routes(routes!(sessions::end_session))
}
