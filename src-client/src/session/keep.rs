//! New tokens take the place of old ones: in the keychain first, then in memory.

use url::Url;
use voiceassist_contract::Secret;
use voiceassist_contract::auth::TokenPair;
use voiceassist_contract::ipc::TokenStorage;

use super::Session;
use super::access_token::AccessToken;
use super::refresh_life::RefreshLife;
use crate::{Error, TokenStoreError};

impl Session {
    /// Puts a new pair in place of the one held, unless the session was ended or replaced meanwhile.
    ///
    /// The keychain comes first: if the program dies in between, the next start finds the newer token.
    /// Whether it was put in place.
    pub(super) async fn install(&self, generation: u64, pair: TokenPair) -> bool {
        let received_at = self.clock.now();
        let keep = {
            let state = self.state();
            match &state.held {
                Some(held) if state.generation == generation => held.keep,
                _ => return false,
            }
        };
        let Some(storage) = self.save(generation, &pair.refresh_token, keep).await else { return false };
        let mut state = self.state();
        if state.generation != generation {
            return false;
        }
        state.serial += 1;
        let Some(held) = &mut state.held else { return false };
        held.access = Some(AccessToken::received(&pair, received_at));
        held.refresh_life = RefreshLife::received(&pair, received_at);
        held.refresh_token = pair.refresh_token;
        held.storage = storage;
        true
    }

    /// Replaces the tokens with those that came with a password change. A refresh under way is left behind:
    /// its tokens are older.
    pub(crate) async fn replace_tokens(&self, generation: u64, pair: TokenPair) -> Result<(), Error> {
        let generation = {
            let mut state = self.state();
            if state.generation != generation || state.held.is_none() {
                return Err(Error::nobody());
            }
            state.generation += 1;
            state.flight = None;
            state.generation
        };
        if self.install(generation, pair).await { Ok(()) } else { Err(Error::nobody()) }
    }

    /// Writes a refresh token to the keychain, if it shall be kept. `None` if the session is no longer this one.
    ///
    /// A keychain that fails costs the next start its sign-in, never this session.
    pub(super) async fn save(&self, generation: u64, token: &Secret, keep: bool) -> Option<TokenStorage> {
        if !keep {
            return Some(TokenStorage::MemoryByChoice);
        }
        if !self.store.is_lasting() {
            return Some(TokenStorage::MemoryForWantOfKeychain);
        }
        let _keychain = self.keychain.lock().await;
        if self.generation() != generation {
            return None;
        }
        let kept = kept_form(&self.transport.connection().address, token);
        match self.store.save(self.profile_id, &kept).await {
            Ok(()) => Some(TokenStorage::Keychain),
            Err(error) => {
                tracing::warn!(%error, "the refresh token is kept in memory only");
                // What is in the keychain now is used up: at the next start it would look like a theft. A
                // keychain that has not answered yet may still save the new one, and would hold us up again.
                if error != TokenStoreError::TimedOut {
                    let _nothing_more_to_do = self.store.delete(self.profile_id).await;
                }
                Some(TokenStorage::MemoryForWantOfKeychain)
            }
        }
    }

    /// Empties the keychain's item unless somebody has signed in again meanwhile.
    pub(super) async fn empty_keychain(&self, generation: u64) -> Result<(), Error> {
        let _keychain = self.keychain.lock().await;
        if self.generation() != generation {
            return Ok(());
        }
        Ok(self.store.delete(self.profile_id).await?)
    }

    /// The same where there is nobody to tell of a failure.
    pub(super) async fn forget_kept_token(&self, generation: u64) {
        if let Err(error) = self.empty_keychain(generation).await {
            tracing::warn!(%error, "a refresh token that is of no use any more stays in the keychain");
        }
    }
}

/// What is written to the keychain: the server's address before the token. A profile whose address is
/// changed keeps its item, and the token must not go to the new address.
fn kept_form(address: &Url, token: &Secret) -> Secret {
    Secret::new(format!("{address} {}", token.expose()))
}

/// The token of what was written, if it is this server's.
pub(super) fn read_kept_form(address: &Url, kept: &Secret) -> Option<Secret> {
    let (kept_address, token) = kept.expose().split_once(' ')?;
    (kept_address == address.as_str()).then(|| Secret::new(token))
}
