//! `/health` and `/ready`: whether the process answers, and whether it can do its work.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use utoipa::IntoResponses;
use utoipa::openapi::response::Response as ResponseDescription;
use utoipa::openapi::{ContentBuilder, Ref, RefOr};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use voiceassist_contract::health::{Health, Readiness, ReadyStatus};
use voiceassist_contract::problem::ProblemCode;

use crate::health::checks::check_shared;
use crate::openapi::problems::{EVERYWHERE, describe};
use crate::state::AppState;

pub mod checks;
pub mod http_check;
pub mod nextcloud;
pub mod qdrant;

/// When to ask again while the gateway is not ready, in seconds.
const RETRY_SECONDS: &str = "2";

/// The routes of this file.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(show_health)).routes(routes!(show_readiness))
}

#[utoipa::path(
    get,
    path = "/health",
    tag = "Health",
    summary = "Whether the process answers",
    description = "For everybody. It touches nothing else, and is answered however busy the gateway is.",
    responses(
        (status = 200, description = "It does.", body = Health),
        HealthRefusals
    )
)]
async fn show_health(State(state): State<AppState>) -> Json<Health> {
    Json(Health {
        status: "healthy".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        timestamp: state.now(),
        uptime_seconds: state.uptime().as_secs(),
    })
}

#[utoipa::path(
    get,
    path = "/ready",
    tag = "Health",
    summary = "Whether the gateway can do its work",
    description = "For everybody. The database decides; Redis too where it is configured; Qdrant and Nextcloud only degrade. All who ask within a second share one check.",
    responses(
        (status = 200, description = "It can, perhaps without services that accounts do not need.", body = Readiness),
        ReadyRefusals
    )
)]
async fn show_readiness(State(state): State<AppState>) -> Response {
    let readiness = check_shared(&state).await.readiness;
    match readiness.status {
        ReadyStatus::Ready | ReadyStatus::Degraded => Json(readiness).into_response(),
        ReadyStatus::NotReady => {
            let again = [(header::RETRY_AFTER, RETRY_SECONDS)];
            (StatusCode::SERVICE_UNAVAILABLE, again, Json(readiness)).into_response()
        }
    }
}

/// The problems of `/health`: the layers that wait for others stand aside for it.
struct HealthRefusals;

impl IntoResponses for HealthRefusals {
    fn responses() -> BTreeMap<String, RefOr<ResponseDescription>> {
        describe(&[&[ProblemCode::Internal]])
    }
}

/// The problems of `/ready`, where 503 is also the answer of the checks themselves.
struct ReadyRefusals;

impl IntoResponses for ReadyRefusals {
    fn responses() -> BTreeMap<String, RefOr<ResponseDescription>> {
        let mut responses = describe(&[EVERYWHERE]);
        if let Some(RefOr::T(unavailable)) = responses.get_mut("503") {
            unavailable.description = format!("It cannot, or: {}", unavailable.description);
            let readiness = ContentBuilder::new().schema(Some(Ref::from_schema_name("Readiness"))).build();
            unavailable.content.insert("application/json".to_owned(), readiness.into());
        }
        responses
    }
}
