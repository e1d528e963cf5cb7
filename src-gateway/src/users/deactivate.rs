//! `DELETE /api/users/{id}`: deactivates an account. Its row stays, so that it can be brought back.

use axum::Json;
use axum::extract::State;
use voiceassist_contract::accounts::Account;

use crate::access::Administrator;
use crate::accounts::{audit_snapshot, ensure_an_administrator_remains, find_for_update, update_account};
use crate::audit::{Action, Event};
use crate::http::parameters::PathId;
use crate::openapi::parameters::AccountId;
use crate::openapi::problems::refusals;
use crate::problem::Answer;
use crate::sessions::{EndReason, Which, end_sessions};
use crate::state::AppState;
use crate::users::show::to_full_account;
use crate::users::update::own_account;

refusals!(Refusals: ADMINISTRATOR, PATH_ID; OwnAccount, LastAdministrator);

/// Deactivates the account and ends its sessions. A second time changes nothing.
#[utoipa::path(
    delete,
    path = "/api/users/{id}",
    tag = "Accounts",
    summary = "Deactivate an account",
    description = "Nothing is deleted: the account cannot sign in any more, its sessions end, and it can be restored. A second time changes nothing.",
    params(AccountId),
    responses(
        (status = 200, description = "The account as it is now.", body = Account),
        Refusals
    ),
    security(("token" = []))
)]
pub async fn deactivate_account(
    State(state): State<AppState>,
    admin: Administrator,
    PathId(id): PathId,
) -> Answer<Json<Account>> {
    if id == admin.id() {
        return Err(own_account("You cannot deactivate your own account."));
    }
    let transaction = state.database.begin_write().await?;
    let before = find_for_update(&transaction, id).await?;
    if !before.is_active {
        return Ok(Json(to_full_account(&state, &transaction, &before).await?));
    }
    let mut after = before.clone();
    after.is_active = false;
    let after = update_account(&transaction, after, state.now()).await?;
    ensure_an_administrator_remains(&transaction).await?;
    let actor = admin.actor();
    let event = Event::new(Action::AccountDeactivated, &actor)
        .on_account(id)
        .changed(audit_snapshot(&before), audit_snapshot(&after));
    state.record(&transaction, event).await?;
    end_sessions(&state, &transaction, &actor, id, Which::All, EndReason::AccountDeactivated).await?;
    let answer = to_full_account(&state, &transaction, &after).await?;
    transaction.commit().await?;
    Ok(Json(answer))
}
