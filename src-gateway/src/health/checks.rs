//! Looking at everything that the gateway needs: side by side, each with a limit, and once for all who ask
//! within a second.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;
use tokio::time::Instant;
use voiceassist_contract::Time;
use voiceassist_contract::health::{CheckDetail, ComponentState, Readiness, ReadyStatus};
use voiceassist_contract::nextcloud::NextcloudStatus;

use super::nextcloud::NextcloudCheck;
use super::qdrant::QdrantCheck;
use crate::nextcloud::accounts::NextcloudAccounts;
use crate::nextcloud::pause::tell_of_credentials;
use crate::state::AppState;

/// The longest that a check may take.
pub(super) const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

/// How long an answer is good for other callers.
const SHARED_FOR: Duration = Duration::from_secs(1);

/// The services beside the gateway, as far as they are configured.
#[derive(Debug, Default)]
pub struct Neighbours {
    /// Searches.
    pub qdrant: Option<QdrantCheck>,
    /// Keeps files and calendars.
    pub nextcloud: Option<NextcloudCheck>,
    /// The accounts there, if there is an administrator's name and password for it.
    pub nextcloud_accounts: Option<NextcloudAccounts>,
}

/// What was found at one time.
#[derive(Clone, Debug)]
pub struct Findings {
    /// The answer of `/ready`.
    pub readiness: Readiness,
    /// The answer of `/api/nextcloud/status`.
    pub nextcloud: NextcloudStatus,
}

/// What was found last. Whoever comes while it is being looked for waits for it.
#[derive(Debug, Default)]
pub struct SharedFindings(Mutex<Option<(Instant, Findings)>>);

/// What there is to say now, or was less than a second ago.
pub async fn check_shared(state: &AppState) -> Findings {
    let mut last = state.findings.0.lock().await;
    if let Some((found_at, findings)) = last.as_ref()
        && found_at.elapsed() < SHARED_FOR
    {
        return findings.clone();
    }
    let findings = check_all(state).await;
    *last = Some((Instant::now(), findings.clone()));
    findings
}

async fn check_all(state: &AppState) -> Findings {
    let (database, redis, qdrant, nextcloud) =
        tokio::join!(check_database(state), check_redis(state), check_qdrant(state), check_nextcloud(state));
    let status = sum_up([&database, &redis], [qdrant.state, nextcloud.state]);
    // The names are the wire's; `postgres` stands for the database in use.
    let details = BTreeMap::from([
        ("postgres".to_owned(), database),
        ("redis".to_owned(), redis),
        ("qdrant".to_owned(), qdrant),
        ("nextcloud".to_owned(), to_detail(&nextcloud)),
    ]);
    let checks = details.iter().map(|(name, detail)| (name.clone(), is_in_order(detail.state))).collect();
    Findings { readiness: Readiness { status, checks, details, timestamp: state.now() }, nextcloud }
}

/// What the gateway cannot do without decides whether it is ready; the rest degrades it.
fn sum_up(needed: [&CheckDetail; 2], welcome: [ComponentState; 2]) -> ReadyStatus {
    if needed.iter().any(|detail| !is_in_order(detail.state)) {
        ReadyStatus::NotReady
    } else if welcome.iter().any(|state| !is_in_order(*state)) {
        ReadyStatus::Degraded
    } else {
        ReadyStatus::Ready
    }
}

fn is_in_order(state: ComponentState) -> bool {
    matches!(state, ComponentState::Ok | ComponentState::NotConfigured)
}

async fn check_database(state: &AppState) -> CheckDetail {
    let checked_at = state.now();
    let started = Instant::now();
    match tokio::time::timeout(CHECK_TIMEOUT, state.database.read_version()).await {
        Ok(Ok(version)) => answering("The database answers.", Some(version), started.elapsed(), checked_at),
        Ok(Err(error)) => {
            tracing::error!(cause = %error, "the database does not answer");
            unreachable("The database does not answer. The server's log says why.", checked_at)
        }
        Err(_) => unreachable("The database did not answer within 2 seconds.", checked_at),
    }
}

async fn check_redis(state: &AppState) -> CheckDetail {
    let Some(redis) = &state.redis else { return not_configured() };
    let checked_at = state.now();
    let started = Instant::now();
    match redis.check().await {
        Ok(version) => answering("Redis answers.", version, started.elapsed(), checked_at),
        Err(_) => unreachable("Redis does not answer. The server's log says why.", checked_at),
    }
}

async fn check_qdrant(state: &AppState) -> CheckDetail {
    match &state.neighbours.qdrant {
        Some(qdrant) => ask_once(state, "qdrant", qdrant.check(state.now())).await,
        None => not_configured(),
    }
}

async fn check_nextcloud(state: &AppState) -> NextcloudStatus {
    match &state.neighbours.nextcloud {
        Some(nextcloud) => {
            let status = ask_once(state, "nextcloud", nextcloud.check(state.now())).await;
            tell_of_credentials(state, status).await
        }
        None => {
            let CheckDetail { state, latency_ms, version, message, checked_at } = not_configured();
            NextcloudStatus { state, version, edition: None, latency_ms, message, checked_at }
        }
    }
}

/// What another replica found within the last second, or else what `check` finds.
async fn ask_once<T: Serialize + DeserializeOwned>(
    state: &AppState,
    name: &str,
    check: impl Future<Output = T>,
) -> T {
    let Some(redis) = &state.redis else { return check.await };
    if let Some(found) = redis.recall(name).await {
        return found;
    }
    let found = check.await;
    redis.remember(name, &found, SHARED_FOR).await;
    found
}

fn to_detail(status: &NextcloudStatus) -> CheckDetail {
    CheckDetail {
        state: status.state,
        latency_ms: status.latency_ms,
        version: status.version.clone(),
        message: status.message.clone(),
        checked_at: status.checked_at,
    }
}

fn answering(message: &str, version: Option<String>, latency: Duration, checked_at: Time) -> CheckDetail {
    CheckDetail {
        state: ComponentState::Ok,
        latency_ms: Some(whole_milliseconds(latency)),
        version,
        message: message.to_owned(),
        checked_at: Some(checked_at),
    }
}

pub(super) fn whole_milliseconds(latency: Duration) -> u64 {
    u64::try_from(latency.as_millis()).unwrap_or(u64::MAX)
}

pub(super) fn unreachable(message: &str, checked_at: Time) -> CheckDetail {
    CheckDetail {
        state: ComponentState::Unreachable,
        latency_ms: None,
        version: None,
        message: message.to_owned(),
        checked_at: Some(checked_at),
    }
}

fn not_configured() -> CheckDetail {
    CheckDetail {
        state: ComponentState::NotConfigured,
        latency_ms: None,
        version: None,
        message: "Not part of this deployment.".to_owned(),
        checked_at: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(database: ComponentState, redis: ComponentState, qdrant: ComponentState) -> ReadyStatus {
        let detail = |state| CheckDetail { state, ..not_configured() };
        sum_up([&detail(database), &detail(redis)], [qdrant, ComponentState::Ok])
    }

    #[test]
    fn the_database_and_redis_decide_readiness_and_the_rest_only_degrades() {
        use ComponentState::{NotConfigured, Ok, Starting, Unreachable};
        assert_eq!(sum(Ok, NotConfigured, NotConfigured), ReadyStatus::Ready);
        assert_eq!(sum(Ok, Ok, Starting), ReadyStatus::Degraded);
        assert_eq!(sum(Ok, Ok, Unreachable), ReadyStatus::Degraded);
        assert_eq!(sum(Ok, Unreachable, Ok), ReadyStatus::NotReady);
        assert_eq!(sum(Unreachable, Ok, Unreachable), ReadyStatus::NotReady);
    }
}
