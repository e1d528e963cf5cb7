//! The commands between the interface and the shell: one definition that both sides use.
//!
//! A command is a struct of its arguments; [`Command`] gives its name and what it answers. The list
//! at the end is what the shell must handle, what the capability must allow and what the interface calls;
//! tests on either side hold themselves against [`COMMAND_NAMES`].

mod capabilities;
mod commands;
mod condition;
mod dialect;
mod failure;
mod listing;
mod session;
mod settings;
mod status;

pub use capabilities::{Ability, Capabilities, MissingReason};
pub use commands::*;
pub use condition::{Condition, Step};
pub use dialect::{DialectName, LearnedDialect};
pub use failure::{Failure, FailureKind};
pub use listing::{ListedAccounts, Loading, LoadingState};
pub use session::{SessionInfo, TokenStorage};
pub use settings::{Density, Profile, ProfileId, Settings, SettingsState, Theme};
pub use status::{ConnectionReport, Integration, IntegrationState, ServerHealth, ServerStatus};

use serde::{Serialize, de::DeserializeOwned};

/// A request from the interface to the shell.
pub trait Command: Serialize + DeserializeOwned {
    /// The Tauri command's name.
    const NAME: &'static str;
    /// What it answers when it succeeds; when it fails it answers a [`Failure`].
    type Output: Serialize + DeserializeOwned;
}

/// The name under which the shell takes a command's arguments.
pub const ARGUMENT: &str = "request";
