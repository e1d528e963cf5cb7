//! How a session begins: with a password, or with the refresh token of an earlier start.

use std::sync::Arc;

use voiceassist_contract::Secret;
use voiceassist_contract::auth::{LoginRequest, TokenPair};
use voiceassist_contract::ipc::{SessionInfo, TokenStorage};

use super::access_token::AccessToken;
use super::keep::read_kept_form;
use super::refresh_life::RefreshLife;
use super::{Held, Session};
use crate::dialects::recognise::{SignInAnswer, read_own_account, read_sign_in};
use crate::error::Hint;
use crate::transport::Call;
use crate::{Client, Error, TokenStoreError};

impl Session {
    /// Signs in with a password.
    pub(crate) async fn sign_in(
        self: &Arc<Self>,
        client: &Client,
        email: &str,
        password: &Secret,
        keep: bool,
    ) -> Result<SessionInfo, Error> {
        let _one_at_a_time = self.entering.lock().await;
        let before = self.generation();
        let request = LoginRequest { email: email.to_owned(), password: password.clone() };
        let call = Call::post("/api/auth/login").with_body(&request)?;
        match read_sign_in(&self.transport.send(&call, None).await?)? {
            SignInAnswer::Tokens(pair) => self.enter(client, before, pair, keep).await,
            SignInAnswer::SecondStep { user_id } => {
                self.ask_for_a_code(user_id, keep);
                Err(Error::SecondStep)
            }
        }
    }

    /// Goes in with the tokens of a sign-in, if nothing has happened since `before`. Who it is says the server,
    /// and by the way what kind of server it is.
    pub(super) async fn enter(
        self: &Arc<Self>,
        client: &Client,
        before: u64,
        pair: TokenPair,
        keep: bool,
    ) -> Result<SessionInfo, Error> {
        let received_at = self.clock.now();
        let me = Call::get("/api/users/me");
        let user = match self.transport.send(&me, Some(&pair.access_token)).await {
            Ok(answer) => read_own_account(&answer),
            Err(refusal) if refusal.hint() == Some(Hint::Revoked) => {
                return Err(self.lock_out_of(Some(&pair.access_token)));
            }
            Err(error) => Err(error),
        };
        let user = match user {
            Ok((dialect, user)) => {
                client.known.learn(dialect);
                user
            }
            Err(error) => {
                self.end_in_background(Some(pair.access_token), pair.refresh_token);
                return Err(error);
            }
        };
        let held = Held {
            access: Some(AccessToken::received(&pair, received_at)),
            refresh_token: pair.refresh_token.clone(),
            refresh_life: RefreshLife::received(&pair, received_at),
            user: Some(user),
            keep,
            storage: TokenStorage::MemoryByChoice,
        };
        let Some(generation) = self.begin(before, held) else {
            self.end_in_background(Some(pair.access_token), pair.refresh_token);
            return Err(Error::nobody());
        };
        if keep {
            if let Some(storage) = self.save(generation, &pair.refresh_token, keep).await {
                self.change_held(generation, |held| held.storage = storage);
            }
        } else {
            self.forget_kept_token(generation).await;
        }
        client.session.info().ok_or_else(Error::nobody)
    }

    /// Begins a generation with these tokens, if nothing has happened since `before`; the session that they
    /// replace is ended on the server.
    fn begin(self: &Arc<Self>, before: u64, held: Held) -> Option<u64> {
        let (generation, replaced) = {
            let mut state = self.state();
            if state.generation != before {
                return None;
            }
            state.generation += 1;
            state.serial += 1;
            state.flight = None;
            state.challenge = None;
            (state.generation, state.held.replace(held))
        };
        if let Some(old) = replaced {
            self.end_in_background(old.access.map(|access| access.secret), old.refresh_token);
        }
        Some(generation)
    }

    /// Goes on with the session at hand, or with the refresh token in the keychain.
    pub(crate) async fn resume(self: &Arc<Self>, client: &Client) -> Result<Option<SessionInfo>, Error> {
        let _one_at_a_time = self.entering.lock().await;
        if let Some(info) = self.info() {
            return Ok(Some(info));
        }
        if self.state().held.is_none() {
            let before = self.generation();
            let Some(refresh_token) = self.load_kept_token().await? else { return Ok(None) };
            let held = Held {
                access: None,
                refresh_token,
                refresh_life: None,
                user: None,
                keep: true,
                storage: TokenStorage::Keychain,
            };
            if self.begin(before, held).is_none() {
                return Ok(self.info());
            }
        }
        // With no access token at hand this refreshes first, and ends the session if that is refused.
        client.users().me().await?;
        Ok(self.info())
    }

    /// The refresh token in the keychain, if this server gave it; a keychain that is not there holds none.
    pub(super) async fn load_kept_token(&self) -> Result<Option<Secret>, Error> {
        match self.store.load(self.profile_id).await {
            Err(TokenStoreError::Unavailable) => Ok(None),
            outcome => {
                let address = &self.transport.connection().address;
                Ok(outcome?.and_then(|kept| read_kept_form(address, &kept)))
            }
        }
    }
}
