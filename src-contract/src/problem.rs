//! Problem details (RFC 9457) and the codes that code may branch on.

use serde::{Deserialize, Serialize};

use crate::accounts::Account;

macro_rules! problem_codes {
    ($($(#[$doc:meta])* $variant:ident, $word:literal, $status:literal, $title:literal;)+) => {
        /// Why a request failed. The words are stable; nothing else in a problem may be branched on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(from = "std::borrow::Cow<'_, str>", into = "&'static str")]
        pub enum ProblemCode {
            $($(#[$doc])* $variant,)+
            /// A code that this version does not know.
            Unknown,
        }

        impl ProblemCode {
            /// Every code that this project's gateway gives.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ Self::Unknown => "unknown" }
            }

            /// The HTTP status that goes with it.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ Self::Unknown => 500 }
            }

            /// A short title, the same for every occurrence.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ Self::Unknown => "Unknown problem" }
            }
        }

        impl From<std::borrow::Cow<'_, str>> for ProblemCode {
            fn from(word: std::borrow::Cow<'_, str>) -> Self {
                match word.as_ref() { $($word => Self::$variant,)+ _ => Self::Unknown }
            }
        }
    };
}

problem_codes! {
    /// Unknown e-mail or wrong password; which of them is not said.
    InvalidCredentials, "invalid_credentials", 401, "E-mail or password is wrong";
    /// The account has been deactivated. Said only after the right password.
    AccountInactive, "account_inactive", 403, "Account is deactivated";
    /// Too many failed sign-ins in a row; carries `Retry-After`.
    AccountLocked, "account_locked", 429, "Account is locked for now";
    /// No `Authorization: Bearer` header.
    TokenMissing, "token_missing", 401, "Sign-in needed";
    /// The access token is past its `exp`.
    TokenExpired, "token_expired", 401, "Token has expired";
    /// The token is malformed, forged, or of another type.
    TokenInvalid, "token_invalid", 401, "Token is not valid";
    /// The session was ended: signed out, deactivated, password or role changed, or too old.
    SessionEnded, "session_ended", 401, "Session has ended";
    /// A refresh token was used again after its grace; the session has been ended.
    RefreshReused, "refresh_reused", 401, "Refresh token was used before";
    /// Another account has this e-mail address.
    EmailTaken, "email_taken", 409, "E-mail address is taken";
    /// The new password does not meet the policy; `errors` says how.
    PasswordTooWeak, "password_too_weak", 422, "Password is too weak";
    /// The current password given with a change is wrong.
    WrongPassword, "wrong_password", 403, "Current password is wrong";
    /// Only a password change, the own profile and sign-out are possible now.
    PasswordChangeRequired, "password_change_required", 403, "Password must be changed first";
    /// The route is for administrators.
    NotAdministrator, "not_administrator", 403, "Only for administrators";
    /// The change would leave no active administrator.
    LastAdministrator, "last_administrator", 409, "Last administrator";
    /// One cannot do this to one's own account.
    OwnAccount, "own_account", 409, "Own account";
    /// The account was changed meanwhile; `current` holds it as it is now.
    VersionConflict, "version_conflict", 409, "Changed meanwhile";
    /// An edit came without `If-Match`.
    VersionRequired, "version_required", 428, "Version needed";
    /// Self-registration is closed.
    RegistrationClosed, "registration_closed", 403, "Registration is closed";
    /// The password must be given again first.
    StepUpRequired, "step_up_required", 403, "Password needed again";
    /// Too many requests from this address; carries `Retry-After`.
    RateLimited, "rate_limited", 429, "Too many requests";
    /// One or more fields are not valid; `errors` names them.
    InvalidInput, "invalid_input", 422, "Input is not valid";
    /// The body is not JSON, or JSON that this server does not read (duplicate keys, too deep).
    MalformedBody, "malformed_body", 400, "Body cannot be read";
    /// The body is larger than the route takes.
    BodyTooLarge, "body_too_large", 413, "Body is too large";
    /// The body's content type is not `application/json`.
    UnsupportedMediaType, "unsupported_media_type", 415, "Content type is not supported";
    /// Nextcloud, or an administrator's credentials for it, are not part of this deployment.
    NextcloudNotConfigured, "nextcloud_not_configured", 409, "Nextcloud is not configured";
    /// The account is linked to another account in Nextcloud than the one that is asked for.
    NextcloudLinkConflict, "nextcloud_link_conflict", 409, "Linked already";
    /// Several attempts to link the account to Nextcloud have failed; carries `Retry-After`.
    TooManyAttempts, "too_many_attempts", 429, "Too many attempts";
    /// Nobody has tried to link the account to Nextcloud.
    NothingToRetry, "nothing_to_retry", 409, "Nothing to try again";
    /// There is no such resource.
    NotFound, "not_found", 404, "Not found";
    /// There is no such method on this route.
    MethodNotAllowed, "method_not_allowed", 405, "Method not allowed";
    /// The request took too long to arrive or to answer.
    RequestTimedOut, "request_timed_out", 408, "Request timed out";
    /// The server has more to do than it can; carries `Retry-After`.
    Overloaded, "overloaded", 503, "Server is busy";
    /// The database (or Redis) does not answer; carries `Retry-After`.
    DependencyUnavailable, "dependency_unavailable", 503, "A needed part does not answer";
    /// There is no room left for the database: it can be read, and nothing can be written.
    StorageFull, "storage_full", 507, "Storage is full";
    /// The server failed; the request id finds it in its log.
    Internal, "internal", 500, "Internal error";
}

impl From<ProblemCode> for &'static str {
    fn from(code: ProblemCode) -> Self {
        code.as_str()
    }
}

#[cfg(feature = "openapi")]
mod described;

/// One field that was refused. The value is never repeated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// The field's name in the request: a body member, a query parameter or a header.
    pub field: String,
    /// A stable word such as `required`, `wrong_type`, `too_long`, `not_an_email`.
    pub code: String,
    /// A sentence that can stand at the field.
    pub message: String,
}

/// The body of every answer that is not a success: `application/problem+json`, RFC 9457.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::problem))]
pub struct Problem {
    /// A URI reference that names the kind of problem: `/problems/<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The code's title.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// A sentence for a person.
    pub detail: String,
    /// The stable code.
    pub code: ProblemCode,
    /// The request's id, as in `X-Request-ID` and in the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The refused fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The account as it is now, with `version_conflict`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<Box<Account>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_survives_the_wire_and_an_unknown_one_is_kept_apart() {
        for code in ProblemCode::ALL {
            let wire = serde_json::to_string(code).expect("codes serialise");
            assert_eq!(serde_json::from_str::<ProblemCode>(&wire).expect("codes parse"), *code);
        }
        let novel: ProblemCode = serde_json::from_str("\"made_up_next_year\"").expect("unknown codes parse");
        assert_eq!(novel, ProblemCode::Unknown);
    }
}
