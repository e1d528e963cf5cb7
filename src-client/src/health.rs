//! `client.health()`: the server's state, for anybody.

mod on_wire;

use std::time::Duration;

use tokio::time::Instant;
use voiceassist_contract::accounts::Role;
use voiceassist_contract::health::Readiness;
use voiceassist_contract::ipc::{Ability, ConnectionReport, Integration, ServerHealth, ServerStatus};

use crate::dialects::spelling;
use crate::transport::Call;
use crate::{Client, Error};
use on_wire::{read_health, read_readiness};

/// The status that `/ready` has while the server is not ready; its body is as good as with 200.
const NOT_READY: u16 = 503;

/// Checks that need no sign-in.
#[derive(Clone, Copy, Debug)]
pub struct HealthChecks<'a> {
    pub(crate) client: &'a Client,
}

impl HealthChecks<'_> {
    /// What the process says of itself.
    ///
    /// # Errors
    /// Those of the network, and [`Error::UnexpectedAnswer`].
    pub async fn health(&self) -> Result<ServerHealth, Error> {
        read_health(&self.client.transport().send(&Call::get("/health").at_once(), None).await?)
    }

    /// What the server says of its components, also when it is not ready.
    ///
    /// # Errors
    /// Those of the network, and [`Error::UnexpectedAnswer`].
    pub async fn ready(&self) -> Result<Readiness, Error> {
        let call = Call::get("/ready").at_once().accepting(NOT_READY);
        read_readiness(&self.client.transport().send(&call, None).await?)
    }

    /// Both, side by side, and how it was to reach the server; for administrators also what it is connected to,
    /// where the server says so.
    ///
    /// # Errors
    /// As [`HealthChecks::health`]; that `/ready` failed is no error.
    pub async fn status(&self) -> Result<ServerStatus, Error> {
        let (timed, readiness, integrations) =
            tokio::join!(time(self.health()), self.ready(), self.integrations());
        let (health, latency) = timed;
        Ok(ServerStatus {
            health: health?,
            readiness: readiness.ok(),
            integrations,
            latency_ms: in_milliseconds(latency),
            is_encrypted: self.client.connection().is_encrypted(),
            checked_at: self.client.session.now(),
        })
    }

    /// What the server is connected to, as far as whoever is signed in may know it. That it cannot be read is no
    /// failure of the rest.
    async fn integrations(&self) -> Vec<Integration> {
        let (client, session) = (self.client, &self.client.session);
        let is_administrator = session.info().is_some_and(|info| info.user.role == Role::Admin);
        if !is_administrator || !client.capabilities().can(Ability::Integrations) {
            return Vec::new();
        }
        let (generation, now) = (session.generation(), session.now());
        if let Some(list) = client.known.integrations.recall(generation, now) {
            return list;
        }
        match spelling(client.dialect()).integrations(client).await {
            Ok(list) => {
                client.known.integrations.keep(generation, now, &list);
                list
            }
            Err(error) => {
                tracing::debug!(?error, "the list of integrations could not be read");
                Vec::new()
            }
        }
    }

    /// Asks `/health` on a connection made for it.
    ///
    /// # Errors
    /// As [`HealthChecks::health`].
    pub async fn test_connection(&self) -> Result<ConnectionReport, Error> {
        let call = Call::get("/health").at_once();
        let (answer, latency) = time(self.client.transport().send_on_fresh_connection(&call)).await;
        let health = read_health(&answer?)?;
        Ok(ConnectionReport {
            version: health.version,
            latency_ms: in_milliseconds(latency),
            is_encrypted: self.client.connection().is_encrypted(),
        })
    }
}

async fn time<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let began = Instant::now();
    let outcome = work.await;
    (outcome, began.elapsed())
}

fn in_milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
