//! Wire types of `/api/auth`: sign-in, token pairs, sessions and the password policy.

use serde::{Deserialize, Serialize};

use crate::{Id, Secret, Time};

/// The longest token that is looked at at all, in bytes.
pub const MOST_TOKEN_BYTES: usize = 4 * 1024;

/// `POST /api/auth/register`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::registration))]
pub struct RegisterRequest {
    /// The new account's e-mail address.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::EmailAddress))]
    pub email: String,
    /// Its password.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::NewPassword))]
    pub password: Secret,
    /// The person's name.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::FullName))]
    pub full_name: String,
}

/// `POST /api/auth/login`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::sign_in))]
pub struct LoginRequest {
    /// The account's e-mail address, in any case.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::TriedEmailAddress))]
    pub email: String,
    /// Its password.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::TriedPassword))]
    pub password: Secret,
}

/// `POST /api/auth/refresh`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::refresh))]
pub struct RefreshRequest {
    /// The refresh token last given.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::Token))]
    pub refresh_token: Secret,
}

/// `POST /api/auth/logout`, which may also come without a body.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::sign_out))]
pub struct LogoutRequest {
    /// The refresh token last given, for when the access token has expired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::Token>))]
    pub refresh_token: Option<Secret>,
}

/// `POST /api/auth/step-up`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::step_up))]
pub struct StepUpRequest {
    /// The own password.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::TriedPassword))]
    pub password: Secret,
}

/// The answer of `POST /api/auth/step-up`: the session counts as fresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::stepped_up))]
pub struct SteppedUp {
    /// Until when.
    #[cfg_attr(feature = "openapi", schema(value_type = DateTime))]
    pub fresh_until: Time,
}

/// The answer to a sign-in, a refresh and a password change.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::token_pair))]
pub struct TokenPair {
    /// For `Authorization: Bearer`, 15 minutes by default.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::Token))]
    pub access_token: Secret,
    /// For `POST /api/auth/refresh`, once; 7 days by default.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::Token))]
    pub refresh_token: Secret,
    /// Always `bearer`.
    pub token_type: String,
    /// The access token's life in seconds.
    pub expires_in: u64,
    /// The refresh token's life in seconds; older servers leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_expires_in: Option<u64>,
}

/// The answer where there is nothing to say but that it was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::done))]
pub struct Done {
    /// A short sentence.
    pub message: String,
}

/// A place where an account is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// The session's id, the `sid` of its tokens.
    #[cfg_attr(feature = "openapi", schema(value_type = Uuid))]
    pub id: Id,
    /// The program that signed in, from its `User-Agent`.
    pub device: String,
    /// The network address it signed in from.
    pub address: String,
    /// When it was signed in.
    #[cfg_attr(feature = "openapi", schema(value_type = DateTime))]
    pub created_at: Time,
    /// When it was last refreshed or used, to the minute.
    #[cfg_attr(feature = "openapi", schema(value_type = DateTime))]
    pub last_seen_at: Time,
    /// When it ends whatever happens.
    #[cfg_attr(feature = "openapi", schema(value_type = DateTime))]
    pub expires_at: Time,
    /// Whether it is the session that asks.
    pub current: bool,
}

/// `GET …/sessions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::session_list))]
pub struct SessionList {
    /// The live sessions, the one last seen first.
    pub items: Vec<Session>,
}

/// How many sessions a `DELETE …/sessions` ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::sessions_ended))]
pub struct SessionsEnded {
    /// The number of sessions that ended.
    pub ended: u64,
}

/// `GET /api/auth/policy`: what a person should know before typing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::policy))]
pub struct Policy {
    /// What a password must be like.
    pub password: PasswordPolicy,
    /// What failed sign-ins lead to.
    pub lock: LockPolicy,
    /// How long one stays signed in.
    pub session: SessionPolicy,
    /// Whether people may register themselves.
    pub registration: Registration,
}

/// What a password must be like, as the server applies it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordPolicy {
    /// The fewest bytes of UTF-8 after NFC.
    pub min_bytes: usize,
    /// The most bytes of UTF-8 after NFC (bcrypt reads no more).
    pub max_bytes: usize,
    /// The least zxcvbn score, 0 to 4.
    pub min_score: u8,
}

/// How failed sign-ins delay the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LockPolicy {
    /// Failures in a row before the first delay.
    pub failures_before_delay: u32,
    /// The first delay; each further failure doubles it.
    pub first_delay_seconds: u64,
    /// The longest delay.
    pub longest_delay_seconds: u64,
}

/// How long tokens and sessions live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionPolicy {
    /// An access token's life.
    pub access_token_minutes: u64,
    /// A refresh token's life.
    pub refresh_token_days: u64,
    /// A session's life, however often it is refreshed.
    pub absolute_days: u64,
}

/// Whether people may register themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    /// `POST /api/auth/register` is answered.
    Open,
    /// Administrators create accounts.
    Closed,
}
