//! `PUT /api/users/me/password`: a new password for somebody who knows the old one.

use axum::Json;
use axum::extract::State;
use voiceassist_contract::Secret;
use voiceassist_contract::accounts::ChangePasswordRequest;
use voiceassist_contract::auth::TokenPair;
use voiceassist_contract::password::normalize_password;
use voiceassist_contract::rule::Violation;

use crate::access::{SignedIn, SignedInWithAnyPassword};
use crate::accounts::{audit_snapshot, update_account};
use crate::audit::{Action, Event};
use crate::delay::{clear_failures, require_unlocked};
use crate::http::body::JsonBody;
use crate::openapi::problems::refusals;
use crate::passwords::require_good_password;
use crate::problem::{Answer, ApiError};
use crate::proof::{find_unchanged, prove_password};
use crate::sessions::refresh::rotate_session;
use crate::sessions::{EndReason, Which, end_sessions};
use crate::state::AppState;

const SAME_AS_BEFORE: Violation =
    Violation::new("same_as_before", "This is the password you have now. Choose another one.");

refusals!(Refusals: ANY_PASSWORD, BODY; AccountLocked, WrongPassword, PasswordTooWeak);

/// Changes the own password, ends the other sessions and gives this one new tokens.
#[utoipa::path(
    put,
    path = "/api/users/me/password",
    tag = "Own account",
    summary = "Change the own password",
    description = "Ends the other sessions and gives this one new tokens.",
    request_body = ChangePasswordRequest,
    responses(
        (status = 200, description = "The password is changed; these are the next tokens.", body = TokenPair),
        Refusals
    ),
    security(("token" = []))
)]
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
    prove_password(&state, &person, "current_password", &current).await?;
    let hashed_password = state.passwords.hash(&new).await?;

    let transaction = state.database.begin_write().await?;
    let (mut user, session) = find_unchanged(&state, &transaction, &person).await?;
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
