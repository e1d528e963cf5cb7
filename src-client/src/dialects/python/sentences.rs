//! What the Python gateways' sentences mean. They give no codes, so this is the one place where a sentence
//! is compared; everything behind it goes by the code.

use voiceassist_contract::problem::ProblemCode;

/// What a refusal in FastAPI's form means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// What this code of the contract says.
    Code(ProblemCode),
    /// The role was changed: these tokens are of no use any more.
    RoleChanged,
    /// The password was changed within the last hour: no token of this account is of use until then.
    Revoked,
    /// There is no such route on this server.
    NoSuchRoute,
}

use Meaning::{Code, NoSuchRoute, Revoked, RoleChanged};

/// Status, the beginning of the sentence, and what it means.
const MEANINGS: &[(u16, &str, Meaning)] = &[
    (401, "Incorrect email or password", Code(ProblemCode::InvalidCredentials)),
    (401, "Not authenticated", Code(ProblemCode::TokenMissing)),
    // Of November 2025, where a request without a token is forbidden and not unauthorised.
    (403, "Not authenticated", Code(ProblemCode::TokenMissing)),
    (401, "Could not validate credentials", Code(ProblemCode::TokenInvalid)),
    (401, "Invalid or expired refresh token", Code(ProblemCode::TokenExpired)),
    (401, "All user sessions have been revoked", Revoked),
    (401, "Token issued before last password change", Code(ProblemCode::SessionEnded)),
    (401, "User not found or inactive", Code(ProblemCode::AccountInactive)),
    (401, "User not found", Code(ProblemCode::SessionEnded)),
    (403, "Token role no longer valid", RoleChanged),
    (403, "Refresh token role no longer valid", RoleChanged),
    (403, "User account is inactive", Code(ProblemCode::AccountInactive)),
    (403, "Inactive user account", Code(ProblemCode::AccountInactive)),
    (400, "Inactive user", Code(ProblemCode::AccountInactive)),
    (403, "Admin privileges required", Code(ProblemCode::NotAdministrator)),
    (403, "Admin or viewer role required", Code(ProblemCode::NotAdministrator)),
    (400, "Email already registered", Code(ProblemCode::EmailTaken)),
    (400, "Email already in use", Code(ProblemCode::EmailTaken)),
    (400, "Incorrect current password", Code(ProblemCode::WrongPassword)),
    (400, "Cannot deactivate your own account", Code(ProblemCode::OwnAccount)),
    (400, "Cannot delete your own account", Code(ProblemCode::OwnAccount)),
    (400, "Cannot remove your own admin privileges", Code(ProblemCode::OwnAccount)),
    (400, "Cannot revoke your own admin privileges", Code(ProblemCode::OwnAccount)),
    (400, "Invalid verification code", Code(ProblemCode::InvalidInput)),
    (404, "Not Found", NoSuchRoute),
    (405, "Method Not Allowed", NoSuchRoute),
];

/// What such an answer means, if it is known.
pub(crate) fn meaning_of(status: u16, sentence: &str) -> Option<Meaning> {
    MEANINGS
        .iter()
        .find(|(known, beginning, _)| *known == status && sentence.starts_with(beginning))
        .map(|(_, _, meaning)| *meaning)
}

/// How long a limit such as `Rate limit exceeded: 10 per 1 minute` holds at most, in seconds: its whole window,
/// for the answer does not say when it began.
pub(crate) fn window_seconds(sentence: &str) -> Option<u64> {
    let (_, window) = sentence.rsplit_once(" per ")?;
    let mut words = window.split_whitespace();
    let count: u64 = words.next()?.parse().ok()?;
    let unit = match words.next()?.trim_end_matches('s') {
        "second" => 1,
        "minute" => 60,
        "hour" => 60 * 60,
        "day" => 24 * 60 * 60,
        _ => return None,
    };
    count.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_means_something_only_with_its_status() {
        assert_eq!(meaning_of(403, "Token role no longer valid for this account"), Some(RoleChanged));
        assert_eq!(meaning_of(401, "Token role no longer valid for this account"), None);
        assert_eq!(
            meaning_of(404, "User not found"),
            None,
            "an account that is not there is no missing route"
        );
        assert_eq!(meaning_of(404, "Not Found"), Some(NoSuchRoute));
    }

    #[test]
    fn a_limits_window_is_read_in_every_unit() {
        assert_eq!(window_seconds("Rate limit exceeded: 10 per 1 minute"), Some(60));
        assert_eq!(window_seconds("Rate limit exceeded: 5 per 1 hour"), Some(3600));
        assert_eq!(window_seconds("Rate limit exceeded: 5 per 2 hours"), Some(7200));
        for nonsense in ["Rate limit exceeded", "5 per cent", "1 per 99999999999999999999 hours", ""] {
            assert_eq!(window_seconds(nonsense), None, "{nonsense}");
        }
    }
}
