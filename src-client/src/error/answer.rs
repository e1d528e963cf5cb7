//! What is kept of an answer that was not the one hoped for.

use std::fmt;

use voiceassist_contract::accounts::Account;
use voiceassist_contract::ipc::Step;
use voiceassist_contract::problem::{FieldError, ProblemCode};
use zeroize::Zeroizing;

/// A problem in the server's words.
#[derive(Clone, PartialEq)]
pub struct ProblemAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The stable code; servers older than it give none.
    pub code: Option<ProblemCode>,
    /// A sentence for a person.
    pub detail: String,
    /// The id under which the server's log knows the request.
    pub request_id: Option<String>,
    /// The refused fields.
    pub errors: Vec<FieldError>,
    /// How long to wait before trying again.
    pub retry_after_seconds: Option<u64>,
    /// The account as it is now, after a conflicting edit.
    pub current: Option<Box<Account>>,
    /// What is known beyond the code.
    pub(crate) hint: Option<Hint>,
}

/// What a refusal says that the contract has no code for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hint {
    /// There is no such route on this server.
    NoSuchRoute,
    /// The role was changed, so that these tokens are of no use any more.
    RoleChanged,
    /// The password was changed within the last hour, and no token is of use until then.
    Revoked,
    /// It is written as this project's gateway writes its problems.
    OfThisContract,
}

/// A change of which some steps were done and one was not.
#[derive(Clone, PartialEq)]
pub struct PartlyDone {
    /// The step that was not done.
    pub missing: Step,
    /// The account as it is now.
    pub account: Box<Account>,
}

impl fmt::Debug for PartlyDone {
    /// Shows no account: that is somebody's data.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PartlyDone").field("missing", &self.missing).finish_non_exhaustive()
    }
}

impl fmt::Debug for ProblemAnswer {
    /// Shows no account and no sentence: the first is somebody's data, the second is of the server's making.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<&str> = self.errors.iter().map(|error| error.field.as_str()).collect();
        formatter
            .debug_struct("ProblemAnswer")
            .field("status", &self.status)
            .field("code", &self.code)
            .field("request_id", &self.request_id)
            .field("fields", &fields)
            .field("retry_after_seconds", &self.retry_after_seconds)
            .finish_non_exhaustive()
    }
}

/// Why nobody is signed in; everything is absent if nobody was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignedOut {
    /// Why the server ended the session.
    pub code: Option<ProblemCode>,
    /// The status of the answer that said so.
    pub status: Option<u16>,
    /// The id of the request whose answer said so.
    pub request_id: Option<String>,
    /// Whether somebody was signed in until the server refused.
    pub was_signed_in: bool,
    /// Whether it was because the account's role was changed.
    pub role_was_changed: bool,
}

impl SignedOut {
    /// The session ended with this refusal.
    pub(crate) fn because_of(refusal: &super::Error) -> Self {
        Self {
            code: refusal.code(),
            status: refusal.status(),
            request_id: refusal.request_id().map(str::to_owned),
            was_signed_in: true,
            role_was_changed: refusal.hint() == Some(Hint::RoleChanged),
        }
    }
}

/// What is wrong with an answer that could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Another content type than JSON.
    NotJson,
    /// It is no JSON although it says so.
    Malformed,
    /// JSON that ends in the middle.
    CutShort,
    /// JSON, but not what was asked for.
    WrongShape {
        /// The line where reading stopped, from 1.
        line: usize,
        /// The column where reading stopped, from 1.
        column: usize,
    },
    /// More than this program reads.
    TooLarge,
    /// A status that VoiceAssist does not give, without a problem in the body.
    Status,
}

/// An answer that could not be read, kept as it was for whoever looks for the cause.
#[derive(Clone)]
pub struct UnexpectedAnswer {
    /// What is wrong with it.
    pub fault: Fault,
    /// The HTTP status.
    pub status: u16,
    /// The id under which the server's log knows the request.
    pub request_id: Option<String>,
    /// What the answer says it is.
    pub content_type: Option<String>,
    /// How long to wait before trying again.
    pub retry_after_seconds: Option<u64>,
    body: Zeroizing<Vec<u8>>,
}

impl UnexpectedAnswer {
    /// How much of a body is kept.
    pub const MOST_KEPT_BYTES: usize = 4096;

    pub(crate) fn new(fault: Fault, answer: &crate::transport::Answer) -> Self {
        let kept = answer.body.len().min(Self::MOST_KEPT_BYTES);
        Self {
            fault,
            status: answer.status,
            request_id: answer.request_id.clone(),
            content_type: answer.content_type.clone(),
            retry_after_seconds: answer.retry_after_seconds,
            body: Zeroizing::new(answer.body[..kept].to_vec()),
        }
    }

    /// The first part of the body as it came. It may hold secrets: never log, format or store it.
    pub fn raw_body(&self) -> &[u8] {
        &self.body
    }
}

impl fmt::Debug for UnexpectedAnswer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("UnexpectedAnswer")
            .field("fault", &self.fault)
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .field("content_type", &self.content_type)
            .field("body", &format_args!("({} bytes kept)", self.body.len()))
            .finish_non_exhaustive()
    }
}
