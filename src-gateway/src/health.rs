//! `/health` and `/ready`: whether the process answers, and whether it can do its work.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use tokio::sync::Mutex;
use tokio::time::Instant;
use voiceassist_contract::Time;
use voiceassist_contract::health::{COMPONENTS, CheckDetail, ComponentState, Health, Readiness, ReadyStatus};

use crate::state::AppState;

/// The longest that a check may take.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

/// How long an answer is good for other callers.
const SHARED_FOR: Duration = Duration::from_secs(1);

/// The component that decides readiness. Its name is the wire's; it stands for the database in use.
const DATABASE: &str = "postgres";

/// The routes of this file.
pub fn router() -> Router<AppState> {
    Router::new().route("/health", get(show_health)).route("/ready", get(show_readiness))
}

/// The last answer of `/ready`. Whoever comes while it is being made waits for it.
#[derive(Debug, Default)]
pub struct SharedReadiness(Mutex<Option<(Instant, Readiness)>>);

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
    let readiness = check_shared(&state).await;
    let status = match readiness.status {
        ReadyStatus::Ready | ReadyStatus::Degraded => StatusCode::OK,
        ReadyStatus::NotReady => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, Json(readiness))
}

async fn check_shared(state: &AppState) -> Readiness {
    let mut last = state.readiness.0.lock().await;
    if let Some((made_at, readiness)) = last.as_ref()
        && made_at.elapsed() < SHARED_FOR
    {
        return readiness.clone();
    }
    let readiness = check_components(state).await;
    *last = Some((Instant::now(), readiness.clone()));
    readiness
}

async fn check_components(state: &AppState) -> Readiness {
    let database = check_database(state).await;
    let is_ready = database.state == ComponentState::Ok;
    let details: BTreeMap<String, CheckDetail> = COMPONENTS
        .iter()
        .map(|name| {
            let detail = if *name == DATABASE { database.clone() } else { not_configured() };
            ((*name).to_owned(), detail)
        })
        .collect();
    let checks = details
        .iter()
        .map(|(name, detail)| (name.clone(), detail.state != ComponentState::Unreachable))
        .collect();
    Readiness {
        status: if is_ready { ReadyStatus::Ready } else { ReadyStatus::NotReady },
        checks,
        details,
        timestamp: state.now(),
    }
}

async fn check_database(state: &AppState) -> CheckDetail {
    let checked_at = state.now();
    let started = Instant::now();
    let answer = tokio::time::timeout(CHECK_TIMEOUT, state.database.read_version()).await;
    let latency = started.elapsed();
    match answer {
        Ok(Ok(version)) => CheckDetail {
            state: ComponentState::Ok,
            latency_ms: Some(u64::try_from(latency.as_millis()).unwrap_or(u64::MAX)),
            version: Some(version),
            message: "The database answers.".to_owned(),
            checked_at: Some(checked_at),
        },
        Ok(Err(error)) => {
            tracing::error!(cause = %error, "the database does not answer");
            unreachable("The database does not answer. The server's log says why.", checked_at)
        }
        Err(_) => unreachable("The database did not answer within 2 seconds.", checked_at),
    }
}

fn unreachable(message: &str, checked_at: Time) -> CheckDetail {
    CheckDetail {
        state: ComponentState::Unreachable,
        latency_ms: None,
        version: None,
        message: message.to_owned(),
        checked_at: Some(checked_at),
    }
}

fn not_configured() -> CheckDetail {
    CheckDetail {
        state: ComponentState::NotConfigured,
        latency_ms: None,
        version: None,
        message: "Not part of this deployment.".to_owned(),
        checked_at: None,
    }
}
