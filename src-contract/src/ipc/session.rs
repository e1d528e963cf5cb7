//! What the interface knows of being signed in. No token is part of it.

use serde::{Deserialize, Serialize};

use super::ProfileId;
use crate::accounts::User;

/// Where the refresh token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenStorage {
    /// In the system's keychain: the next start is signed in.
    Keychain,
    /// In memory, because that was asked for: signed in until the window closes.
    MemoryByChoice,
    /// In memory, because this computer has no keychain: signed in until the window closes.
    MemoryForWantOfKeychain,
}

/// Somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionInfo {
    /// To which server.
    pub profile_id: ProfileId,
    /// Who.
    pub user: User,
    /// Where the refresh token is.
    pub token_storage: TokenStorage,
    /// Whether tokens travel unencrypted to another computer, which the profile allows.
    pub is_plain_http: bool,
}
