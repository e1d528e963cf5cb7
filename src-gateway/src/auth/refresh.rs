//! `POST /api/auth/refresh`: the next pair of tokens for the refresh token last given.

use axum::Json;
use axum::extract::State;
use voiceassist_contract::auth::RefreshRequest;
use voiceassist_contract::auth::TokenPair;

use crate::access::{anonymous_actor, token_problem};
use crate::audit::Actor;
use crate::http::body::JsonBody;
use crate::http::request_info::RequestInfo;
use crate::openapi::problems::refusals;
use crate::problem::Answer;
use crate::sessions::refresh::refresh_session;
use crate::state::AppState;
use crate::tokens::TokenKind;

refusals!(Refusals: LIMITED, BODY; TokenInvalid, TokenExpired, SessionEnded, RefreshReused);

/// Gives the next pair.
#[utoipa::path(
    post,
    path = "/api/auth/refresh",
    tag = "Sign-in",
    summary = "Refresh the tokens",
    description = "Gives the next pair for the refresh token last given. A refresh token works once; the same answer is given again for ten seconds, and after that its use ends the session.",
    request_body = RefreshRequest,
    responses(
        (status = 200, description = "The next pair.", body = TokenPair),
        Refusals
    )
)]
pub async fn refresh(
    State(state): State<AppState>,
    info: RequestInfo,
    body: JsonBody,
) -> Answer<Json<TokenPair>> {
    let mut fields = body.into_fields();
    let token = fields.token("refresh_token");
    fields.finish()?;

    let claims = state.tokens.read(token.expose(), TokenKind::Refresh, state.now()).map_err(token_problem)?;
    info.note_user(claims.sub);
    let actor = Actor { id: Some(claims.sub), ..anonymous_actor(&info) };
    refresh_session(&state, &claims, &actor).await.map(Json)
}
