//! Where refresh tokens rest between starts: the system's keychain, or memory for want of it.

mod keychain;
mod memory;

use async_trait::async_trait;
use voiceassist_contract::Secret;
use voiceassist_contract::ipc::ProfileId;

pub use keychain::{KEYCHAIN_SERVICE, KeychainTokenStore, open_keychain};
pub use memory::MemoryTokenStore;

/// Keeps one refresh token per profile.
#[async_trait]
pub trait TokenStore: Send + Sync {
    /// The profile's token, if there is one.
    async fn load(&self, profile: ProfileId) -> Result<Option<Secret>, TokenStoreError>;

    /// Keeps a token in place of the one before.
    async fn save(&self, profile: ProfileId, token: &Secret) -> Result<(), TokenStoreError>;

    /// Forgets the profile's token. That there is none is no failure.
    async fn delete(&self, profile: ProfileId) -> Result<(), TokenStoreError>;

    /// Whether tokens are still there after the program has ended.
    fn is_lasting(&self) -> bool {
        true
    }
}

/// Why the keychain did not do what was asked. No error holds a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenStoreError {
    /// This computer has no keychain, or none that runs.
    #[error("This computer has no keychain that answers, so you are signed in until the window closes.")]
    Unavailable,
    /// The keychain is locked, or its owner refused.
    #[error("The keychain is locked or access to it was refused. Unlock it and try again.")]
    NoAccess,
    /// The keychain takes no token of this length.
    #[error("The server's token has {length} bytes; this computer's keychain holds at most {limit}.")]
    TooLong {
        /// The token's length in bytes.
        length: usize,
        /// The most that the keychain holds in one item.
        limit: usize,
    },
    /// The item holds something that is no token.
    #[error("The keychain's item for this server is damaged. Sign in again.")]
    Damaged,
    /// The keychain did not answer in time.
    #[error("The keychain did not answer in time.")]
    TimedOut,
    /// Anything else; the reason is the system's own.
    #[error("The keychain failed: {0}")]
    Failed(String),
}
