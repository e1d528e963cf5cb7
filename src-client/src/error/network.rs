//! Tells apart why a request came to nothing on its way.

use std::error::Error as StdError;
use std::io;

use rustls::{CertificateError, Error as TlsError};

use super::Error;

/// What kept a connection from being made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The name has no address.
    NameNotFound,
    /// The computer is there and nothing listens at the port.
    Refused,
    /// What listens there does not speak TLS, or not in a way that both know.
    NoEncryption,
    /// Anything else on the way.
    Network,
}

/// What a failure of the HTTP library means for whoever asked.
///
/// `may_be_done` says that the request would change something; it holds only once it was sent.
pub(crate) fn classify_network_error(failure: &reqwest::Error, may_be_done: bool) -> Error {
    if failure.is_builder() {
        return Error::Internal("a request could not be made up");
    }
    let is_before_sending = failure.is_connect();
    if let Some(tls) = find_tls_error(failure) {
        return classify_tls_error(tls, is_before_sending, may_be_done);
    }
    if failure.is_timeout() {
        return Error::TimedOut { may_be_done: may_be_done && !is_before_sending };
    }
    if !is_before_sending {
        return Error::BrokenOff { may_be_done };
    }
    Error::Unreachable(if failure.is_dns() {
        Obstacle::NameNotFound
    } else if causes(failure).any(is_refusal) {
        Obstacle::Refused
    } else {
        Obstacle::Network
    })
}

fn classify_tls_error(failure: &TlsError, is_before_sending: bool, may_be_done: bool) -> Error {
    match failure {
        TlsError::InvalidCertificate(reason) => match reason {
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Error::WrongClock { is_early: true }
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                Error::WrongClock { is_early: false }
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Error::CertificateForAnotherName
            }
            _ => Error::UntrustedCertificate,
        },
        _ if is_before_sending => Error::Unreachable(Obstacle::NoEncryption),
        _ => Error::BrokenOff { may_be_done },
    }
}

fn find_tls_error(failure: &reqwest::Error) -> Option<&TlsError> {
    causes(failure).find_map(|cause| cause.downcast_ref::<TlsError>())
}

fn is_refusal(cause: &(dyn StdError + 'static)) -> bool {
    cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}

/// Every cause below a failure, including those that an `io::Error` wraps but leaves out of `source()`.
fn causes<'a>(failure: &'a reqwest::Error) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(failure.source(), next_cause)
}

fn next_cause<'a>(cause: &&'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    let cause: &'a (dyn StdError + 'static) = *cause;
    match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => cause.source(),
    }
}
