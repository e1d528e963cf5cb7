//! `PUT /api/users/me/password`: a new password for somebody who knows the old one.
//!
//! Guessing the old one here is as slow as guessing it at sign-in: failures count together.

use axum::Json;
use axum::extract::State;
use sea_orm::{EntityTrait, QuerySelect};
use serde_json::json;
use voiceassist_contract::Secret;
use voiceassist_contract::auth::TokenPair;
use voiceassist_contract::password::normalize_password;
use voiceassist_contract::problem::{FieldError, ProblemCode};
use voiceassist_contract::rule::Violation;

use crate::access::{SignedIn, SignedInWithAnyPassword};
use crate::accounts::{audit_snapshot, find_for_update, save_account, update_account};
use crate::audit::{Action, Event};
use crate::database::write::WriteTransaction;
use crate::delay::{clear_failures, count_failure, require_unlocked};
use crate::http::body::JsonBody;
use crate::passwords::require_good_password;
use crate::problem::{Answer, ApiError};
use crate::sessions::refresh::{rotate_session, session_ended};
use crate::sessions::{EndReason, Which, end_sessions, is_live};
use crate::state::AppState;
use crate::tables::{sessions, users};

const SAME_AS_BEFORE: Violation =
    Violation::new("same_as_before", "This is the password you have now. Choose another one.");

/// Changes the own password, ends the other sessions and gives this one new tokens.
pub async fn change_password(
    State(state): State<AppState>,
    SignedInWithAnyPassword(person): SignedInWithAnyPassword,
    body: JsonBody,
) -> Answer<Json<TokenPair>> {
    let mut fields = body.into_fields();
    let current = fields.password("current_password");
    let new = fields.password("new_password");
    fields.finish()?;
    require_unlocked(person.user.locked_until, state.now())?;
    require_new_password(&person, &current, &new)?;

    let is_right = state.passwords.verify(&current, Some(&person.user.hashed_password)).await?;
    if !is_right {
        return refuse_guess(&state, &person).await;
    }
    let hashed_password = state.passwords.hash(&new).await?;

    let transaction = state.database.begin_write().await?;
    let (mut user, session) = find_unchanged(&state, &transaction, &person).await?;
    // Looked at again: guesses that were compared side by side must not outrun the delay.
    require_unlocked(user.locked_until, state.now())?;
    let before = audit_snapshot(&user);
    user.hashed_password = hashed_password;
    user.must_change_password = false;
    clear_failures(&mut user);
    let user = update_account(&transaction, user, state.now()).await?;
    let pair = rotate_session(&state, &transaction, session, &user).await?;
    let actor = person.actor();
    let event = Event::new(Action::PasswordChanged, &actor)
        .on_account(user.id)
        .changed(before, audit_snapshot(&user));
    state.record(&transaction, event).await?;
    let others = Which::AllBut(person.session.id);
    end_sessions(&state, &transaction, &actor, user.id, others, EndReason::PasswordChanged).await?;
    transaction.commit().await?;
    Ok(Json(pair))
}

fn require_new_password(person: &SignedIn, current: &Secret, new: &Secret) -> Answer<()> {
    if normalize_password(current.expose()) == normalize_password(new.expose()) {
        return Err(ApiError::invalid_field("new_password", &SAME_AS_BEFORE));
    }
    require_good_password("new_password", new, &person.user.full_name, &person.user.email)
}

/// The account and the session, if both are still what they were when the request came.
async fn find_unchanged(
    state: &AppState,
    transaction: &WriteTransaction,
    person: &SignedIn,
) -> Answer<(users::Model, sessions::Model)> {
    let user = find_for_update(transaction, person.id()).await?;
    let session = sessions::Entity::find_by_id(person.session.id).lock_exclusive().one(transaction).await?;
    // Somebody else may have changed or reset the password while this one was compared.
    let is_unchanged = user.is_active && user.hashed_password == person.user.hashed_password;
    match session.filter(|session| is_unchanged && is_live(session, state.now())) {
        Some(session) => Ok((user, session)),
        None => Err(session_ended()),
    }
}

async fn refuse_guess(state: &AppState, person: &SignedIn) -> Answer<Json<TokenPair>> {
    let transaction = state.database.begin_write().await?;
    let mut user = find_for_update(&transaction, person.id()).await?;
    require_unlocked(user.locked_until, state.now())?;
    count_failure(&mut user, person.info.address().to_string(), state.now());
    let user = save_account(&transaction, user).await?;
    let more = json!({"reason": ProblemCode::WrongPassword.as_str(), "failures": user.failed_sign_ins});
    let event = Event::new(Action::SignInFailed, &person.actor()).on_account(user.id).with(more);
    state.record(&transaction, event).await?;
    transaction.commit().await?;
    let message = "This is not your current password.";
    Err(ApiError::new(ProblemCode::WrongPassword, message).with_errors(vec![FieldError {
        field: "current_password".to_owned(),
        code: ProblemCode::WrongPassword.as_str().to_owned(),
        message: message.to_owned(),
    }]))
}
