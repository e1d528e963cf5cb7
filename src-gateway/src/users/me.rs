//! `/api/users/me`: one's own profile.

use axum::Json;
use axum::extract::State;
use voiceassist_contract::accounts::UpdateProfileRequest;
use voiceassist_contract::accounts::User;
use voiceassist_contract::email::comparison_key;
use voiceassist_contract::problem::{FieldError, ProblemCode};

use crate::access::SignedInWithAnyPassword;
use crate::accounts::{audit_snapshot, find_for_update, to_account, to_user, update_account};
use crate::audit::{Action, Event};
use crate::delay::clear_failures;
use crate::http::body::JsonBody;
use crate::http::parameters::Version;
use crate::openapi::parameters::IfMatch;
use crate::openapi::problems::refusals;
use crate::problem::{Answer, ApiError};
use crate::sessions::step_up::is_fresh;
use crate::sessions::{EndReason, Which, end_sessions};
use crate::state::AppState;

pub mod password;

refusals!(ShowRefusals: ANY_PASSWORD);

/// `GET /api/users/me`: the own account.
#[utoipa::path(
    get,
    path = "/api/users/me",
    tag = "Own account",
    summary = "Own profile",
    description = "Also for somebody who must change the password first.",
    responses(
        (status = 200, description = "The own account.", body = User),
        ShowRefusals
    ),
    security(("token" = []))
)]
pub async fn show_profile(SignedInWithAnyPassword(person): SignedInWithAnyPassword) -> Json<User> {
    Json(to_user(&person.user))
}

refusals!(UpdateRefusals: ANY_PASSWORD, BODY, VERSION; EmailTaken, StepUpRequired);

/// `PUT /api/users/me`: changes what a person may change without anybody's help. Another address ends the other
/// sessions.
#[utoipa::path(
    put,
    path = "/api/users/me",
    tag = "Own account",
    summary = "Change the own profile",
    description = "What is left out stays. Another e-mail address needs the password again (`POST /api/auth/step-up`) and ends the other sessions.",
    params(IfMatch),
    request_body = UpdateProfileRequest,
    responses(
        (status = 200, description = "The account as it is now.", body = User),
        UpdateRefusals
    ),
    security(("token" = []))
)]
pub async fn update_profile(
    State(state): State<AppState>,
    SignedInWithAnyPassword(person): SignedInWithAnyPassword,
    Version(version): Version,
    body: JsonBody,
) -> Answer<Json<User>> {
    let mut fields = body.into_fields();
    let full_name = fields.optional_full_name("full_name");
    let email = fields.optional_email("email");
    fields.finish()?;

    let transaction = state.database.begin_write().await?;
    let before = find_for_update(&transaction, person.id()).await?;
    if before.version != version {
        // Failed sign-ins are for administrators to see, not for whoever the account belongs to.
        let mut shown = before;
        clear_failures(&mut shown);
        return Err(ApiError::version_conflict(to_account(&shown, None)));
    }
    let is_other_address = email.as_deref().is_some_and(|email| comparison_key(email) != before.email_key);
    if is_other_address && !is_fresh(&person, state.now()) {
        return Err(step_up_required());
    }
    let mut after = before.clone();
    after.full_name = full_name.unwrap_or(after.full_name);
    after.email = email.unwrap_or(after.email);
    if after == before {
        return Ok(Json(to_user(&before)));
    }
    let after = update_account(&transaction, after, state.now()).await?;
    let event = Event::new(Action::AccountUpdated, &person.actor())
        .on_account(after.id)
        .changed(audit_snapshot(&before), audit_snapshot(&after));
    state.record(&transaction, event).await?;
    if is_other_address {
        let others = Which::AllBut(person.session.id);
        let reason = EndReason::EmailChanged;
        end_sessions(&state, &transaction, &person.actor(), after.id, others, reason).await?;
    }
    transaction.commit().await?;
    Ok(Json(to_user(&after)))
}

/// A changed address could take the account over, so whoever changes it must prove to be its person.
pub(super) fn step_up_required() -> ApiError {
    let message = "Give your password again before you change this address.";
    ApiError::new(ProblemCode::StepUpRequired, message).with_errors(vec![FieldError {
        field: "email".to_owned(),
        code: ProblemCode::StepUpRequired.as_str().to_owned(),
        message: message.to_owned(),
    }])
}
