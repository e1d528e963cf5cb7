//! A keychain whose failures are decided by the test.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Semaphore;
use voiceassist_client::{TokenStore, TokenStoreError};
use voiceassist_contract::Secret;
use voiceassist_contract::ipc::ProfileId;

use super::server::Server;

/// One item, and switches to make operations on it fail.
pub(crate) struct FakeKeychain {
    item: Mutex<Option<Secret>>,
    pub(crate) saving_fails: AtomicBool,
    pub(crate) loading_fails: AtomicBool,
    pub(crate) deleting_fails: AtomicBool,
    /// Saving takes a permit; a test that closes the gate holds a save up.
    pub(crate) gate: Semaphore,
}

impl Default for FakeKeychain {
    fn default() -> Self {
        Self {
            item: Mutex::default(),
            saving_fails: AtomicBool::new(false),
            loading_fails: AtomicBool::new(false),
            deleting_fails: AtomicBool::new(false),
            gate: Semaphore::new(1000),
        }
    }
}

impl FakeKeychain {
    /// A keychain in which an earlier start has left this server's token.
    pub(crate) fn holding(server: &Server, token: &str) -> Self {
        Self { item: Mutex::new(Some(format!("{}/ {token}", server.url()).into())), ..Self::default() }
    }

    /// The token that is kept, without the address that it is for.
    pub(crate) fn item(&self) -> Option<String> {
        let item = self.item.lock().expect("not poisoned").clone()?;
        item.expose().split_once(' ').map(|(_, token)| token.to_owned())
    }
}

fn outcome_of(fails: &AtomicBool) -> Result<(), TokenStoreError> {
    if fails.load(Ordering::SeqCst) { Err(TokenStoreError::NoAccess) } else { Ok(()) }
}

#[async_trait::async_trait]
impl TokenStore for FakeKeychain {
    async fn load(&self, _: ProfileId) -> Result<Option<Secret>, TokenStoreError> {
        outcome_of(&self.loading_fails)?;
        Ok(self.item.lock().expect("not poisoned").clone())
    }

    async fn save(&self, _: ProfileId, token: &Secret) -> Result<(), TokenStoreError> {
        self.gate.acquire().await.expect("never closed").forget();
        outcome_of(&self.saving_fails)?;
        *self.item.lock().expect("not poisoned") = Some(token.clone());
        Ok(())
    }

    async fn delete(&self, _: ProfileId) -> Result<(), TokenStoreError> {
        outcome_of(&self.deleting_fails)?;
        *self.item.lock().expect("not poisoned") = None;
        Ok(())
    }
}
