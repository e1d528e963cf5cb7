//! The server as seen from this computer.

use serde::{Deserialize, Serialize};

use crate::Time;
use crate::health::{Health, Readiness};

/// The answer to "Test connection".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionReport {
    /// The server's version.
    pub version: String,
    /// From sending to the whole answer, on a connection that was just made.
    pub latency_ms: u64,
    /// Whether the connection is encrypted.
    pub is_encrypted: bool,
}

/// What `/health` and `/ready` say, and how it was to reach them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServerStatus {
    /// The process.
    pub health: Health,
    /// Its components, also when the answer was 503; absent if `/ready` itself failed.
    pub readiness: Option<Readiness>,
    /// The round trip to `/health`.
    pub latency_ms: u64,
    /// Whether the connection is encrypted.
    pub is_encrypted: bool,
    /// When it was asked, by this computer's clock.
    pub checked_at: Time,
}
