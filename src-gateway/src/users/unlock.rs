//! `POST /api/users/{id}/unlock`: forgets an account's failed sign-ins, and with them its delay.

use axum::Json;
use axum::extract::State;
use serde_json::json;
use voiceassist_contract::accounts::Account;

use crate::access::Administrator;
use crate::accounts::{find_for_update, save_account};
use crate::audit::{Action, Event};
use crate::delay::clear_failures;
use crate::http::parameters::PathId;
use crate::openapi::parameters::AccountId;
use crate::openapi::problems::refusals;
use crate::problem::Answer;
use crate::state::AppState;
use crate::users::show::to_full_account;

refusals!(Refusals: ADMINISTRATOR, PATH_ID);

/// Clears the delay. An account without failures stays as it is. The version stays too: this is no edit.
#[utoipa::path(
    post,
    path = "/api/users/{id}/unlock",
    tag = "Accounts",
    summary = "Unlock an account",
    description = "Forgets failed sign-ins, and with them the delay.",
    params(AccountId),
    responses(
        (status = 200, description = "The account as it is now.", body = Account),
        Refusals
    ),
    security(("token" = []))
)]
pub async fn unlock_account(
    State(state): State<AppState>,
    admin: Administrator,
    PathId(id): PathId,
) -> Answer<Json<Account>> {
    let transaction = state.database.begin_write().await?;
    let before = find_for_update(&transaction, id).await?;
    if before.failed_sign_ins == 0 && before.locked_until.is_none() {
        return Ok(Json(to_full_account(&state, &transaction, &before).await?));
    }
    let mut after = before.clone();
    clear_failures(&mut after);
    let after = save_account(&transaction, after).await?;
    let event = Event::new(Action::Unlocked, &admin.actor()).on_account(id).changed(
        json!({"failures": before.failed_sign_ins, "locked_until": before.locked_until}),
        json!({"failures": 0, "locked_until": null}),
    );
    state.record(&transaction, event).await?;
    let answer = to_full_account(&state, &transaction, &after).await?;
    transaction.commit().await?;
    Ok(Json(answer))
}
