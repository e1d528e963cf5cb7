//! `/api/users/{id}/sessions`: where an account is signed in, and the end of that.

use axum::Json;
use axum::extract::State;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use voiceassist_contract::Id;
use voiceassist_contract::auth::{SessionList, SessionsEnded};

use crate::access::Administrator;
use crate::accounts::{find_account, find_for_update};
use crate::http::parameters::{PathId, PathSessionId};
use crate::openapi::parameters::AccountId;
use crate::openapi::parameters::AccountSessionId;
use crate::openapi::problems::refusals;
use crate::problem::{Answer, ApiError};
use crate::sessions::{EndReason, Which, end_sessions, list_live, to_session};
use crate::state::AppState;
use crate::tables::sessions;

refusals!(ListRefusals: ADMINISTRATOR, PATH_ID);

/// `GET …/sessions`: the live ones.
#[utoipa::path(
    get,
    path = "/api/users/{id}/sessions",
    operation_id = "list_account_sessions",
    tag = "Accounts",
    summary = "Sessions of an account",
    description = "Where the account is signed in, the session last seen first.",
    params(AccountId),
    responses(
        (status = 200, description = "The live sessions.", body = SessionList),
        ListRefusals
    ),
    security(("token" = []))
)]
pub async fn list_sessions(
    State(state): State<AppState>,
    Administrator(admin): Administrator,
    PathId(id): PathId,
) -> Answer<Json<SessionList>> {
    let readers = state.database.readers();
    find_account(readers, id).await?;
    let live = list_live(readers, id, state.now()).await?;
    let items = live.iter().map(|session| to_session(session, Some(admin.session.id))).collect();
    Ok(Json(SessionList { items }))
}

refusals!(EndAllRefusals: ADMINISTRATOR, PATH_ID);

/// `DELETE …/sessions`: ends all of them.
#[utoipa::path(
    delete,
    path = "/api/users/{id}/sessions",
    operation_id = "end_account_sessions",
    tag = "Accounts",
    summary = "End all sessions of an account",
    description = "All of them, also one's own if it is the own account.",
    params(AccountId),
    responses(
        (status = 200, description = "They have ended.", body = SessionsEnded),
        EndAllRefusals
    ),
    security(("token" = []))
)]
pub async fn end_all_sessions(
    State(state): State<AppState>,
    admin: Administrator,
    PathId(id): PathId,
) -> Answer<Json<SessionsEnded>> {
    end(&state, &admin, id, Which::All).await
}

refusals!(EndOneRefusals: ADMINISTRATOR, PATH_ID);

/// `DELETE …/sessions/{sid}`: ends one. One that has ended already counts as none.
#[utoipa::path(
    delete,
    path = "/api/users/{id}/sessions/{sid}",
    operation_id = "end_account_session",
    tag = "Accounts",
    summary = "End a session of an account",
    description = "One that has ended already counts as none.",
    params(AccountId, AccountSessionId),
    responses(
        (status = 200, description = "It has ended.", body = SessionsEnded),
        EndOneRefusals
    ),
    security(("token" = []))
)]
pub async fn end_one_session(
    State(state): State<AppState>,
    admin: Administrator,
    PathId(id): PathId,
    PathSessionId(session_id): PathSessionId,
) -> Answer<Json<SessionsEnded>> {
    let known = sessions::Entity::find_by_id(session_id)
        .filter(sessions::Column::UserId.eq(id))
        .one(state.database.readers())
        .await?;
    if known.is_none() {
        return Err(ApiError::not_found("This account has no such session."));
    }
    end(&state, &admin, id, Which::One(session_id)).await
}

async fn end(state: &AppState, admin: &Administrator, id: Id, which: Which) -> Answer<Json<SessionsEnded>> {
    let transaction = state.database.begin_write().await?;
    find_for_update(&transaction, id).await?;
    let actor = admin.actor();
    let ended = end_sessions(state, &transaction, &actor, id, which, EndReason::EndedByAdministrator).await?;
    transaction.commit().await?;
    Ok(Json(SessionsEnded { ended }))
}
