//! Who asks: extractors that a handler names in its arguments to say whom it is for.
//!
//! A handler without one of them is for everybody.

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, header};
use voiceassist_contract::Id;
use voiceassist_contract::accounts::Role;
use voiceassist_contract::problem::ProblemCode;

use crate::accounts::role_of;
use crate::audit::Actor;
use crate::http::request_info::RequestInfo;
use crate::problem::{Answer, ApiError};
use crate::sessions::refresh::session_ended;
use crate::sessions::{is_live, note_seen};
use crate::state::AppState;
use crate::tables::{sessions, users};
use crate::tokens::{TokenFault, TokenKind};

/// Somebody who is signed in, and whose password is their own.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The account, as it is now.
    pub user: users::Model,
    /// The session that asks.
    pub session: sessions::Model,
    /// The request.
    pub info: RequestInfo,
}

/// Somebody who is signed in, also with a temporary password that must be changed first. Only for that
/// change, the own profile and sign-out.
#[derive(Clone, Debug)]
pub struct SignedInWithAnyPassword(pub SignedIn);

/// An administrator who is signed in.
#[derive(Clone, Debug)]
pub struct Administrator(pub SignedIn);

impl SignedIn {
    /// Who it is, for the audit trail.
    pub fn actor(&self) -> Actor {
        Actor {
            id: Some(self.user.id),
            name: Some(self.user.full_name.clone()),
            ..anonymous_actor(&self.info)
        }
    }

    /// The account's id.
    pub fn id(&self) -> Id {
        self.user.id
    }
}

impl Administrator {
    /// Who it is, for the audit trail.
    pub fn actor(&self) -> Actor {
        self.0.actor()
    }

    /// The account's id.
    pub fn id(&self) -> Id {
        self.0.id()
    }
}

/// Somebody of whom only the address is known, for the audit trail.
pub fn anonymous_actor(info: &RequestInfo) -> Actor {
    Actor {
        id: None,
        name: None,
        address: Some(info.address().to_string()),
        request_id: Some(info.id().to_owned()),
    }
}

/// The token after `Authorization: Bearer`.
///
/// # Errors
/// `token_missing`, or `token_invalid` for another scheme.
pub fn bearer_token(headers: &HeaderMap) -> Answer<&str> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Err(ApiError::new(ProblemCode::TokenMissing, "Sign in first."));
    };
    let token = value.to_str().ok().and_then(|text| text.split_once(' ')).and_then(|(scheme, token)| {
        scheme.eq_ignore_ascii_case("bearer").then_some(token.trim()).filter(|token| !token.is_empty())
    });
    token.ok_or_else(|| token_problem(TokenFault::Invalid))
}

/// The problem that goes with a token that is not taken.
pub fn token_problem(fault: TokenFault) -> ApiError {
    match fault {
        TokenFault::Invalid => {
            ApiError::new(ProblemCode::TokenInvalid, "This token is not valid. Sign in again.")
        }
        TokenFault::Expired => ApiError::new(ProblemCode::TokenExpired, "This token has expired."),
    }
}

impl FromRequestParts<AppState> for SignedInWithAnyPassword {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Answer<Self> {
        let info = RequestInfo::from_request_parts(parts, state).await?;
        let token = bearer_token(&parts.headers)?;
        let now = state.now();
        let claims = state.tokens.read(token, TokenKind::Access, now).map_err(token_problem)?;
        // The row decides, not the token: what ended a minute ago must not go on until the token expires.
        let found = state.sessions.find(claims.sid, claims.sub).await?;
        let (session, user) = found
            .filter(|(session, user)| user.id == claims.sub && user.is_active && is_live(session, now))
            .ok_or_else(session_ended)?;
        info.note_user(user.id);
        note_seen(state, &session).await;
        Ok(Self(SignedIn { user, session, info }))
    }
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Answer<Self> {
        let SignedInWithAnyPassword(person) =
            SignedInWithAnyPassword::from_request_parts(parts, state).await?;
        if person.user.must_change_password {
            return Err(ApiError::new(
                ProblemCode::PasswordChangeRequired,
                "Change your password first; the one you have was only for signing in.",
            ));
        }
        Ok(person)
    }
}

impl FromRequestParts<AppState> for Administrator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Answer<Self> {
        let person = SignedIn::from_request_parts(parts, state).await?;
        if role_of(&person.user) != Role::Admin {
            return Err(ApiError::new(ProblemCode::NotAdministrator, "Only administrators can do this."));
        }
        Ok(Self(person))
    }
}
