//! `POST /api/auth/step-up`: the password again, before something that could take the account over.

use axum::Json;
use axum::extract::State;
use serde_json::json;
use voiceassist_contract::auth::StepUpRequest;
use voiceassist_contract::auth::SteppedUp;

use crate::access::SignedIn;
use crate::accounts::save_account;
use crate::audit::{Action, Event};
use crate::delay::clear_failures;
use crate::http::body::JsonBody;
use crate::openapi::problems::refusals;
use crate::problem::Answer;
use crate::proof::{find_unchanged, prove_password};
use crate::sessions::step_up::{FRESH_LIFE, mark_stepped_up};
use crate::state::AppState;

refusals!(Refusals: LIMITED, BODY, SIGNED_IN; WrongPassword, AccountLocked);

/// Makes the session that asks a fresh one for a while.
#[utoipa::path(
    post,
    path = "/api/auth/step-up",
    tag = "Sign-in",
    summary = "Give the password again",
    description = "Makes the session a fresh one for five minutes, as a change of the e-mail address needs it.",
    request_body = StepUpRequest,
    responses(
        (status = 200, description = "The session is fresh.", body = SteppedUp),
        Refusals
    ),
    security(("token" = []))
)]
pub async fn step_up(
    State(state): State<AppState>,
    person: SignedIn,
    body: JsonBody,
) -> Answer<Json<SteppedUp>> {
    let mut fields = body.into_fields();
    let password = fields.password("password");
    fields.finish()?;
    prove_password(&state, &person, "password", &password).await?;

    let transaction = state.database.begin_write().await?;
    let (user, session) = find_unchanged(&state, &transaction, &person).await?;
    let now = state.now();
    if user.failed_sign_ins > 0 {
        // The right password resets the delay, here as at sign-in.
        let mut known = user;
        clear_failures(&mut known);
        save_account(&transaction, known).await?;
    }
    mark_stepped_up(&transaction, &session, now).await?;
    let event = Event::new(Action::SteppedUp, &person.actor()).on_account(person.id());
    state.record(&transaction, event.with(json!({"session": session.id}))).await?;
    transaction.commit().await?;
    Ok(Json(SteppedUp { fresh_until: now + FRESH_LIFE }))
}
