//! `/api/auth/sessions`: where one is signed in, and ending that.

use axum::Json;
use axum::extract::State;
use voiceassist_contract::auth::{SessionList, SessionsEnded};

use crate::access::SignedIn;
use crate::http::parameters::PathId;
use crate::problem::{Answer, ApiError};
use crate::sessions::{EndReason, Which, end_sessions, list_live, to_session};
use crate::state::AppState;

/// `GET /api/auth/sessions`: the own live sessions.
pub async fn list_sessions(State(state): State<AppState>, person: SignedIn) -> Answer<Json<SessionList>> {
    let rows = list_live(state.database.readers(), person.id(), state.now()).await?;
    let items = rows.iter().map(|row| to_session(row, Some(person.session.id))).collect();
    Ok(Json(SessionList { items }))
}

/// `DELETE /api/auth/sessions/{id}`: ends one of them, also the one that asks.
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

/// `DELETE /api/auth/sessions`: ends all but the one that asks.
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
