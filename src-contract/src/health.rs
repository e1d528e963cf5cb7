//! Wire types of `/health` and `/ready`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Time;

/// `GET /health`: the process answers. It touches nothing else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::health))]
pub struct Health {
    /// `healthy`.
    pub status: String,
    /// The gateway's version.
    pub version: String,
    /// The gateway's clock.
    #[cfg_attr(feature = "openapi", schema(value_type = DateTime))]
    pub timestamp: Time,
    /// How long the process has run.
    pub uptime_seconds: u64,
}

/// Whether the gateway can do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReadyStatus {
    /// Everything that is configured answers.
    Ready,
    /// Something that accounts do not need does not answer.
    Degraded,
    /// The database does not answer; so the HTTP status is 503.
    NotReady,
}

/// The components of `/ready`, by their wire names.
pub const COMPONENTS: [&str; 4] = ["postgres", "redis", "qdrant", "nextcloud"];

/// `GET /ready`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::readiness))]
pub struct Readiness {
    /// The sum of the checks.
    pub status: ReadyStatus,
    /// Whether each component is in order; what is not configured is `true`.
    pub checks: BTreeMap<String, bool>,
    /// What is known of each component; older gateways leave it out.
    #[serde(default)]
    pub details: BTreeMap<String, CheckDetail>,
    /// The gateway's clock.
    #[cfg_attr(feature = "openapi", schema(value_type = DateTime))]
    pub timestamp: Time,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckDetail {
    /// In a word.
    pub state: ComponentState,
    /// How long the check took, if there was one.
    pub latency_ms: Option<u64>,
    /// What the component calls its version.
    pub version: Option<String>,
    /// In a sentence.
    pub message: String,
    /// When it was checked.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<DateTime>))]
    pub checked_at: Option<Time>,
}

/// A component's state in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ComponentState {
    /// In order.
    Ok,
    /// Answers, but is not ready yet.
    Starting,
    /// Has been put into maintenance.
    Maintenance,
    /// Its program was updated and its database was not.
    NeedsUpgrade,
    /// Does not take the credentials that it is given.
    CredentialsRejected,
    /// Wants a password again before it does what it is asked.
    ConfirmationRequired,
    /// Does not answer.
    Unreachable,
    /// Not part of this deployment.
    NotConfigured,
    /// A state that this version does not know.
    #[serde(other)]
    Unknown,
}
