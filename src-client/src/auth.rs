//! `client.auth()`: signing in and out, the own sessions, and the server's policy.

use voiceassist_contract::auth::{Policy, SessionList, SessionsEnded};
use voiceassist_contract::ipc::SessionInfo;
use voiceassist_contract::{Id, Secret};

use crate::transport::Call;
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
    /// Problems such as `invalid_credentials` and `account_locked`.
    pub async fn sign_in(&self, email: &str, password: &Secret, keep: bool) -> Result<SessionInfo, Error> {
        self.client.session.sign_in(self.client, email, password, keep).await
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
        self.client.session.sign_out().await
    }

    /// The server's policy; it needs no sign-in.
    ///
    /// # Errors
    /// Those of the network, and [`Error::UnexpectedAnswer`].
    pub async fn policy(&self) -> Result<Policy, Error> {
        self.client.transport().send(&Call::get("/api/auth/policy"), None).await?.parse()
    }

    /// The own sessions.
    ///
    /// # Errors
    /// Those of every operation.
    pub async fn sessions(&self) -> Result<SessionList, Error> {
        self.client.send_signed_in(&Call::get("/api/auth/sessions")).await?.parse()
    }

    /// Ends one of the own sessions, or all others.
    ///
    /// # Errors
    /// Those of every operation.
    pub async fn end_session(&self, session: Option<Id>) -> Result<SessionsEnded, Error> {
        let path = match session {
            Some(session) => format!("/api/auth/sessions/{session}"),
            None => "/api/auth/sessions".to_owned(),
        };
        self.client.send_signed_in(&Call::delete(&path)).await?.parse()
    }

    /// Who is signed in, as far as it is known without asking anybody.
    pub fn session_info(&self) -> Option<SessionInfo> {
        self.client.session.info()
    }
}
