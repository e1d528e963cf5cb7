//! The client of one server: what its groups of operations share.

use std::fmt;
use std::sync::Arc;

use voiceassist_contract::ipc::{Capabilities, DialectName, ProfileId};

use crate::dialects::recognise::read_own_account;
use crate::dialects::{capabilities, spelling};
use crate::known::Known;
use crate::random::Random;
use crate::session::Session;
use crate::transport::{Answer, Call, Transport};
use crate::{Auth, Clock, Connection, Error, HealthChecks, Timeouts, TokenStore, Users};

/// One server, and the session with it. Clones share both.
#[derive(Clone)]
pub struct Client {
    pub(crate) session: Arc<Session>,
    pub(crate) known: Arc<Known>,
}

impl Client {
    /// A client of the server at `connection`, with nobody signed in yet. Nothing is sent.
    ///
    /// # Errors
    /// [`Error::PlainHttpRefused`], or [`Error::InvalidInput`] with the field `ca_file`.
    pub fn new(
        connection: Connection,
        profile_id: ProfileId,
        keychain: Arc<dyn TokenStore>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        Self::with_timeouts(connection, profile_id, keychain, clock, Timeouts::default())
    }

    /// The same with other time limits.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn with_timeouts(
        connection: Connection,
        profile_id: ProfileId,
        keychain: Arc<dyn TokenStore>,
        clock: Arc<dyn Clock>,
        timeouts: Timeouts,
    ) -> Result<Self, Error> {
        let transport = Transport::new(connection, timeouts, Arc::clone(&clock))?;
        let session = Arc::new(Session::new(profile_id, transport, keychain, clock));
        Ok(Self { session, known: Arc::default() })
    }

    /// The same client, with what an earlier start has learned of its server; nothing has to be learned
    /// again unless it stops fitting.
    #[must_use]
    pub fn with_dialect(self, dialect: Option<DialectName>) -> Self {
        let random = Arc::clone(&self.known.random);
        Self { known: Arc::new(Known::new(dialect, random)), ..self }
    }

    /// The same client with another source of randomness.
    #[must_use]
    pub fn with_random(self, random: Arc<dyn Random>) -> Self {
        Self { known: Arc::new(Known::new(self.known.dialect(), random)), ..self }
    }

    /// What the server has been learned to be, to be remembered for the next start. Any answer may change it.
    pub fn dialect(&self) -> Option<DialectName> {
        self.known.dialect()
    }

    /// What can be done on the server.
    pub fn capabilities(&self) -> Capabilities {
        capabilities(self.known.dialect())
    }

    /// Signing in and out, and the own sessions.
    pub fn auth(&self) -> Auth<'_> {
        Auth { client: self }
    }

    /// The own account, and those of others.
    pub fn users(&self) -> Users<'_> {
        Users { client: self }
    }

    /// The server's state.
    pub fn health(&self) -> HealthChecks<'_> {
        HealthChecks { client: self }
    }

    /// The server that this client speaks to.
    pub fn connection(&self) -> &Connection {
        self.transport().connection()
    }

    pub(crate) fn transport(&self) -> &Transport {
        self.session.transport()
    }

    /// Looks at the server anew because `error` is no answer that a server of this dialect gives. Whether it is
    /// another one.
    pub(crate) async fn learn_anew(&self, before: Option<DialectName>, error: &Error) -> bool {
        if !spelling(before).is_misfit(error) {
            return false;
        }
        tracing::info!(dialect = ?before, "the server does not answer as it did; learning it anew");
        let call = Call::get("/api/users/me");
        let Ok(answer) = self.send_signed_in(&call).await else { return false };
        let Ok((found, _)) = read_own_account(&answer) else { return false };
        if before == Some(found) && found == DialectName::December2025 {
            // The same family, so what is missing is the panel.
            return self.known.learn(DialectName::December2025Plain);
        }
        self.known.learn(found);
        self.known.dialect() != before
    }

    /// Sends a call in the name of whoever is signed in.
    pub(crate) async fn send_signed_in(&self, call: &Call) -> Result<Answer, Error> {
        let access = self.session.access().await?;
        let refusal = match self.transport().send(call, Some(&access.token)).await {
            Err(refusal) if refusal.asks_for_a_new_token() => refusal,
            Err(refusal) if refusal.ends_the_session() => {
                return Err(self.session.end_after(access.generation, &refusal).await);
            }
            outcome => return outcome,
        };
        tracing::debug!(status = refusal.status(), "access token refused; refreshing once");
        self.session.refresh(access.serial).await?;
        let access = self.session.access().await?;
        match self.transport().send(call, Some(&access.token)).await {
            // A token that was just made is refused: more of them will not help.
            Err(refusal) if refusal.asks_for_a_new_token() || refusal.ends_the_session() => {
                Err(self.session.end_after(access.generation, &refusal).await)
            }
            outcome => outcome,
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("origin", &self.connection().address.origin().ascii_serialization())
            .finish_non_exhaustive()
    }
}
