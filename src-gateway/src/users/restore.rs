//! `POST /api/users/{id}/restore`: brings a deactivated account back. Its sessions stay ended.

use axum::Json;
use axum::extract::State;
use voiceassist_contract::accounts::Account;

use crate::access::Administrator;
use crate::accounts::{audit_snapshot, find_for_update, update_account};
use crate::audit::{Action, Event};
use crate::http::parameters::PathId;
use crate::openapi::parameters::AccountId;
use crate::openapi::problems::refusals;
use crate::problem::Answer;
use crate::state::AppState;
use crate::users::show::to_full_account;

refusals!(Refusals: ADMINISTRATOR, PATH_ID);

/// Brings the account back. A second time changes nothing.
#[utoipa::path(
    post,
    path = "/api/users/{id}/restore",
    tag = "Accounts",
    summary = "Restore an account",
    description = "Brings a deactivated account back; its sessions stay ended. A second time changes nothing.",
    params(AccountId),
    responses(
        (status = 200, description = "The account as it is now.", body = Account),
        Refusals
    ),
    security(("token" = []))
)]
pub async fn restore_account(
    State(state): State<AppState>,
    admin: Administrator,
    PathId(id): PathId,
) -> Answer<Json<Account>> {
    let transaction = state.database.begin_write().await?;
    let before = find_for_update(&transaction, id).await?;
    if before.is_active {
        return Ok(Json(to_full_account(&state, &transaction, &before).await?));
    }
    let mut after = before.clone();
    after.is_active = true;
    let after = update_account(&transaction, after, state.now()).await?;
    let event = Event::new(Action::AccountRestored, &admin.actor())
        .on_account(id)
        .changed(audit_snapshot(&before), audit_snapshot(&after));
    state.record(&transaction, event).await?;
    let answer = to_full_account(&state, &transaction, &after).await?;
    transaction.commit().await?;
    Ok(Json(answer))
}
