//! Somebody who is signed in proves to be the account's person with its password.
//!
//! Guessing here is as slow as guessing at sign-in: failures count together.

use sea_orm::{EntityTrait, QuerySelect};
use serde_json::json;
use voiceassist_contract::Secret;
use voiceassist_contract::problem::{FieldError, ProblemCode};

use crate::access::SignedIn;
use crate::accounts::{find_for_update, save_account};
use crate::audit::{Action, Event};
use crate::database::write::WriteTransaction;
use crate::delay::{count_failure, require_unlocked};
use crate::metrics::Locked;
use crate::problem::{Answer, ApiError};
use crate::sessions::is_live;
use crate::sessions::refresh::session_ended;
use crate::state::AppState;
use crate::tables::{sessions, users};

/// Compares `password`, which was given as `field`, with the account's. It says nothing about what was changed
/// meanwhile; [`find_unchanged`] does.
///
/// # Errors
/// `wrong_password`, `account_locked`, or if the database fails.
pub async fn prove_password(
    state: &AppState,
    person: &SignedIn,
    field: &str,
    password: &Secret,
) -> Answer<()> {
    require_unlocked(person.user.locked_until, state.now())?;
    if state.passwords.verify(password, Some(&person.user.hashed_password)).await? {
        return Ok(());
    }
    record_guess(state, person).await?;
    let message = "This is not your current password.";
    Err(ApiError::new(ProblemCode::WrongPassword, message).with_errors(vec![FieldError {
        field: field.to_owned(),
        code: ProblemCode::WrongPassword.as_str().to_owned(),
        message: message.to_owned(),
    }]))
}

/// The account and the session, locked, if both are still what they were when the password was compared.
///
/// # Errors
/// `session_ended`, `account_locked`, or if the database fails.
pub async fn find_unchanged(
    state: &AppState,
    transaction: &WriteTransaction,
    person: &SignedIn,
) -> Answer<(users::Model, sessions::Model)> {
    let user = find_for_update(transaction, person.id()).await?;
    let session = sessions::Entity::find_by_id(person.session.id).lock_exclusive().one(transaction).await?;
    // Somebody else may have changed or reset the password while this one was compared.
    let is_unchanged = user.is_active && user.hashed_password == person.user.hashed_password;
    let Some(session) = session.filter(|session| is_unchanged && is_live(session, state.now())) else {
        return Err(session_ended());
    };
    // Looked at again: guesses that were compared side by side must not outrun the delay.
    require_unlocked(user.locked_until, state.now())?;
    Ok((user, session))
}

async fn record_guess(state: &AppState, person: &SignedIn) -> Answer<()> {
    let transaction = state.database.begin_write().await?;
    let mut user = find_for_update(&transaction, person.id()).await?;
    require_unlocked(user.locked_until, state.now())?;
    count_failure(&mut user, person.info.address().to_string(), state.now());
    let user = save_account(&transaction, user).await?;
    let is_locked = user.locked_until.is_some();
    let more = json!({"reason": ProblemCode::WrongPassword.as_str(), "failures": user.failed_sign_ins});
    let event = Event::new(Action::SignInFailed, &person.actor()).on_account(user.id).with(more);
    state.record(&transaction, event).await?;
    transaction.commit().await?;
    if is_locked {
        state.metrics.count_lockout(Locked::Account);
    }
    Ok(())
}
