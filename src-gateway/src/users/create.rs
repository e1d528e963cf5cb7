//! `POST /api/users`: an administrator makes an account.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use voiceassist_contract::Secret;
use voiceassist_contract::accounts::CreateAccountRequest;
use voiceassist_contract::accounts::{AccountWithPassword, Role};

use crate::access::Administrator;
use crate::accounts::{NewAccount, audit_snapshot, insert_account, require_free_address, to_account};
use crate::audit::{Action, Event};
use crate::http::body::JsonBody;
use crate::openapi::problems::refusals;
use crate::passwords::require_good_password;
use crate::passwords::temporary::make_temporary_password;
use crate::problem::Answer;
use crate::state::AppState;

refusals!(Refusals: ADMINISTRATOR, BODY; PasswordTooWeak, EmailTaken);

/// Makes an account, with a temporary password if none is given; that one is shown in this answer alone.
#[utoipa::path(
    post,
    path = "/api/users",
    tag = "Accounts",
    summary = "Create an account",
    description = "Without a password a temporary one is made, and shown in this answer alone.",
    request_body = CreateAccountRequest,
    responses(
        (status = 201, description = "The new account.", body = AccountWithPassword, headers(("Location" = String, description = "The account's path."))),
        Refusals
    ),
    security(("token" = []))
)]
pub async fn create_account(
    State(state): State<AppState>,
    admin: Administrator,
    body: JsonBody,
) -> Answer<Response> {
    let mut fields = body.into_fields();
    let email = fields.email("email");
    let full_name = fields.full_name("full_name");
    let role: Role = fields.optional_choice("role").unwrap_or_default();
    let given_password = fields.optional_password("password");
    let wants_change = fields.optional_bool("must_change_password");
    fields.finish()?;

    if let Some(password) = &given_password {
        require_good_password("password", password, &full_name, &email)?;
    }
    let readers = state.database.readers();
    require_free_address(readers, &email).await?;
    let turn = state.passwords.take_turn().await?;
    // Asked again: waiting for the turn takes long when many come.
    require_free_address(readers, &email).await?;
    let is_temporary = given_password.is_none();
    let password: Secret = given_password.unwrap_or_else(|| make_temporary_password(state.random()));
    let account = NewAccount {
        id: state.new_id(),
        email,
        full_name,
        role,
        hashed_password: turn.hash(&password).await?,
        must_change_password: is_temporary || wants_change.unwrap_or(true),
    };

    let transaction = state.database.begin_write().await?;
    let row = insert_account(&transaction, account, state.now()).await?;
    let event =
        Event::new(Action::AccountCreated, &admin.actor()).on_account(row.id).with(audit_snapshot(&row));
    state.record(&transaction, event).await?;
    transaction.commit().await?;

    let location = format!("/api/users/{}", row.id);
    let answer = AccountWithPassword {
        account: to_account(&row, Some(0)),
        temporary_password: is_temporary.then_some(password),
    };
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(answer)).into_response())
}
