//! `/api/nextcloud`: the Nextcloud beside the gateway.
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub mod status;

/// The routes under `/api/nextcloud`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(status::show_status))
}
