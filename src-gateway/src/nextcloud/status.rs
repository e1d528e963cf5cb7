//! `GET /api/nextcloud/status`: how Nextcloud is, for administrators.

use axum::Json;
use axum::extract::State;
use voiceassist_contract::nextcloud::NextcloudStatus;

use crate::access::Administrator;
use crate::health::checks::check_shared;
use crate::openapi::problems::refusals;
use crate::state::AppState;

refusals!(Refusals: ADMINISTRATOR);

/// Answers what was found within the last second.
#[utoipa::path(
    get,
    path = "/api/nextcloud/status",
    operation_id = "show_nextcloud_status",
    tag = "Nextcloud",
    summary = "How Nextcloud is",
    description = "What was found within the last second.",
    responses(
        (status = 200, description = "Its state.", body = NextcloudStatus),
        Refusals
    ),
    security(("token" = []))
)]
pub async fn show_status(State(state): State<AppState>, _: Administrator) -> Json<NextcloudStatus> {
    Json(check_shared(&state).await.nextcloud)
}
