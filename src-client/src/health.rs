//! `client.health()`: the server's state, for anybody.

use std::time::Duration;

use tokio::time::Instant;
use voiceassist_contract::health::{Health, Readiness};
use voiceassist_contract::ipc::{ConnectionReport, ServerStatus};

use crate::transport::Call;
use crate::{Client, Error};

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
    pub async fn health(&self) -> Result<Health, Error> {
        self.client.transport().send(&Call::get("/health").at_once(), None).await?.parse()
    }

    /// What the server says of its components, also when it is not ready.
    ///
    /// # Errors
    /// Those of the network, and [`Error::UnexpectedAnswer`].
    pub async fn ready(&self) -> Result<Readiness, Error> {
        let call = Call::get("/ready").at_once().accepting(NOT_READY);
        self.client.transport().send(&call, None).await?.parse()
    }

    /// Both, side by side, and how it was to reach the server.
    ///
    /// # Errors
    /// As [`HealthChecks::health`]; that `/ready` failed is no error.
    pub async fn status(&self) -> Result<ServerStatus, Error> {
        let (timed, readiness) = tokio::join!(time(self.health()), self.ready());
        let (health, latency) = timed;
        Ok(ServerStatus {
            health: health?,
            readiness: readiness.ok(),
            latency_ms: in_milliseconds(latency),
            is_encrypted: self.client.connection().is_encrypted(),
            checked_at: self.client.session.now(),
        })
    }

    /// Asks `/health` on a connection made for it.
    ///
    /// # Errors
    /// As [`HealthChecks::health`].
    pub async fn test_connection(&self) -> Result<ConnectionReport, Error> {
        let call = Call::get("/health").at_once();
        let (answer, latency) = time(self.client.transport().send_on_fresh_connection(&call)).await;
        let health: Health = answer?.parse()?;
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
