//! `GET /api/users/{id}`: one account, for administrators.

use axum::Json;
use axum::extract::State;
use sea_orm::{ConnectionTrait, DbErr};
use voiceassist_contract::accounts::Account;

use crate::access::Administrator;
use crate::accounts::{find_account, to_account};
use crate::http::parameters::PathId;
use crate::nextcloud::links;
use crate::openapi::parameters::AccountId;
use crate::openapi::problems::refusals;
use crate::problem::Answer;
use crate::sessions::count_live;
use crate::state::AppState;
use crate::tables::users;

refusals!(Refusals: ADMINISTRATOR, PATH_ID);

/// Answers the account, with its lock, the number of its live sessions, and its link to Nextcloud.
#[utoipa::path(
    get,
    path = "/api/users/{id}",
    tag = "Accounts",
    summary = "Show an account",
    description = "With failed sign-ins, the number of live sessions, and how it stands with Nextcloud as far as the gateway knows.",
    params(AccountId),
    responses(
        (status = 200, description = "The account.", body = Account),
        Refusals
    ),
    security(("token" = []))
)]
pub async fn show_account(
    State(state): State<AppState>,
    _: Administrator,
    PathId(id): PathId,
) -> Answer<Json<Account>> {
    let readers = state.database.readers();
    let row = find_account(readers, id).await?;
    let nextcloud = links::show_known(&state, id).await?;
    Ok(Json(Account { nextcloud, ..to_full_account(&state, readers, &row).await? }))
}

/// The account as it is shown alone: with the number of its live sessions.
pub(super) async fn to_full_account<C: ConnectionTrait>(
    state: &AppState,
    connection: &C,
    row: &users::Model,
) -> Result<Account, DbErr> {
    let sessions = count_live(connection, row.id, state.now()).await?;
    Ok(to_account(row, Some(sessions)))
}
