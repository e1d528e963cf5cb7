//! `/api/nextcloud`: the Nextcloud beside the gateway.

use axum::Router;
use axum::routing::get;

use crate::state::AppState;

pub mod status;

/// The routes under `/api/nextcloud`.
pub fn router() -> Router<AppState> {
    Router::new().route("/api/nextcloud/status", get(status::show_status))
}
