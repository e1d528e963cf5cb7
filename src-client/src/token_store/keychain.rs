//! The system's keychain: Secret Service on Linux, Keychain on macOS, Credential Manager on Windows.

mod platform;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use keyring_core::Entry;
use voiceassist_contract::Secret;
use voiceassist_contract::ipc::ProfileId;
use zeroize::Zeroizing;

use super::{TokenStore, TokenStoreError};

/// The name under which the items stand in the keychain; the user is the profile's id.
pub const KEYCHAIN_SERVICE: &str = "dev.voiceassist.admin";

/// Reading may wait for a person who types the keychain's password.
const READ_LIMIT: Duration = Duration::from_secs(90);

/// Writing happens in the middle of other work, which it must not hold up for long.
const WRITE_LIMIT: Duration = Duration::from_secs(10);

/// How long opening may take: D-Bus starts the Secret Service on the first call.
const OPEN_LIMIT: Duration = Duration::from_secs(10);

/// Tokens in the system's keychain.
#[derive(Clone, Debug)]
pub struct KeychainTokenStore {
    /// Operations on the keychain run one after the other, in the order of asking, also when nobody
    /// waits for them any more: a late save must not come after a later delete.
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// Chooses the platform's keychain for this process, once, and opens it.
///
/// It blocks, for a moment as a rule and for ten seconds at most.
///
/// # Errors
/// [`TokenStoreError::Unavailable`] where there is none that runs; it may be tried again.
pub fn open_keychain() -> Result<KeychainTokenStore, TokenStoreError> {
    static OPENING: Mutex<()> = Mutex::new(());
    let _one_at_a_time = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
    if keyring_core::get_default_store().is_none() {
        // On a thread of its own: the D-Bus library must not find itself inside an async runtime,
        // and a bus that hangs must not hang the start.
        let (sender, receiver) = std::sync::mpsc::sync_channel(1);
        std::thread::spawn(move || sender.send(platform::open_platform_store()));
        let store = receiver.recv_timeout(OPEN_LIMIT).map_err(|_| TokenStoreError::Unavailable)?;
        let store = store.map_err(|error| {
            tracing::info!(reason = %error, "no keychain");
            TokenStoreError::Unavailable
        })?;
        keyring_core::set_default_store(store);
    }
    Ok(KeychainTokenStore { turn: Arc::default() })
}

impl KeychainTokenStore {
    async fn run<T: Send + 'static>(
        &self,
        profile: ProfileId,
        limit: Duration,
        operation: impl FnOnce(&Entry) -> keyring_core::Result<T> + Send + 'static,
    ) -> Result<T, TokenStoreError> {
        let turn = Arc::clone(&self.turn).lock_owned();
        let work = tokio::spawn(async move {
            let turn = turn.await;
            tokio::task::spawn_blocking(move || {
                let _turn = turn;
                entry_of(profile).and_then(|entry| operation(&entry))
            })
            .await
        });
        match tokio::time::timeout(limit, work).await {
            Err(_) => Err(TokenStoreError::TimedOut),
            Ok(Ok(Ok(outcome))) => outcome.map_err(|error| classify(&error)),
            Ok(_) => Err(TokenStoreError::Failed("its thread ended early".into())),
        }
    }
}

#[async_trait]
impl TokenStore for KeychainTokenStore {
    async fn load(&self, profile: ProfileId) -> Result<Option<Secret>, TokenStoreError> {
        let found = self
            .run(profile, READ_LIMIT, |entry| match entry.get_secret() {
                Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
                Err(keyring_core::Error::NoEntry) => Ok(None),
                Err(error) => Err(error),
            })
            .await?;
        let Some(bytes) = found else { return Ok(None) };
        let text = std::str::from_utf8(&bytes).map_err(|_| TokenStoreError::Damaged)?;
        Ok((!text.is_empty()).then(|| Secret::new(text)))
    }

    async fn save(&self, profile: ProfileId, token: &Secret) -> Result<(), TokenStoreError> {
        check_length(token, platform::MOST_BYTES)?;
        let token = token.clone();
        // As bytes: as a password, Windows would store it in UTF-16 and hold half as much.
        self.run(profile, WRITE_LIMIT, move |entry| entry.set_secret(token.expose().as_bytes())).await
    }

    async fn delete(&self, profile: ProfileId) -> Result<(), TokenStoreError> {
        self.run(profile, WRITE_LIMIT, |entry| match entry.delete_credential() {
            Err(keyring_core::Error::NoEntry) => Ok(()),
            outcome => outcome,
        })
        .await
    }
}

fn entry_of(profile: ProfileId) -> keyring_core::Result<Entry> {
    let user = profile.to_string();
    let label = format!("VoiceAssist Admin sign-in (server profile {user})");
    let modifiers: HashMap<&str, &str> = match platform::LABEL_MODIFIER {
        Some(name) => HashMap::from([(name, label.as_str())]),
        None => HashMap::new(),
    };
    if modifiers.is_empty() {
        Entry::new(KEYCHAIN_SERVICE, &user)
    } else {
        Entry::new_with_modifiers(KEYCHAIN_SERVICE, &user, &modifiers)
    }
}

fn check_length(token: &Secret, limit: Option<usize>) -> Result<(), TokenStoreError> {
    let length = token.expose().len();
    match limit {
        Some(limit) if length > limit => Err(TokenStoreError::TooLong { length, limit }),
        _ => Ok(()),
    }
}

/// Leaves out whatever bytes an error carries: they may be the token.
fn classify(error: &keyring_core::Error) -> TokenStoreError {
    use keyring_core::Error as Keyring;
    match error {
        Keyring::NoStorageAccess(_) => TokenStoreError::NoAccess,
        Keyring::NoDefaultStore => TokenStoreError::Unavailable,
        Keyring::BadEncoding(_) | Keyring::BadDataFormat(..) => TokenStoreError::Damaged,
        Keyring::TooLong(_, limit) => TokenStoreError::Failed(format!("an item holds at most {limit} bytes")),
        Keyring::PlatformFailure(reason) => TokenStoreError::Failed(reason.to_string()),
        Keyring::BadStoreFormat(_) => TokenStoreError::Failed("its data are damaged".into()),
        Keyring::Ambiguous(_) => TokenStoreError::Failed("it holds several items for this server".into()),
        _ => TokenStoreError::Failed("it does not take the item".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_is_too_long_for_the_keychain_is_refused_with_both_lengths() {
        let token = Secret::new("x".repeat(2561));
        let refusal = check_length(&token, Some(2560)).expect_err("one byte too many");
        assert_eq!(refusal, TokenStoreError::TooLong { length: 2561, limit: 2560 });
        assert!(refusal.to_string().contains("2561") && refusal.to_string().contains("2560"));
        assert_eq!(check_length(&Secret::new("x".repeat(2560)), Some(2560)), Ok(()));
        assert_eq!(check_length(&token, None), Ok(()));
    }

    #[test]
    fn bytes_that_an_error_carries_are_not_repeated() {
        for error in [
            keyring_core::Error::BadEncoding(b"hunter2\xff".to_vec()),
            keyring_core::Error::BadDataFormat(b"hunter2".to_vec(), "no key".into()),
            keyring_core::Error::Invalid("secret".into(), "hunter2".into()),
            keyring_core::Error::BadStoreFormat("hunter2".into()),
        ] {
            let shown = classify(&error);
            assert!(!format!("{shown} {shown:?}").contains("hunter2"), "{shown:?}");
        }
    }
}
