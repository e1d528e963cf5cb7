//! Tokens in memory: where there is no keychain, and in tests.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use voiceassist_contract::Secret;
use voiceassist_contract::ipc::ProfileId;

use super::{TokenStore, TokenStoreError};

/// Forgets everything when the program ends, and says so.
#[derive(Default)]
pub struct MemoryTokenStore {
    tokens: Mutex<HashMap<ProfileId, Secret>>,
}

impl MemoryTokenStore {
    fn tokens(&self) -> std::sync::MutexGuard<'_, HashMap<ProfileId, Secret>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl TokenStore for MemoryTokenStore {
    async fn load(&self, profile: ProfileId) -> Result<Option<Secret>, TokenStoreError> {
        Ok(self.tokens().get(&profile).cloned())
    }

    async fn save(&self, profile: ProfileId, token: &Secret) -> Result<(), TokenStoreError> {
        self.tokens().insert(profile, token.clone());
        Ok(())
    }

    async fn delete(&self, profile: ProfileId) -> Result<(), TokenStoreError> {
        self.tokens().remove(&profile);
        Ok(())
    }

    fn is_lasting(&self) -> bool {
        false
    }
}
