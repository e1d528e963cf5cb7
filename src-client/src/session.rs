//! The session with one server: its tokens, where they are kept, and who may change them when.
//!
//! Everything that signs in or out, or ends the session, raises the *generation*. Whatever was begun
//! under an older generation (a refresh, a save to the keychain) finds that out before it changes
//! anything, so a late answer never brings a session back.

mod access_token;
mod keep;
mod lock_out;
mod refresh;
mod refresh_life;
mod second_step;
mod sign_in;
mod sign_out;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use voiceassist_contract::accounts::User;
use voiceassist_contract::ipc::{ProfileId, SessionInfo, TokenStorage};
use voiceassist_contract::{Secret, Time};

use crate::error::Hint;
use crate::transport::Transport;
use crate::{Clock, Error, TokenStore};
use access_token::AccessToken;
use refresh::Flight;
use refresh_life::RefreshLife;
use second_step::Challenge;

/// What a client knows of being signed in.
pub(crate) struct Session {
    profile_id: ProfileId,
    transport: Transport,
    store: Arc<dyn TokenStore>,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    /// Signing in and resuming happen one after the other.
    entering: tokio::sync::Mutex<()>,
    /// Held while the keychain's item is changed, so that item and state agree in the end.
    keychain: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    generation: u64,
    /// Counts token pairs, so that a caller can tell whether its token has been replaced.
    serial: u64,
    held: Option<Held>,
    flight: Option<Flight>,
    /// A sign-in whose password was right and that waits for a code.
    challenge: Option<Challenge>,
}

/// The tokens of whoever is signed in.
struct Held {
    /// Absent until the first refresh after a start.
    access: Option<AccessToken>,
    refresh_token: Secret,
    /// Absent where the server does not say how long the refresh token lives.
    refresh_life: Option<RefreshLife>,
    /// Absent until the server was asked after a start.
    user: Option<User>,
    keep: bool,
    storage: TokenStorage,
}

/// An access token together with what it belongs to.
pub(crate) struct Access {
    pub(crate) token: Secret,
    pub(crate) generation: u64,
    pub(crate) serial: u64,
}

impl Session {
    pub(crate) fn new(
        profile_id: ProfileId,
        transport: Transport,
        store: Arc<dyn TokenStore>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            profile_id,
            transport,
            store,
            clock,
            state: Mutex::default(),
            entering: tokio::sync::Mutex::default(),
            keychain: tokio::sync::Mutex::default(),
        }
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }

    pub(crate) fn now(&self) -> Time {
        self.clock.now()
    }

    pub(crate) fn generation(&self) -> u64 {
        self.state().generation
    }

    /// Who is signed in, without asking anybody.
    pub(crate) fn info(&self) -> Option<SessionInfo> {
        let state = self.state();
        let held = state.held.as_ref()?;
        Some(SessionInfo {
            profile_id: self.profile_id,
            user: held.user.clone()?,
            token_storage: held.storage,
            is_plain_http: self.transport.connection().is_exposed(),
        })
    }

    /// Remembers what the server last said of the own account.
    pub(crate) fn note_user(&self, generation: u64, user: &User) {
        self.change_held(generation, |held| held.user = Some(user.clone()));
    }

    /// What is certain after a password change, if the account could not be read again.
    pub(crate) fn note_password_changed(&self) {
        let generation = self.generation();
        self.change_held(generation, |held| {
            if let Some(user) = &mut held.user {
                user.must_change_password = false;
            }
        });
    }

    /// Drops the session because the server refused it, and says so as an error.
    pub(crate) async fn end_after(&self, generation: u64, refusal: &Error) -> Error {
        let mut held = None;
        if let Some((taken, ended)) = self.take(Some(generation)) {
            tracing::info!(code = ?refusal.code(), "the server has ended the session");
            self.forget_kept_token(ended).await;
            held = taken;
        }
        match refusal.hint() {
            Some(Hint::Revoked) => {
                self.lock_out_of(held.and_then(|held| held.access).map(|access| access.secret).as_ref())
            }
            _ => Error::SignedOut(crate::SignedOut::because_of(refusal)),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the tokens away and begins a new generation, whose number it answers; only if it is still the
    /// given one, if one is given.
    fn take(&self, generation: Option<u64>) -> Option<(Option<Held>, u64)> {
        let mut state = self.state();
        if generation.is_some_and(|generation| generation != state.generation) {
            return None;
        }
        state.generation += 1;
        state.flight = None;
        state.challenge = None;
        Some((state.held.take(), state.generation))
    }

    fn change_held(&self, generation: u64, change: impl FnOnce(&mut Held)) {
        let mut state = self.state();
        if state.generation == generation
            && let Some(held) = &mut state.held
        {
            change(held);
        }
    }
}
