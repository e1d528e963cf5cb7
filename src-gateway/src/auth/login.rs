//! `POST /api/auth/login`: e-mail and password for a pair of tokens.
//!
//! Whoever fails learns nothing about whether the account exists: an unknown address costs a comparison
//! too, and is delayed as an account is.

use axum::Json;
use axum::extract::State;
use serde_json::json;
use voiceassist_contract::auth::LoginRequest;
use voiceassist_contract::auth::TokenPair;
use voiceassist_contract::problem::ProblemCode;
use voiceassist_contract::rule::Violation;
use voiceassist_contract::text::is_deceptive;

use crate::access::anonymous_actor;
use crate::accounts::{find_by_email, save_account};
use crate::audit::{Action, Actor, Event};
use crate::database::write::WriteTransaction;
use crate::delay::{clear_failures, count_failure, require_unlocked};
use crate::http::body::JsonBody;
use crate::http::request_info::RequestInfo;
use crate::metrics::Locked;
use crate::openapi::problems::refusals;
use crate::problem::{Answer, ApiError};
use crate::sessions::start_session;
use crate::state::AppState;
use crate::tables::users;

refusals!(Refusals: LIMITED, BODY; InvalidCredentials, AccountInactive, AccountLocked);

/// Signs in.
#[utoipa::path(
    post,
    path = "/api/auth/login",
    tag = "Sign-in",
    summary = "Sign in",
    description = "Gives a pair of tokens for an e-mail address and its password. After five failures in a row the account waits, for one second first and then twice as long each time, up to a quarter of an hour.",
    request_body = LoginRequest,
    responses(
        (status = 200, description = "A new session.", body = TokenPair),
        Refusals
    )
)]
pub async fn log_in(
    State(state): State<AppState>,
    info: RequestInfo,
    body: JsonBody,
) -> Answer<Json<TokenPair>> {
    let mut fields = body.into_fields();
    let email = fields.optional_parsed("email", parse_tried_email);
    let email = email.unwrap_or_else(|| fields.email("email"));
    let password = fields.password("password");
    fields.finish()?;

    let readers = state.database.readers();
    let found = find_by_email(readers, &email).await?;
    let locked_until = match &found {
        Some(user) => user.locked_until,
        None => state.unknown_addresses.locked_until(readers, &email).await?,
    };
    require_unlocked(locked_until, state.now())?;

    let hash = found.as_ref().map(|user| user.hashed_password.as_str());
    let is_right = state.passwords.verify(&password, hash).await?;

    let transaction = state.database.begin_write().await?;
    let Some(user) = find_by_email(&transaction, &email).await? else {
        return refuse_unknown(&state, transaction, &info, &email).await;
    };
    // Looked at again: guesses that were compared side by side must not outrun the delay.
    require_unlocked(user.locked_until, state.now())?;
    // The comparison was with the hash of that moment; if it was changed since, it says nothing.
    if !is_right || found.is_none_or(|before| before.hashed_password != user.hashed_password) {
        return refuse_known(&state, transaction, &info, user, ProblemCode::InvalidCredentials).await;
    }
    if !user.is_active {
        return refuse_known(&state, transaction, &info, user, ProblemCode::AccountInactive).await;
    }
    let pair = admit(&state, &transaction, &info, user).await?;
    transaction.commit().await?;
    Ok(Json(pair))
}

/// What is tried as an address may be any that an older database holds; the rule for new ones is not asked.
fn parse_tried_email(typed: &str) -> Result<String, Violation> {
    let trimmed = typed.trim();
    if trimmed.is_empty() {
        return Err(Violation::new("required", "Enter an e-mail address."));
    }
    if trimmed.len() > voiceassist_contract::email::MOST_BYTES {
        return Err(Violation::new("too_long", "An e-mail address has at most 254 characters."));
    }
    if trimmed.chars().any(is_deceptive) {
        return Err(Violation::new("not_allowed", "Remove invisible characters from the address."));
    }
    Ok(trimmed.to_owned())
}

async fn admit(
    state: &AppState,
    transaction: &WriteTransaction,
    info: &RequestInfo,
    mut user: users::Model,
) -> Answer<TokenPair> {
    let now = state.now();
    clear_failures(&mut user);
    user.last_login = Some(now);
    user.last_login_key = now.timestamp_millis();
    let user = save_account(transaction, user).await?;
    info.note_user(user.id);
    let (session, pair) = start_session(state, transaction, &user, info).await?;
    let actor = Actor { id: Some(user.id), name: Some(user.full_name.clone()), ..anonymous_actor(info) };
    let more = json!({"session": session.id, "device": session.device});
    state.record(transaction, Event::new(Action::SignIn, &actor).on_account(user.id).with(more)).await?;
    Ok(pair)
}

async fn refuse_known(
    state: &AppState,
    transaction: WriteTransaction,
    info: &RequestInfo,
    mut user: users::Model,
    code: ProblemCode,
) -> Answer<Json<TokenPair>> {
    // The right password of an inactive account is no guess, and must not lock whoever brings it back.
    if code == ProblemCode::InvalidCredentials {
        count_failure(&mut user, info.address().to_string(), state.now());
    }
    let user = save_account(&transaction, user).await?;
    let is_locked = user.locked_until.is_some_and(|until| until > state.now());
    let more = json!({"reason": code.as_str(), "failures": user.failed_sign_ins});
    let event = Event::new(Action::SignInFailed, &anonymous_actor(info)).on_account(user.id).with(more);
    state.record(&transaction, event).await?;
    transaction.commit().await?;
    if is_locked {
        state.metrics.count_lockout(Locked::Account);
    }
    Err(match code {
        ProblemCode::AccountInactive => {
            ApiError::new(code, "This account is deactivated. Ask an administrator to bring it back.")
        }
        _ => wrong_credentials(),
    })
}

async fn refuse_unknown(
    state: &AppState,
    transaction: WriteTransaction,
    info: &RequestInfo,
    email: &str,
) -> Answer<Json<TokenPair>> {
    let locked_until = state.unknown_addresses.locked_until(&transaction, email).await?;
    require_unlocked(locked_until, state.now())?;
    let locked_until = state.unknown_addresses.count_failure(&transaction, email, state.now()).await?;
    // What was typed is not written down: it may be a password in the wrong field.
    let more = json!({"reason": "unknown_account"});
    state.record(&transaction, Event::new(Action::SignInFailed, &anonymous_actor(info)).with(more)).await?;
    transaction.commit().await?;
    if locked_until.is_some() {
        state.metrics.count_lockout(Locked::UnknownAddress);
    }
    Err(wrong_credentials())
}

fn wrong_credentials() -> ApiError {
    ApiError::new(ProblemCode::InvalidCredentials, "E-mail or password is wrong.")
}
