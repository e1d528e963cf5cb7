//! `/api/users`: one's own profile, and the accounts that administrators manage.

use axum::Router;
use axum::routing::get;

use crate::state::AppState;

pub mod me;

/// The routes under `/api/users`.
pub fn router() -> Router<AppState> {
    Router::new().route("/api/users/me", get(me::show_profile))
}
