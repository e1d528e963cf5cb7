//! The own account on the Python gateways.

use serde::Serialize;
use voiceassist_contract::accounts::{Account, UpdateProfileRequest, User};
use voiceassist_contract::auth::{LockPolicy, PasswordPolicy, Policy, Registration, SessionPolicy};
use voiceassist_contract::email::parse_email;
use voiceassist_contract::name::parse_full_name;
use voiceassist_contract::password::{LEAST_BYTES, LEAST_SCORE, MOST_BYTES};
use voiceassist_contract::problem::FieldError;
use voiceassist_contract::rule::Violation;
use voiceassist_contract::{Id, Secret};

use super::account::read_user;
use super::find::find_by_email;
use super::list::Source;
use crate::transport::Call;
use crate::{Client, Error};

/// What this program asks of passwords on servers that publish no rules of their own: its own, which are the
/// stricter ones. Such servers cut off what is longer, so the upper bound matters most.
pub(crate) fn policy(access_token_minutes: u64, refresh_token_days: u64, absolute_days: u64) -> Policy {
    Policy {
        password: PasswordPolicy { min_bytes: LEAST_BYTES, max_bytes: MOST_BYTES, min_score: LEAST_SCORE },
        lock: LockPolicy { failures_before_delay: 0, first_delay_seconds: 0, longest_delay_seconds: 0 },
        session: SessionPolicy { access_token_minutes, refresh_token_days, absolute_days },
        registration: Registration::Open,
    }
}

/// Changes the own profile. There is no version to name.
pub(crate) async fn update_me(client: &Client, changes: &UpdateProfileRequest) -> Result<User, Error> {
    check_text(changes.full_name.as_deref(), changes.email.as_deref())?;
    let call = Call::put("/api/users/me").with_body(changes)?.repeatable();
    let user = read_user(&client.send_signed_in(&call).await?)?;
    client
        .known
        .directory
        .note(client, &Account { user: user.clone(), lock: None, sessions: None, nextcloud: None });
    Ok(user)
}

/// Changes the own password.
pub(crate) async fn change_password(client: &Client, current: &Secret, new: &Secret) -> Result<(), Error> {
    #[derive(Serialize)]
    struct Request<'a> {
        old_password: &'a Secret,
        new_password: &'a Secret,
    }
    check_password("new_password", new)?;
    let request = Request { old_password: current, new_password: new };
    let call = Call::post("/api/users/me/change-password").with_body(&request)?;
    client.send_signed_in(&call).await.map(drop)
}

/// Whether an internal error came from an address that another account has.
pub(crate) async fn taken_or(
    client: &Client,
    source: Source,
    id: Id,
    email: &Option<String>,
    error: Error,
) -> Error {
    let Some(email) = email else { return error };
    match find_by_email(client, source, email.trim()).await {
        Ok(Some(other)) if other.user.id != id => Error::email_taken(&error),
        _ => error,
    }
}

/// Refuses here what such a server would cut off without a word.
pub(super) fn check_password(field: &str, password: &Secret) -> Result<(), Error> {
    if password.expose().len() <= MOST_BYTES {
        return Ok(());
    }
    let message = "Use at most 72 bytes (letters with accents and symbols count more than one).";
    Err(invalid(vec![refused(field, &Violation::new("too_long", message))]))
}

/// Refuses here what such a server would answer with an internal error, or ignore.
pub(crate) fn check_text(full_name: Option<&str>, email: Option<&str>) -> Result<(), Error> {
    let name =
        full_name.and_then(|name| parse_full_name(name).err()).map(|broken| refused("full_name", &broken));
    let email = email.and_then(|email| parse_email(email).err()).map(|broken| refused("email", &broken));
    let fields: Vec<FieldError> = name.into_iter().chain(email).collect();
    if fields.is_empty() { Ok(()) } else { Err(invalid(fields)) }
}

fn invalid(fields: Vec<FieldError>) -> Error {
    Error::InvalidInput { fields }
}

fn refused(field: &str, broken: &Violation) -> FieldError {
    FieldError { field: field.into(), code: broken.code.into(), message: broken.message.into() }
}
