//! Where refresh tokens go: the system's keychain, opened once at the start, if there is one.

use std::sync::Arc;

use voiceassist_client::{MemoryTokenStore, TokenStore, open_keychain};

/// The keychain of this computer, or none.
pub(crate) struct TokenStores {
    lasting: Arc<dyn TokenStore>,
}

impl TokenStores {
    /// Opens the system's keychain. Without one, sessions last until the window closes; the interface says so.
    pub(crate) fn open() -> Self {
        match open_keychain() {
            Ok(keychain) => Self { lasting: Arc::new(keychain) },
            Err(error) => {
                tracing::warn!(%error, "this computer's keychain cannot be used");
                Self { lasting: Arc::new(MemoryTokenStore::default()) }
            }
        }
    }

    /// The store for sessions that outlive the window.
    pub(crate) fn lasting(&self) -> Arc<dyn TokenStore> {
        Arc::clone(&self.lasting)
    }

    /// The store for a connection that is only tried.
    pub(crate) fn none(&self) -> Arc<dyn TokenStore> {
        Arc::new(MemoryTokenStore::default())
    }

    /// A store of the test's own.
    #[cfg(test)]
    pub(crate) fn in_memory(store: Arc<dyn TokenStore>) -> Self {
        Self { lasting: store }
    }
}
