//! What is looked up only when somebody reads the metrics: states of the database, of Redis, of the services
//! beside the gateway and of the process. All of it together has a limit; what is not known by then keeps the
//! value it had.

use std::time::Duration;

use ::metrics::Label;
use sea_orm::EntityTrait;
use voiceassist_contract::health::{CheckDetail, ComponentState, ReadyStatus};

use super::catalogue::Metric;
use super::{catalogue, process};
use crate::health::checks::check_shared;
use crate::state::AppState;
use crate::tables::audit_head;

/// The longest that looking may take. Prometheus waits ten seconds.
const LOOK_TIMEOUT: Duration = Duration::from_secs(5);

const STATES: [(ComponentState, &str); 9] = [
    (ComponentState::Ok, "ok"),
    (ComponentState::Starting, "starting"),
    (ComponentState::Maintenance, "maintenance"),
    (ComponentState::NeedsUpgrade, "needs_upgrade"),
    (ComponentState::CredentialsRejected, "credentials_rejected"),
    (ComponentState::ConfirmationRequired, "confirmation_required"),
    (ComponentState::Unreachable, "unreachable"),
    (ComponentState::NotConfigured, "not_configured"),
    (ComponentState::Unknown, "unknown"),
];

const READINESS: [(ReadyStatus, &str); 3] = [
    (ReadyStatus::Ready, "ready"),
    (ReadyStatus::Degraded, "degraded"),
    (ReadyStatus::NotReady, "not_ready"),
];

/// Looks at everything, and gives all metrics in Prometheus's text format.
pub(super) async fn scrape(state: &AppState) -> String {
    show_process(state);
    show_redis(state);
    set(state, &catalogue::PASSWORDS_WAITING, vec![], to_number(state.passwords.waiting()));
    let looking = async {
        tokio::join!(show_pools(state), show_checks(state), show_trail(state));
    };
    if tokio::time::timeout(LOOK_TIMEOUT, looking).await.is_err() {
        tracing::warn!("what the metrics say of the services beside the gateway is not of now");
    }
    state.metrics.render()
}

fn show_process(state: &AppState) {
    let version = Label::from_static_parts("version", env!("CARGO_PKG_VERSION"));
    set(state, &catalogue::BUILD_INFO, vec![version], 1.0);
    let started = std::time::Duration::from_millis(state.started_at.timestamp_millis().unsigned_abs());
    set(state, &catalogue::START_TIME, vec![], started.as_secs_f64());
    for (metric, value) in [
        (&catalogue::RESIDENT_MEMORY, process::read_resident_memory()),
        (&catalogue::OPEN_FILES, process::count_open_files()),
        (&catalogue::MOST_FILES, process::read_most_files()),
    ] {
        if let Some(value) = value {
            set(state, metric, vec![], value);
        }
    }
}

fn show_redis(state: &AppState) {
    let Some(redis) = &state.redis else { return };
    set(state, &catalogue::REDIS_CONNECTED, vec![], to_flag(redis.is_connected()));
    state.metrics.counter(&catalogue::REDIS_ATTEMPTS, vec![]).absolute(redis.connection_attempts());
}

async fn show_pools(state: &AppState) {
    for pool in state.database.look_at_pools().await {
        let name = Label::from_static_parts("pool", pool.name);
        for (word, count) in [("idle", pool.idle), ("in_use", pool.in_use)] {
            let labels = vec![name.clone(), Label::from_static_parts("state", word)];
            set(state, &catalogue::POOL_CONNECTIONS, labels, to_number(count));
        }
        set(state, &catalogue::POOL_LIMIT, vec![name.clone()], to_number(pool.most));
        set(state, &catalogue::POOL_WAIT_SECONDS, vec![name], pool.wait.as_secs_f64());
    }
}

async fn show_checks(state: &AppState) {
    let readiness = check_shared(state).await.readiness;
    for (status, word) in READINESS {
        let label = Label::from_static_parts("status", word);
        set(state, &catalogue::READINESS, vec![label], to_flag(readiness.status == status));
    }
    for (name, detail) in readiness.details {
        show_component(state, &Label::new("dependency", name), &detail);
    }
}

fn show_component(state: &AppState, name: &Label, detail: &CheckDetail) {
    for (component_state, word) in STATES {
        let labels = vec![name.clone(), Label::from_static_parts("state", word)];
        set(state, &catalogue::DEPENDENCY_STATE, labels, to_flag(detail.state == component_state));
    }
    if detail.state == ComponentState::NotConfigured {
        return;
    }
    let is_up = detail.state == ComponentState::Ok;
    set(state, &catalogue::DEPENDENCY_UP, vec![name.clone()], to_flag(is_up));
    // What does not answer has no latency; the one of before would be a lie.
    let latency = detail.latency_ms.map_or(f64::NAN, |latency| Duration::from_millis(latency).as_secs_f64());
    set(state, &catalogue::DEPENDENCY_SECONDS, vec![name.clone()], latency);
}

async fn show_trail(state: &AppState) {
    let head = audit_head::Entity::find_by_id(audit_head::ONLY_ID).one(state.database.readers()).await;
    let sequence = match head {
        Ok(head) => head.map_or(0, |head| head.sequence),
        // The failure is shown as the database's state.
        Err(_) => return,
    };
    set(state, &catalogue::AUDIT_SEQUENCE, vec![], to_number(usize::try_from(sequence).unwrap_or(0)));
}

fn set(state: &AppState, metric: &'static Metric, labels: Vec<Label>, value: f64) {
    state.metrics.gauge(metric, labels).set(value);
}

fn to_flag(is_so: bool) -> f64 {
    if is_so { 1.0 } else { 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "exact up to nine quadrillion")]
fn to_number(count: usize) -> f64 {
    count as f64
}
