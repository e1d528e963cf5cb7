//! `PUT /api/users/{id}`: an administrator edits an account, based on the version that was looked at.

use axum::Json;
use axum::extract::State;
use voiceassist_contract::Time;
use voiceassist_contract::accounts::{Account, Role, UpdateAccountRequest};
use voiceassist_contract::email::comparison_key;
use voiceassist_contract::problem::ProblemCode;

use crate::access::Administrator;
use crate::accounts::{
    audit_snapshot, ensure_an_administrator_remains, find_for_update, role_of, update_account,
};
use crate::audit::{Action, Event};
use crate::database::write::WriteTransaction;
use crate::http::body::JsonBody;
use crate::http::parameters::{PathId, Version};
use crate::openapi::parameters::AccountId;
use crate::openapi::parameters::IfMatch;
use crate::openapi::problems::refusals;
use crate::problem::{Answer, ApiError};
use crate::sessions::step_up::is_fresh;
use crate::sessions::{EndReason, Which, end_sessions};
use crate::state::AppState;
use crate::tables::users;
use crate::users::me::step_up_required;
use crate::users::show::to_full_account;

refusals!(Refusals: ADMINISTRATOR, PATH_ID, BODY, VERSION; EmailTaken, OwnAccount, LastAdministrator, StepUpRequired);

/// Changes what the body names; what it leaves out stays as it is.
#[utoipa::path(
    put,
    path = "/api/users/{id}",
    tag = "Accounts",
    summary = "Edit an account",
    description = "What is left out stays. Another role, another address and deactivation end the account's sessions.",
    params(AccountId, IfMatch),
    request_body = UpdateAccountRequest,
    responses(
        (status = 200, description = "The account as it is now.", body = Account),
        Refusals
    ),
    security(("token" = []))
)]
pub async fn edit_account(
    State(state): State<AppState>,
    admin: Administrator,
    PathId(id): PathId,
    Version(version): Version,
    body: JsonBody,
) -> Answer<Json<Account>> {
    let changes = read_changes(body)?;
    let transaction = state.database.begin_write().await?;
    let before = find_for_update(&transaction, id).await?;
    if before.version != version {
        let current = to_full_account(&state, &transaction, &before).await?;
        return Err(ApiError::version_conflict(current));
    }
    let after = apply(&before, changes);
    if after == before {
        return Ok(Json(to_full_account(&state, &transaction, &before).await?));
    }
    require_harmless_to_oneself(&admin, &before, &after, state.now())?;
    let after = change_account(&state, &transaction, &admin, &before, after).await?;
    let answer = to_full_account(&state, &transaction, &after).await?;
    transaction.commit().await?;
    Ok(Json(answer))
}

/// Writes a change that an administrator may make, with its event, and ends the sessions that must end with it.
///
/// # Errors
/// `email_taken`, `last_administrator`, or if the database fails; the transaction must then not be committed.
pub(super) async fn change_account(
    state: &AppState,
    transaction: &WriteTransaction,
    admin: &Administrator,
    before: &users::Model,
    after: users::Model,
) -> Answer<users::Model> {
    let after = update_account(transaction, after, state.now()).await?;
    if is_active_administrator(before) && !is_active_administrator(&after) {
        ensure_an_administrator_remains(transaction).await?;
    }
    let actor = admin.actor();
    let event = Event::new(action(before, &after), &actor)
        .on_account(after.id)
        .changed(audit_snapshot(before), audit_snapshot(&after));
    state.record(transaction, event).await?;
    if let Some(reason) = reason_to_end_sessions(before, &after) {
        // Of one's own, only the address can change that much, and the session that asks has proved itself.
        let which = if after.id == admin.id() { Which::AllBut(admin.0.session.id) } else { Which::All };
        end_sessions(state, transaction, &actor, after.id, which, reason).await?;
    }
    Ok(after)
}

fn read_changes(body: JsonBody) -> Answer<UpdateAccountRequest> {
    let mut fields = body.into_fields();
    let changes = UpdateAccountRequest {
        full_name: fields.optional_full_name("full_name"),
        email: fields.optional_email("email"),
        role: fields.optional_choice("role"),
        is_active: fields.optional_bool("is_active"),
        must_change_password: fields.optional_bool("must_change_password"),
    };
    fields.finish()?;
    Ok(changes)
}

fn apply(before: &users::Model, changes: UpdateAccountRequest) -> users::Model {
    let mut after = before.clone();
    after.full_name = changes.full_name.unwrap_or(after.full_name);
    after.email = changes.email.unwrap_or(after.email);
    if let Some(role) = changes.role.filter(|role| *role != role_of(before)) {
        after.role = role.as_str().to_owned();
    }
    after.is_active = changes.is_active.unwrap_or(after.is_active);
    after.must_change_password = changes.must_change_password.unwrap_or(after.must_change_password);
    after
}

/// Nobody takes the own rights away by mistake, or the own address to another place without proof.
///
/// # Errors
/// `own_account` or `step_up_required`.
pub(super) fn require_harmless_to_oneself(
    admin: &Administrator,
    before: &users::Model,
    after: &users::Model,
    now: Time,
) -> Answer<()> {
    if admin.id() != before.id {
        return Ok(());
    }
    if !after.is_active {
        return Err(own_account("You cannot deactivate your own account."));
    }
    if role_of(after) != Role::Admin {
        return Err(own_account("You cannot take the role of administrator from your own account."));
    }
    if changes_address(before, after) && !is_fresh(&admin.0, now) {
        return Err(step_up_required());
    }
    Ok(())
}

/// `own_account`.
pub(super) fn own_account(detail: &str) -> ApiError {
    ApiError::new(ProblemCode::OwnAccount, detail)
}

/// Whether the account is one of those of which one must remain.
pub(super) fn is_active_administrator(row: &users::Model) -> bool {
    row.is_active && role_of(row) == Role::Admin
}

fn changes_address(before: &users::Model, after: &users::Model) -> bool {
    comparison_key(&after.email) != before.email_key
}

/// What the audit trail calls the change.
pub(super) fn action(before: &users::Model, after: &users::Model) -> Action {
    match (before.is_active, after.is_active) {
        (true, false) => Action::AccountDeactivated,
        (false, true) => Action::AccountRestored,
        _ => Action::AccountUpdated,
    }
}

/// Why sessions end with the change, if they do.
pub(super) fn reason_to_end_sessions(before: &users::Model, after: &users::Model) -> Option<EndReason> {
    if before.is_active && !after.is_active {
        Some(EndReason::AccountDeactivated)
    } else if role_of(before) != role_of(after) {
        Some(EndReason::RoleChanged)
    } else if changes_address(before, after) {
        Some(EndReason::EmailChanged)
    } else {
        None
    }
}
