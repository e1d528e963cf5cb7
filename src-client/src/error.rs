//! How anything here fails, in terms of what to do next. No error holds a token, a password or a body in sight.

mod answer;
mod network;
mod sentence;
mod to_failure;

use voiceassist_contract::Time;
use voiceassist_contract::ipc::{Ability, MissingReason};
use voiceassist_contract::problem::{FieldError, ProblemCode};

pub(crate) use answer::Hint;
pub use answer::{Fault, PartlyDone, ProblemAnswer, SignedOut, UnexpectedAnswer};
pub use network::Obstacle;
pub(crate) use network::classify_network_error;

use crate::TokenStoreError;

/// Why something was not done. Its `Display` is a sentence for a person.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The server answered with a problem.
    #[error("{}", .0.detail)]
    Problem(Box<ProblemAnswer>),

    /// Nobody is signed in, or the server has ended the session.
    #[error("{}", sentence::of_sign_out(.0))]
    SignedOut(SignedOut),

    /// No connection could be made; nothing was sent.
    #[error("{}", sentence::of_obstacle(.0))]
    Unreachable(Obstacle),

    /// The connection broke off before the whole answer was there.
    #[error("{}", sentence::of_breaking_off(*may_be_done))]
    BrokenOff {
        /// Whether the request was one that changes something, and may have done so.
        may_be_done: bool,
    },

    /// The server did not answer in time.
    #[error("{}", sentence::of_time_out(*may_be_done))]
    TimedOut {
        /// Whether the request was one that changes something, and may have done so.
        may_be_done: bool,
    },

    /// The server's certificate is not trusted.
    #[error(
        "The server's certificate is not trusted by this computer. Ask who runs the server for the \
         clinic's certificate authority and choose its file in the server's settings."
    )]
    UntrustedCertificate,

    /// The server's certificate is for another name.
    #[error("The server's certificate is for another name. Check the address.")]
    CertificateForAnotherName,

    /// The server's certificate is past its time or not yet valid by this computer's clock.
    #[error(
        "By this computer's clock the server's certificate {}. Check date and time of this computer; \
         if they are right, the server's certificate has to be renewed.",
        if *is_early { "is not valid yet" } else { "has run out" }
    )]
    WrongClock {
        /// Whether the certificate starts later, rather than having ended.
        is_early: bool,
    },

    /// Plain HTTP to another computer, which the profile does not allow.
    #[error(
        "This address is not encrypted, so passwords could be read on the way. Use https://, or allow \
         unencrypted connections for this server in its settings."
    )]
    PlainHttpRefused,

    /// The server sends the request elsewhere, where it is not followed.
    #[error("{}", sentence::of_redirect(to))]
    Redirected {
        /// The HTTP status.
        status: u16,
        /// Scheme, host and port of the other place.
        to: String,
        /// The request's id.
        request_id: Option<String>,
    },

    /// The answer is not one of VoiceAssist's.
    #[error("{}", sentence::of_unexpected_answer(.0))]
    UnexpectedAnswer(Box<UnexpectedAnswer>),

    /// It answers as a VoiceAssist server might, but none that is known does.
    #[error(
        "This server speaks a language that this program does not know. The program may be too old for it."
    )]
    UnknownServer {
        /// The HTTP status.
        status: u16,
        /// The request's id.
        request_id: Option<String>,
    },

    /// The server is another one than it was. Nothing was done; it is known anew.
    #[error("The server has been exchanged or updated meanwhile, and nothing was changed. Try again.")]
    ServerChanged,

    /// The server cannot do this; nothing was sent.
    #[error("This server does not offer that.")]
    NotOffered {
        /// What was asked of it.
        ability: Ability,
        /// Why it cannot.
        reason: MissingReason,
    },

    /// The password was right, and a code is needed too.
    #[error("Enter the code of the moment to finish signing in.")]
    SecondStep,

    /// The server takes no token of this account for an hour after its password was changed.
    #[error("{}", sentence::of_lock_out(*until, *password_was_changed))]
    LockedOut {
        /// When that ends, by this computer's clock.
        until: Time,
        /// How long that is from now on.
        wait_seconds: u64,
        /// Whether the password has just been changed, which succeeded.
        password_was_changed: bool,
    },

    /// Some steps of a change were done and one was not.
    #[error("{}", sentence::of_half_a_change(.0.missing))]
    PartlyDone(PartlyDone),

    /// Refused before anything was sent.
    #[error("{}", fields.first().map_or("The input is not valid.", |field| field.message.as_str()))]
    InvalidInput {
        /// What was refused.
        fields: Vec<FieldError>,
    },

    /// The keychain failed although it is there.
    #[error(transparent)]
    Keychain(#[from] TokenStoreError),

    /// A fault of this program.
    #[error("The program failed: {0}.")]
    Internal(&'static str),
}

impl Error {
    /// Nobody is signed in.
    pub(crate) fn nobody() -> Self {
        Self::SignedOut(SignedOut::default())
    }

    /// The problem's code, if the server gave one.
    pub fn code(&self) -> Option<ProblemCode> {
        match self {
            Self::Problem(answer) => answer.code,
            Self::SignedOut(signed_out) => signed_out.code,
            _ => None,
        }
    }

    /// The HTTP status, if there was an answer.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Problem(answer) => Some(answer.status),
            Self::SignedOut(signed_out) => signed_out.status,
            Self::Redirected { status, .. } | Self::UnknownServer { status, .. } => Some(*status),
            Self::UnexpectedAnswer(answer) => Some(answer.status),
            _ => None,
        }
    }

    /// The id under which the server's log knows the request.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Problem(answer) => answer.request_id.as_deref(),
            Self::SignedOut(signed_out) => signed_out.request_id.as_deref(),
            Self::Redirected { request_id, .. } | Self::UnknownServer { request_id, .. } => {
                request_id.as_deref()
            }
            Self::UnexpectedAnswer(answer) => answer.request_id.as_deref(),
            _ => None,
        }
    }

    /// How long the server asks to wait.
    pub fn retry_after_seconds(&self) -> Option<u64> {
        match self {
            Self::Problem(answer) => answer.retry_after_seconds,
            Self::UnexpectedAnswer(answer) => answer.retry_after_seconds,
            Self::LockedOut { wait_seconds, .. } => Some(*wait_seconds),
            _ => None,
        }
    }

    /// Another account has this address, as `cause` came to say in its own way.
    pub(crate) fn email_taken(cause: &Self) -> Self {
        let message = "Another account has this e-mail address.".to_owned();
        let code = ProblemCode::EmailTaken;
        let field =
            FieldError { field: "email".into(), code: code.as_str().into(), message: message.clone() };
        Self::Problem(Box::new(ProblemAnswer {
            status: code.status(),
            code: Some(code),
            detail: message,
            request_id: cause.request_id().map(str::to_owned),
            errors: vec![field],
            retry_after_seconds: None,
            current: None,
            hint: None,
        }))
    }

    /// What is known of the refusal beyond its code.
    pub(crate) fn hint(&self) -> Option<Hint> {
        match self {
            Self::Problem(answer) => answer.hint,
            _ => None,
        }
    }

    /// Whether the server has no such route.
    pub(crate) fn is_about_a_missing_route(&self) -> bool {
        self.hint() == Some(Hint::NoSuchRoute) || self.code() == Some(ProblemCode::MethodNotAllowed)
    }

    /// Whether the answer is one of another shape than was asked for.
    pub(crate) fn is_of_another_shape(&self) -> bool {
        matches!(self, Self::Redirected { .. })
            || matches!(self, Self::UnexpectedAnswer(answer) if matches!(answer.fault, Fault::WrongShape { .. }))
    }

    /// Whether the server failed, which it may have done after doing what was asked.
    pub(crate) fn is_of_the_server(&self) -> bool {
        self.status().is_some_and(|status| status == 500)
    }

    /// Whether what was asked may have been done although this is the answer.
    pub(crate) fn leaves_it_open(&self) -> bool {
        self.is_of_the_server()
            || matches!(self, Self::BrokenOff { .. } | Self::TimedOut { may_be_done: true })
            || matches!(self, Self::UnexpectedAnswer(answer) if (200..300).contains(&answer.status)
                || matches!(answer.status, 502 | 504))
    }

    /// Whether the access token was refused in a way that a new one may mend.
    ///
    /// A 401 without a code is that of older servers, which tell an expired token from nothing.
    pub(crate) fn asks_for_a_new_token(&self) -> bool {
        matches!(self, Self::Problem(answer) if answer.status == 401
            && matches!(answer.code, None | Some(ProblemCode::TokenExpired | ProblemCode::TokenInvalid)))
    }

    /// Whether the server says that there is no session any more.
    pub(crate) fn ends_the_session(&self) -> bool {
        matches!(
            self.code(),
            Some(ProblemCode::SessionEnded | ProblemCode::RefreshReused | ProblemCode::AccountInactive)
        )
    }

    /// Whether the answer to a refresh says that the refresh token is of no use any more.
    ///
    /// It takes an answer in the server's own words: a 403 page of a proxy ends nothing.
    pub(crate) fn refuses_the_refresh_token(&self) -> bool {
        matches!(self, Self::Problem(answer) if matches!(answer.status, 401 | 403))
    }
}
