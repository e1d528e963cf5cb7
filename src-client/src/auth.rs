//! `client.auth()`: signing in and out, the own sessions, and the server's policy.

use voiceassist_contract::auth::{Policy, SessionList, SessionsEnded};
use voiceassist_contract::ipc::{Ability, SessionInfo};
use voiceassist_contract::{Id, Secret};

use crate::dialects::{capabilities, spelling};
use crate::{Client, Error};

/// Operations on the session.
#[derive(Clone, Copy, Debug)]
pub struct Auth<'a> {
    pub(crate) client: &'a Client,
}

impl Auth<'_> {
    /// Signs in; `keep` asks for the refresh token to be kept in the keychain. Whoever was signed in
    /// before stays so if it fails.
    ///
    /// # Errors
    /// Problems such as `invalid_credentials` and `account_locked`; [`Error::SecondStep`] if a code is needed,
    /// which is given with [`Auth::verify_second_step`].
    pub async fn sign_in(&self, email: &str, password: &Secret, keep: bool) -> Result<SessionInfo, Error> {
        self.client.session.sign_in(self.client, email, password, keep).await
    }

    /// Finishes a sign-in that asked for a code, within ten minutes and five tries.
    ///
    /// # Errors
    /// The problem `invalid_input` with the field `code`; [`Error::SignedOut`] if no code is asked for (any more).
    pub async fn verify_second_step(
        &self,
        code: &Secret,
        is_backup_code: bool,
    ) -> Result<SessionInfo, Error> {
        self.client.session.verify_second_step(self.client, code, is_backup_code).await
    }

    /// Refreshes the tokens if half the life of the refresh token is over, so that a session with a short one
    /// outlives idle hours. To be called every half a minute or so while the program runs: counting a timer
    /// down would stand still while the computer sleeps.
    pub async fn keep_alive(&self) {
        self.client.session.refresh_ahead_of_the_end().await;
    }

    /// Who is signed in: now, or again with the refresh token in the keychain. `None` is nobody.
    ///
    /// # Errors
    /// [`Error::SignedOut`] if the server has ended the session meanwhile; those of the network, after which
    /// it may be tried again.
    pub async fn resume(&self) -> Result<Option<SessionInfo>, Error> {
        self.client.session.resume(self.client).await
    }

    /// Ends the session on the server and forgets its tokens, the latter also when the server is away.
    ///
    /// # Errors
    /// [`Error::Keychain`] if the token is still in the keychain and the server could not be told either.
    pub async fn sign_out(&self) -> Result<(), Error> {
        let dialect = self.client.dialect();
        let ends_on_server = dialect.is_none() || capabilities(dialect).can(Ability::EndSessionOnServer);
        self.client.session.sign_out(ends_on_server).await
    }

    /// The server's policy; it needs no sign-in.
    ///
    /// # Errors
    /// Those of the network, and [`Error::UnexpectedAnswer`].
    pub async fn policy(&self) -> Result<Policy, Error> {
        spelling(self.client.dialect()).policy(self.client).await
    }

    /// The own sessions.
    ///
    /// # Errors
    /// Those of every operation.
    pub async fn sessions(&self) -> Result<SessionList, Error> {
        self.client.users().read(|dialect| dialect.own_sessions(self.client)).await
    }

    /// Ends one of the own sessions, or all others.
    ///
    /// # Errors
    /// Those of every operation.
    pub async fn end_session(&self, session: Option<Id>) -> Result<SessionsEnded, Error> {
        self.client.users().change(|dialect| dialect.end_own_session(self.client, session)).await
    }

    /// Who is signed in, as far as it is known without asking anybody.
    pub fn session_info(&self) -> Option<SessionInfo> {
        self.client.session.info()
    }
}
