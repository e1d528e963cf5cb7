//! How a command answers.

use voiceassist_contract::ipc::{Command, Failure};

/// What command `C` answers.
pub(crate) type Answer<C> = Result<<C as Command>::Output, Failure>;

/// Turns the backend layer's errors into failures that the interface understands.
pub(crate) fn failure(error: voiceassist_client::Error) -> Failure {
    error.to_failure()
}
