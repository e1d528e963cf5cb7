//! What this program found out by itself about a failure, beyond the server's own code.

use serde::{Deserialize, Serialize};

use super::{Ability, MissingReason};
use crate::Time;
use crate::accounts::Account;

/// A step of a change that a server takes apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Making the account.
    Register,
    /// Giving it its role.
    Role,
    /// Activating or deactivating it.
    Activity,
}

/// A condition that the interface has a sentence of its own for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum Condition {
    /// With kind `not_offered`: the server cannot do this.
    NotOffered {
        /// What was asked of it.
        ability: Ability,
        /// Why it cannot.
        reason: MissingReason,
    },
    /// With kind `unexpected_answer`: it answers like a VoiceAssist server, but none that this program knows.
    UnknownServer,
    /// With kind `unexpected_answer`: the server is another one than it was (exchanged or updated). Nothing was
    /// done; it has been learned anew, so that trying again may work.
    ServerChanged,
    /// With kind `second_step`: the password was right, and a code is needed (`verify_second_step`).
    SecondStep {
        /// Whether a backup code is taken in place of one of the moment.
        takes_backup_codes: bool,
    },
    /// With kind `signed_out`: the role was changed, so this session is over. Signing in again helps.
    RoleChanged,
    /// With kind `signed_out` or `problem`: this server lets an account whose password was changed in again
    /// only after an hour. Trying before is of no use.
    LockedOut {
        /// When it ends, by this computer's clock.
        until: Time,
        /// Whether the password has just been changed, which succeeded.
        password_was_changed: bool,
    },
    /// With kind `partly_done`: some steps were done and one was not. Asking for the same again goes on
    /// where it stopped.
    PartlyDone {
        /// The step that was not done.
        missing: Step,
        /// The account as it is now.
        account: Box<Account>,
    },
}
