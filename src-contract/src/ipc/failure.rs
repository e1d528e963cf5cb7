//! How a command fails, in terms that the interface can turn into a sentence.

use serde::{Deserialize, Serialize};

use super::Condition;
use crate::accounts::Account;
use crate::problem::{FieldError, ProblemCode};

/// What went wrong, as far as it can be told apart by what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The server answered with a problem; `code` says which.
    Problem,
    /// Nobody is signed in, or the session has ended: sign in again.
    SignedOut,
    /// No connection could be made.
    Unreachable,
    /// The server did not answer in time.
    TimedOut,
    /// The server's certificate is not trusted by this computer or by the profile's own CA.
    UntrustedCertificate,
    /// The clocks of this computer and the server differ too much.
    WrongClock,
    /// Plain HTTP to another computer, which the profile does not allow.
    PlainHttpRefused,
    /// The server answered something that is not VoiceAssist's.
    UnexpectedAnswer,
    /// The server cannot do this; the condition says what and why. Nothing was sent.
    NotOffered,
    /// The password was right and a second step is needed.
    SecondStep,
    /// Some steps of a change were done and one was not; the condition says which.
    PartlyDone,
    /// An argument was refused before anything was sent; `fields` says which.
    InvalidInput,
    /// The keychain failed although it is there.
    Keychain,
    /// The settings could not be read or written.
    Settings,
    /// A fault of this program.
    Internal,
}

/// A command's failure. It never holds a secret or what was typed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// What to branch on first.
    pub kind: FailureKind,
    /// The problem's code, with [`FailureKind::Problem`] and [`FailureKind::SignedOut`].
    pub code: Option<ProblemCode>,
    /// A sentence for a person.
    pub message: String,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// The request's id, for whoever reads the server's log.
    pub request_id: Option<String>,
    /// The refused fields.
    pub fields: Vec<FieldError>,
    /// How long to wait before trying again.
    pub retry_after_seconds: Option<u64>,
    /// The account as it is now, after a conflicting edit.
    pub current: Option<Box<Account>>,
    /// What this program found out beyond the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
}

impl Failure {
    /// A failure of this kind, with nothing but a sentence.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            code: None,
            message: message.into(),
            status: None,
            request_id: None,
            fields: Vec::new(),
            retry_after_seconds: None,
            current: None,
            condition: None,
        }
    }

    /// Whether trying the same again later may succeed without anybody changing anything.
    pub fn is_about_the_connection(&self) -> bool {
        matches!(self.kind, FailureKind::Unreachable | FailureKind::TimedOut)
            || matches!(self.code, Some(ProblemCode::Overloaded | ProblemCode::DependencyUnavailable))
    }
}
