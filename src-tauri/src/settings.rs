//! What is remembered on this computer. The file is written by the store plugin, which writes in place;
//! so a copy of the last good one stands beside it, and a damaged file is set aside, never overwritten.

mod file;
mod recovery;

pub(crate) use file::SettingsFile;

use voiceassist_contract::ipc::{Failure, FailureKind, Settings};

/// Keeps settings between one start and the next.
pub(crate) trait SettingsStore: Send + Sync {
    /// The settings as last saved, or defaults.
    fn load(&self) -> Settings;

    /// Keeps these settings.
    ///
    /// # Errors
    /// They could not be written; the ones before stay in force.
    fn save(&self, settings: &Settings) -> Result<(), SettingsError>;

    /// What a person should know about reading them, such as that a damaged file was set aside.
    fn notice(&self) -> Option<String>;
}

/// Settings that could not be written.
#[derive(Debug)]
pub(crate) struct SettingsError(pub(crate) String);

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        tracing::error!(error = error.0, "settings could not be saved");
        Self::new(
            FailureKind::Settings,
            "The settings could not be saved on this computer. Look whether its disk is full.",
        )
    }
}
