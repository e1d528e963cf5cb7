//! Tells servers apart by what they answer anyway, so that knowing them costs no request of its own.

use serde::Deserialize;
use serde_json::Value;
use voiceassist_contract::Secret;
use voiceassist_contract::accounts::User;
use voiceassist_contract::auth::TokenPair;
use voiceassist_contract::ipc::DialectName;

use super::python;
use crate::Error;
use crate::transport::Answer;

/// What a sign-in comes to, on any server.
pub(crate) enum SignInAnswer {
    /// Signed in.
    Tokens(TokenPair),
    /// The password was right; a code for this user is needed.
    SecondStep {
        /// The server's word for the user.
        user_id: Secret,
    },
}

#[derive(Deserialize)]
struct SecondStepOnWire {
    requires_2fa: bool,
    user_id: Secret,
}

/// Reads the answer to a sign-in.
///
/// # Errors
/// [`Error::UnknownServer`] if it is JSON, but none that a known server gives.
pub(crate) fn read_sign_in(answer: &Answer) -> Result<SignInAnswer, Error> {
    if let Ok(step) = answer.parse::<SecondStepOnWire>()
        && step.requires_2fa
    {
        return Ok(SignInAnswer::SecondStep { user_id: step.user_id });
    }
    let body: Value = answer.parse()?;
    if body.is_object() && body.get("access_token").is_none() {
        return Err(unknown(answer));
    }
    answer.parse().map(SignInAnswer::Tokens)
}

/// Reads `GET /api/users/me`, which every known server has, and tells by its members which one it is.
///
/// # Errors
/// [`Error::UnknownServer`] if it is JSON, but none that a known server gives.
pub(crate) fn read_own_account(answer: &Answer) -> Result<(DialectName, User), Error> {
    let body: Value = answer.parse()?;
    let Some(members) = body.as_object() else { return Err(unknown(answer)) };
    let has = |name: &str| members.contains_key(name);
    if has("version") && has("must_change_password") {
        return Ok((DialectName::Contract, answer.parse()?));
    }
    let name = match (has("admin_role"), has("is_admin")) {
        (true, _) => DialectName::December2025,
        (false, true) => DialectName::November2025,
        (false, false) => return Err(unknown(answer)),
    };
    Ok((name, python::account::read_user(answer)?))
}

fn unknown(answer: &Answer) -> Error {
    tracing::warn!(request_id = answer.request_id, "the server answers like none that is known");
    Error::UnknownServer { status: answer.status, request_id: answer.request_id.clone() }
}
