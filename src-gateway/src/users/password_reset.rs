//! `POST /api/users/{id}/password-reset`: a temporary password for somebody who has lost theirs.

use axum::Json;
use axum::extract::State;
use voiceassist_contract::accounts::AccountWithPassword;

use crate::access::Administrator;
use crate::accounts::{audit_snapshot, find_account, find_for_update, update_account};
use crate::audit::{Action, Event};
use crate::delay::clear_failures;
use crate::http::parameters::PathId;
use crate::openapi::parameters::AccountId;
use crate::openapi::problems::refusals;
use crate::passwords::temporary::make_temporary_password;
use crate::problem::Answer;
use crate::sessions::{EndReason, Which, end_sessions};
use crate::state::AppState;
use crate::users::show::to_full_account;
use crate::users::update::own_account;

refusals!(Refusals: ADMINISTRATOR, PATH_ID; OwnAccount);

/// Gives the account a temporary password, ends its sessions and clears its delay.
#[utoipa::path(
    post,
    path = "/api/users/{id}/password-reset",
    tag = "Accounts",
    summary = "Reset a password",
    description = "Gives the account a temporary password that is shown in this answer alone, ends its sessions and clears its delay.",
    params(AccountId),
    responses(
        (status = 200, description = "The account with its temporary password.", body = AccountWithPassword),
        Refusals
    ),
    security(("token" = []))
)]
pub async fn reset_password(
    State(state): State<AppState>,
    admin: Administrator,
    PathId(id): PathId,
) -> Answer<Json<AccountWithPassword>> {
    if id == admin.id() {
        // Otherwise a desk left alone would be enough to take an administrator's account over.
        return Err(own_account("Change your own password in your account; the current one is asked for."));
    }
    find_account(state.database.readers(), id).await?;
    let password = make_temporary_password(state.random());
    let hashed_password = state.passwords.hash(&password).await?;

    let transaction = state.database.begin_write().await?;
    let before = find_for_update(&transaction, id).await?;
    let mut after = before.clone();
    after.hashed_password = hashed_password;
    after.must_change_password = true;
    clear_failures(&mut after);
    let after = update_account(&transaction, after, state.now()).await?;
    let actor = admin.actor();
    let event = Event::new(Action::PasswordReset, &actor)
        .on_account(id)
        .changed(audit_snapshot(&before), audit_snapshot(&after));
    state.record(&transaction, event).await?;
    end_sessions(&state, &transaction, &actor, id, Which::All, EndReason::PasswordReset).await?;
    let account = to_full_account(&state, &transaction, &after).await?;
    transaction.commit().await?;
    Ok(Json(AccountWithPassword { account, temporary_password: Some(password) }))
}
