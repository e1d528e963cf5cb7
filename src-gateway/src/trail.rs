//! `/api/audit`: the audit trail for those who look into it, read, checked and exported.

use axum::Router;
use axum::routing::get;

use crate::state::AppState;

pub mod cursor;
pub mod export;
pub mod filter;
pub mod list;
pub mod request;
pub mod rows;
pub mod verify;
pub mod wire;

/// The routes under `/api/audit`.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/api/audit", get(list::list_events))
        .route("/api/audit/verify", get(verify::verify_trail))
        .route("/api/audit/export", get(export::export_events))
}
