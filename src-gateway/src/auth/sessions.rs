//! `/api/auth/sessions`: where one is signed in, and ending that.

use axum::Json;
use axum::extract::State;
use voiceassist_contract::auth::{SessionList, SessionsEnded};

use crate::access::SignedIn;
use crate::http::parameters::PathId;
use crate::openapi::parameters::OwnSessionId;
use crate::openapi::problems::refusals;
use crate::problem::{Answer, ApiError};
use crate::sessions::{EndReason, Which, end_sessions, list_live, to_session};
use crate::state::AppState;

refusals!(ListRefusals: SIGNED_IN);

/// `GET /api/auth/sessions`: the own live sessions.
#[utoipa::path(
    get,
    path = "/api/auth/sessions",
    operation_id = "list_own_sessions",
    tag = "Sign-in",
    summary = "Own sessions",
    description = "Where one is signed in, the session last seen first.",
    responses(
        (status = 200, description = "The live sessions.", body = SessionList),
        ListRefusals
    ),
    security(("token" = []))
)]
pub async fn list_sessions(State(state): State<AppState>, person: SignedIn) -> Answer<Json<SessionList>> {
    let rows = list_live(state.database.readers(), person.id(), state.now()).await?;
    let items = rows.iter().map(|row| to_session(row, Some(person.session.id))).collect();
    Ok(Json(SessionList { items }))
}

refusals!(EndRefusals: SIGNED_IN, PATH_ID);

/// `DELETE /api/auth/sessions/{id}`: ends one of them, also the one that asks.
#[utoipa::path(
    delete,
    path = "/api/auth/sessions/{id}",
    operation_id = "end_own_session",
    tag = "Sign-in",
    summary = "End one of the own sessions",
    description = "Also the one that asks.",
    params(OwnSessionId),
    responses(
        (status = 200, description = "It has ended.", body = SessionsEnded),
        EndRefusals
    ),
    security(("token" = []))
)]
pub async fn end_session(
    State(state): State<AppState>,
    person: SignedIn,
    PathId(id): PathId,
) -> Answer<Json<SessionsEnded>> {
    let ended = end(&state, &person, Which::One(id)).await?;
    // Somebody else's session is as unknown as one that never was.
    if ended == 0 {
        Err(ApiError::not_found("There is no such session."))
    } else {
        Ok(Json(SessionsEnded { ended }))
    }
}

refusals!(EndOthersRefusals: SIGNED_IN);

/// `DELETE /api/auth/sessions`: ends all but the one that asks.
#[utoipa::path(
    delete,
    path = "/api/auth/sessions",
    operation_id = "end_other_own_sessions",
    tag = "Sign-in",
    summary = "End all other sessions of one's own",
    description = "All but the one that asks.",
    responses(
        (status = 200, description = "They have ended.", body = SessionsEnded),
        EndOthersRefusals
    ),
    security(("token" = []))
)]
pub async fn end_other_sessions(
    State(state): State<AppState>,
    person: SignedIn,
) -> Answer<Json<SessionsEnded>> {
    let ended = end(&state, &person, Which::AllBut(person.session.id)).await?;
    Ok(Json(SessionsEnded { ended }))
}

async fn end(state: &AppState, person: &SignedIn, which: Which) -> Answer<u64> {
    let transaction = state.database.begin_write().await?;
    let reason = EndReason::EndedByOwner;
    let ended = end_sessions(state, &transaction, &person.actor(), person.id(), which, reason).await?;
    transaction.commit().await?;
    Ok(ended)
}
