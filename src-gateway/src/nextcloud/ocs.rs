//! Reading an answer of Nextcloud's OCS interface. The HTTP status alone says too little: a failure may come
//! as 200, a wrong password is answered in XML whatever was asked, and one code means several things.

use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::fault::Fault;
use super::transport::RawAnswer;

/// Says why Nextcloud answers 503.
const MAINTENANCE_HEADER: &str = "x-nextcloud-maintenance-mode";

#[derive(Deserialize)]
struct Envelope {
    ocs: Ocs,
}

#[derive(Deserialize)]
struct Ocs {
    meta: Meta,
    #[serde(default)]
    data: Value,
}

#[derive(Deserialize)]
struct Meta {
    statuscode: u32,
    #[serde(default)]
    message: Option<String>,
}

/// The data of a success.
///
/// # Errors
/// What else it was.
pub(super) fn read_data(answer: &RawAnswer) -> Result<Value, Fault> {
    match answer.status {
        StatusCode::UNAUTHORIZED => return Err(Fault::CredentialsRejected),
        StatusCode::PRECONDITION_FAILED => return Err(Fault::HeaderMissing),
        StatusCode::SERVICE_UNAVAILABLE if answer.headers.contains_key(MAINTENANCE_HEADER) => {
            return Err(Fault::Maintenance);
        }
        StatusCode::SERVICE_UNAVAILABLE => return Err(Fault::Starting),
        status if status.is_redirection() => return Err(Fault::Redirected),
        _ => {}
    }
    match serde_json::from_slice::<Envelope>(&answer.body) {
        Ok(Envelope { ocs }) => match ocs.meta.statuscode {
            // 100 is the success of the interface's first version.
            100 | 200 if answer.status.is_success() => Ok(ocs.data),
            code => Err(read_code(code, ocs.meta.message.as_deref().unwrap_or_default())),
        },
        Err(_) => Err(read_without_envelope(answer)),
    }
}

fn read_code(code: u32, message: &str) -> Fault {
    match code {
        // 998 is also what somebody who may not look is told of an account that is there.
        403 | 998 if is_about_confirmation(message) => Fault::ConfirmationRequired,
        403 | 998 => Fault::NotPermitted,
        404 if message.starts_with("Invalid query") => Fault::NotOffered,
        404 => Fault::NoSuchUser,
        429 => Fault::Throttled,
        503 => Fault::Maintenance,
        500 | 996 => Fault::ServerFailed,
        997 => Fault::CredentialsRejected,
        107 => Fault::PasswordRefused,
        101..=199 => Fault::Refused,
        _ => Fault::NotNextcloud,
    }
}

fn read_without_envelope(answer: &RawAnswer) -> Fault {
    let contains = |text: &str| {
        answer.body.windows(text.len()).any(|window| window.eq_ignore_ascii_case(text.as_bytes()))
    };
    match answer.status {
        StatusCode::TOO_MANY_REQUESTS => Fault::EditLimit,
        StatusCode::BAD_REQUEST if contains("trusted domain") => Fault::UntrustedHost,
        StatusCode::FORBIDDEN if contains("password confirmation") => Fault::ConfirmationRequired,
        StatusCode::FORBIDDEN => Fault::NotPermitted,
        status if status.is_server_error() => Fault::ServerFailed,
        _ => Fault::NotNextcloud,
    }
}

fn is_about_confirmation(message: &str) -> bool {
    message.to_ascii_lowercase().contains("password confirmation")
}
