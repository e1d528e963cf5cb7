//! `POST /api/auth/register`: making an account for oneself, where that is open.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use voiceassist_contract::accounts::{Role, User};
use voiceassist_contract::auth::RegisterRequest;
use voiceassist_contract::auth::Registration;
use voiceassist_contract::problem::ProblemCode;

use crate::access::anonymous_actor;
use crate::accounts::{NewAccount, audit_snapshot, insert_account, require_free_address, to_user};
use crate::audit::{Action, Actor, Event};
use crate::http::body::JsonBody;
use crate::http::request_info::RequestInfo;
use crate::openapi::problems::refusals;
use crate::passwords::require_good_password;
use crate::problem::{Answer, ApiError};
use crate::state::AppState;

refusals!(Refusals: LIMITED, BODY; RegistrationClosed, PasswordTooWeak, EmailTaken);

/// Makes an account with the role `user`.
#[utoipa::path(
    post,
    path = "/api/auth/register",
    tag = "Sign-in",
    summary = "Register",
    description = "Makes an account for oneself, with the role `user`. Only where registration is open; `GET /api/auth/policy` says whether it is.",
    request_body = RegisterRequest,
    responses(
        (status = 201, description = "The new account.", body = User),
        Refusals
    )
)]
pub async fn register(
    State(state): State<AppState>,
    info: RequestInfo,
    body: JsonBody,
) -> Answer<(StatusCode, Json<User>)> {
    if state.policy.registration == Registration::Closed {
        return Err(ApiError::new(
            ProblemCode::RegistrationClosed,
            "Accounts are created by administrators here. Ask one of them.",
        ));
    }
    let mut fields = body.into_fields();
    let email = fields.email("email");
    let password = fields.password("password");
    let full_name = fields.full_name("full_name");
    fields.finish()?;
    require_good_password("password", &password, &full_name, &email)?;

    let readers = state.database.readers();
    require_free_address(readers, &email).await?;
    let turn = state.passwords.take_turn().await?;
    // Asked again: waiting for the turn takes long when many come.
    require_free_address(readers, &email).await?;
    let hashed_password = turn.hash(&password).await?;

    let transaction = state.database.begin_write().await?;
    let account = NewAccount {
        id: state.new_id(),
        email,
        full_name,
        role: Role::User,
        hashed_password,
        must_change_password: false,
    };
    let user = insert_account(&transaction, account, state.now()).await?;
    let actor = Actor { id: Some(user.id), name: Some(user.full_name.clone()), ..anonymous_actor(&info) };
    let event = Event::new(Action::AccountRegistered, &actor).on_account(user.id).with(audit_snapshot(&user));
    state.record(&transaction, event).await?;
    transaction.commit().await?;
    Ok((StatusCode::CREATED, Json(to_user(&user))))
}
