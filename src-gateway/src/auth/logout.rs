//! `POST /api/auth/logout`: ends the session, also when the access token has expired meanwhile.
//!
//! Signing out of a session that has ended already succeeds: what was asked for is the case.

use axum::Json;
use axum::extract::State;
use http::HeaderMap;
use sea_orm::EntityTrait;
use serde_json::json;
use voiceassist_contract::auth::Done;
use voiceassist_contract::auth::LogoutRequest;

use crate::access::{anonymous_actor, bearer_token, token_problem};
use crate::audit::{Action, Actor, Event};
use crate::http::body::OptionalJsonBody;
use crate::http::request_info::RequestInfo;
use crate::openapi::problems::refusals;
use crate::problem::Answer;
use crate::sessions::{EndReason, Which, mark_ended};
use crate::state::AppState;
use crate::tables::users;
use crate::tokens::{Claims, TokenKind};

refusals!(Refusals: BODY; TokenMissing, TokenInvalid, TokenExpired);

/// Signs out.
#[utoipa::path(
    post,
    path = "/api/auth/logout",
    tag = "Sign-in",
    summary = "Sign out",
    description = "Ends the session of the access token, or, if that has expired or is left out, the session of the refresh token in the body. One that has ended already is no failure.",
    request_body = Option<LogoutRequest>,
    responses(
        (status = 200, description = "The session has ended.", body = Done),
        Refusals
    ),
    security((), ("token" = []))
)]
pub async fn log_out(
    State(state): State<AppState>,
    info: RequestInfo,
    headers: HeaderMap,
    body: OptionalJsonBody,
) -> Answer<Json<Done>> {
    let mut fields = body.into_fields();
    let refresh_token = fields.optional_token("refresh_token");
    fields.finish()?;

    let claims = match read_access_token(&state, &headers) {
        Ok(claims) => claims,
        Err(refusal) => {
            let Some(token) = refresh_token else { return Err(refusal) };
            state.tokens.read_even_if_expired(token.expose(), TokenKind::Refresh).map_err(token_problem)?
        }
    };
    info.note_user(claims.sub);

    let transaction = state.database.begin_write().await?;
    let which = Which::One(claims.sid);
    let ended = mark_ended(&transaction, state.now(), claims.sub, which, EndReason::SignedOut).await?;
    if ended > 0 {
        let person = users::Entity::find_by_id(claims.sub).one(&transaction).await?;
        let name = person.map(|user| user.full_name);
        let actor = Actor { id: Some(claims.sub), name, ..anonymous_actor(&info) };
        let more = json!({"session": claims.sid});
        let event = Event::new(Action::SignOut, &actor).on_account(claims.sub).with(more);
        state.record(&transaction, event).await?;
    }
    transaction.commit().await?;
    Ok(Json(Done { message: "Signed out.".to_owned() }))
}

fn read_access_token(state: &AppState, headers: &HeaderMap) -> Answer<Claims> {
    let token = bearer_token(headers)?;
    state.tokens.read(token, TokenKind::Access, state.now()).map_err(token_problem)
}
