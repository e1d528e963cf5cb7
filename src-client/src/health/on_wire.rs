//! `/health` and `/ready` as any known server writes them.

use std::collections::BTreeMap;

use serde::Deserialize;
use voiceassist_contract::Time;
use voiceassist_contract::health::{CheckDetail, Readiness, ReadyStatus};
use voiceassist_contract::ipc::ServerHealth;

use crate::Error;
use crate::dialects::python::times::deserialize_moment;
use crate::transport::Answer;

#[derive(Deserialize)]
struct HealthOnWire {
    status: String,
    version: String,
    #[serde(deserialize_with = "deserialize_moment")]
    timestamp: Time,
    #[serde(default)]
    uptime_seconds: Option<u64>,
}

#[derive(Deserialize)]
struct ReadinessOnWire {
    status: ReadyStatus,
    checks: BTreeMap<String, bool>,
    #[serde(default)]
    details: BTreeMap<String, CheckDetail>,
    #[serde(deserialize_with = "deserialize_moment")]
    timestamp: Time,
}

/// Reads `/health`.
pub(super) fn read_health(answer: &Answer) -> Result<ServerHealth, Error> {
    let HealthOnWire { status, version, timestamp, uptime_seconds } = answer.parse()?;
    Ok(ServerHealth { status, version, timestamp, uptime_seconds })
}

/// Reads `/ready`. Older servers call themselves not ready for want of any component; where those that accounts
/// need are there, that is what this project calls degraded.
pub(super) fn read_readiness(answer: &Answer) -> Result<Readiness, Error> {
    let ReadinessOnWire { mut status, checks, details, timestamp } = answer.parse()?;
    let accounts_work = checks.get("postgres") == Some(&true) && checks.get("redis") != Some(&false);
    if status == ReadyStatus::NotReady && details.is_empty() && accounts_work {
        status = ReadyStatus::Degraded;
    }
    Ok(Readiness { status, checks, details, timestamp })
}
