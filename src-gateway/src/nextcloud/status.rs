//! `GET /api/nextcloud/status`: how Nextcloud is, for administrators.

use axum::Json;
use axum::extract::State;
use voiceassist_contract::nextcloud::NextcloudStatus;

use crate::access::Administrator;
use crate::health::checks::check_shared;
use crate::state::AppState;

/// Answers what was found within the last second.
pub async fn show_status(State(state): State<AppState>, _: Administrator) -> Json<NextcloudStatus> {
    Json(check_shared(&state).await.nextcloud)
}
