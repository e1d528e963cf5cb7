//! From the backend layer's errors to what the window is told.

use voiceassist_contract::ipc::{Condition, Failure, FailureKind};
use voiceassist_contract::problem::FieldError;

use super::Error;

impl Error {
    /// What the window is told. It holds no secret and nothing that was typed.
    pub fn to_failure(&self) -> Failure {
        Failure {
            code: self.code(),
            status: self.status(),
            request_id: self.request_id().map(str::to_owned),
            fields: self.fields(),
            retry_after_seconds: self.retry_after_seconds(),
            current: match self {
                Self::Problem(answer) => answer.current.clone(),
                _ => None,
            },
            condition: self.condition(),
            ..Failure::new(self.kind(), self.to_string())
        }
    }

    fn kind(&self) -> FailureKind {
        match self {
            Self::Problem(_) => FailureKind::Problem,
            Self::SignedOut(_) | Self::LockedOut { .. } => FailureKind::SignedOut,
            Self::Unreachable(_) | Self::BrokenOff { .. } => FailureKind::Unreachable,
            Self::TimedOut { .. } => FailureKind::TimedOut,
            Self::UntrustedCertificate | Self::CertificateForAnotherName => FailureKind::UntrustedCertificate,
            Self::WrongClock { .. } => FailureKind::WrongClock,
            Self::PlainHttpRefused => FailureKind::PlainHttpRefused,
            Self::Redirected { .. }
            | Self::UnexpectedAnswer(_)
            | Self::UnknownServer { .. }
            | Self::ServerChanged => FailureKind::UnexpectedAnswer,
            Self::NotOffered { .. } => FailureKind::NotOffered,
            Self::SecondStep => FailureKind::SecondStep,
            Self::PartlyDone(_) => FailureKind::PartlyDone,
            Self::InvalidInput { .. } => FailureKind::InvalidInput,
            Self::Keychain(_) => FailureKind::Keychain,
            Self::Internal(_) => FailureKind::Internal,
        }
    }

    fn condition(&self) -> Option<Condition> {
        match self {
            Self::NotOffered { ability, reason } => {
                Some(Condition::NotOffered { ability: *ability, reason: *reason })
            }
            Self::UnknownServer { .. } => Some(Condition::UnknownServer),
            Self::ServerChanged => Some(Condition::ServerChanged),
            Self::SecondStep => Some(Condition::SecondStep { takes_backup_codes: true }),
            Self::SignedOut(signed_out) => signed_out.role_was_changed.then_some(Condition::RoleChanged),
            Self::LockedOut { until, password_was_changed, .. } => {
                Some(Condition::LockedOut { until: *until, password_was_changed: *password_was_changed })
            }
            Self::PartlyDone(done) => {
                Some(Condition::PartlyDone { missing: done.missing, account: done.account.clone() })
            }
            _ => None,
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Problem(answer) => answer.errors.clone(),
            Self::InvalidInput { fields } => fields.clone(),
            Self::PlainHttpRefused => vec![FieldError {
                field: "address".into(),
                code: "plain_http".into(),
                message: self.to_string(),
            }],
            _ => Vec::new(),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        error.to_failure()
    }
}
