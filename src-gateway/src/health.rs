//! `/health` and `/ready`: whether the process answers, and whether it can do its work.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use voiceassist_contract::health::{Health, Readiness, ReadyStatus};

use crate::health::checks::check_shared;
use crate::state::AppState;

pub mod checks;
pub mod http_check;
pub mod nextcloud;
pub mod qdrant;

/// The routes of this file.
pub fn router() -> Router<AppState> {
    Router::new().route("/health", get(show_health)).route("/ready", get(show_readiness))
}

async fn show_health(State(state): State<AppState>) -> Json<Health> {
    let now = state.now();
    Json(Health {
        status: "healthy".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        timestamp: now,
        uptime_seconds: u64::try_from((now - state.started_at).num_seconds()).unwrap_or(0),
    })
}

async fn show_readiness(State(state): State<AppState>) -> (StatusCode, Json<Readiness>) {
    let readiness = check_shared(&state).await.readiness;
    let status = match readiness.status {
        ReadyStatus::Ready | ReadyStatus::Degraded => StatusCode::OK,
        ReadyStatus::NotReady => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, Json(readiness))
}
