//! The server as seen from this computer.

use serde::{Deserialize, Serialize};

use crate::Time;
use crate::health::Readiness;

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

/// What the process says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServerHealth {
    /// `healthy`.
    pub status: String,
    /// The gateway's version.
    pub version: String,
    /// The gateway's clock.
    pub timestamp: Time,
    /// How long the process has run; older gateways do not say.
    #[serde(default)]
    pub uptime_seconds: Option<u64>,
}

/// How a connection of the server to something else is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntegrationState {
    /// It works.
    Connected,
    /// It works with limits.
    Degraded,
    /// It does not work.
    Failed,
    /// It is not set up.
    NotConfigured,
    /// A state that this version does not know.
    #[serde(other)]
    Unknown,
}

/// Something that the server is connected to, as administrators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Integration {
    /// The server's word for it, such as `nextcloud`.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// How it is.
    pub state: IntegrationState,
    /// What the server says about a failure.
    #[serde(default)]
    pub message: Option<String>,
    /// When the server looked.
    #[serde(default)]
    pub checked_at: Option<Time>,
}

/// What `/health` and `/ready` say, and how it was to reach them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServerStatus {
    /// The process.
    pub health: ServerHealth,
    /// Its components, also when the answer was 503; absent if `/ready` itself failed.
    pub readiness: Option<Readiness>,
    /// What else the server is connected to; empty where it does not say, or not to whoever asks.
    #[serde(default)]
    pub integrations: Vec<Integration>,
    /// The round trip to `/health`.
    pub latency_ms: u64,
    /// Whether the connection is encrypted.
    pub is_encrypted: bool,
    /// When it was asked, by this computer's clock.
    pub checked_at: Time,
}
