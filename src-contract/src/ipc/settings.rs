//! What is remembered on this computer: server profiles and appearance. Never a secret.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::LearnedDialect;

/// Names a profile in the settings and its item in the keychain.
pub type ProfileId = uuid::Uuid;

/// A server that one signs in to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The profile's identity; it never changes.
    pub id: ProfileId,
    /// What the clinic calls it.
    pub name: String,
    /// The gateway's address, such as `https://voiceassist.clinic.example`.
    pub address: String,
    /// Whether plain HTTP to another computer is allowed. Marked in red as long as it is.
    #[serde(default)]
    pub allow_plain_http: bool,
    /// A PEM file with the clinic's own certificate authority.
    #[serde(default)]
    pub ca_file: Option<String>,
    /// Filled in at the next sign-in.
    #[serde(default)]
    pub last_email: Option<String>,
}

/// Which colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the desktop has it.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// Black on white, with lines around everything.
    HighContrast,
}

/// How close together rows stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Density {
    /// 44 px rows.
    #[default]
    Comfortable,
    /// 34 px rows.
    Compact,
}

/// Everything that is remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The servers, in the order of making.
    #[serde(default)]
    pub profiles: Vec<Profile>,
    /// The one chosen last.
    #[serde(default)]
    pub current_profile: Option<ProfileId>,
    /// Which colours.
    #[serde(default)]
    pub theme: Theme,
    /// How close together rows stand.
    #[serde(default)]
    pub density: Density,
    /// What was learned of the profiles' servers, so that it need not be learned again.
    #[serde(default)]
    pub dialects: BTreeMap<ProfileId, LearnedDialect>,
}

impl Settings {
    /// The profile with this id.
    pub fn profile(&self, id: ProfileId) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.id == id)
    }

    /// The profile chosen last, or the first.
    pub fn current(&self) -> Option<&Profile> {
        self.current_profile.and_then(|id| self.profile(id)).or_else(|| self.profiles.first())
    }
}

/// The settings together with what happened while they were read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsState {
    /// The settings in force.
    pub settings: Settings,
    /// A sentence to show, such as that a damaged file was set aside.
    pub notice: Option<String>,
    /// The application's version.
    pub app_version: String,
}
