//! `GET /api/auth/policy`: what a person should know before typing.

use axum::Json;
use axum::extract::State;
use voiceassist_contract::auth::{PasswordPolicy, Policy, SessionPolicy};
use voiceassist_contract::password::{LEAST_BYTES, LEAST_SCORE, MOST_BYTES};

use crate::delay;
use crate::openapi::problems::refusals;
use crate::state::AppState;

refusals!(Refusals: );

/// Answers the rules in force.
#[utoipa::path(
    get,
    path = "/api/auth/policy",
    tag = "Sign-in",
    summary = "The rules in force",
    description = "What a person should know before typing: how passwords must be, how long sign-ins last, and whether registration is open.",
    responses(
        (status = 200, description = "The rules.", body = Policy),
        Refusals
    )
)]
pub async fn show_policy(State(state): State<AppState>) -> Json<Policy> {
    let policy = state.policy;
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    Json(Policy {
        password: PasswordPolicy { min_bytes: LEAST_BYTES, max_bytes: MOST_BYTES, min_score: LEAST_SCORE },
        lock: delay::POLICY,
        session: SessionPolicy {
            access_token_minutes: count(policy.access_life.num_minutes()),
            refresh_token_days: count(policy.refresh_life.num_days()),
            absolute_days: count(policy.session_life.num_days()),
        },
        registration: policy.registration,
    })
}
