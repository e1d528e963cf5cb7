//! `/api/audit`: the audit trail for those who look into it, read, checked and exported.
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

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
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list::list_events))
        .routes(routes!(verify::verify_trail))
        .routes(routes!(export::export_events))
}
