//! `GET /api/audit/verify`: whether the trail is as it was written.
//!
//! A process runs one check at a time, for everybody who asks. A long one goes on by itself: whoever asked is
//! told how far it has come, asks again, and gets its result.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use sea_orm::DbErr;
use tokio::sync::watch;
use tokio::time::Instant;
use voiceassist_contract::Time;
use voiceassist_contract::audit::{AuditCheck, AuditFault, AuditState};
use voiceassist_contract::rule::Violation;

use crate::access::Administrator;
use crate::audit::anchor::Anchor;
use crate::audit::verify::{ChainReport, Fault, verify_anchor, verify_with_progress};
use crate::http::parameters::Query;
use crate::openapi::problems::refusals;
use crate::problem::{Answer, ApiError};
use crate::state::AppState;

/// How long a request waits for the result; less than the longest that a request may take.
const WAIT: Duration = Duration::from_secs(15);

/// When to ask again, in seconds.
const RETRY_SECONDS: u64 = 2;

/// The longest that a check goes on.
const WHOLE_TIMEOUT: Duration = Duration::from_secs(60 * 60);

/// How long a result waits for whoever asked for it.
const RESULT_KEPT: Duration = Duration::from_secs(10 * 60);

const NOT_AN_ANCHOR: Violation =
    Violation::new("not_an_anchor", "Give an anchor as an earlier check answered it.");

/// The check that runs in this process, or its result that nobody has fetched.
#[derive(Debug, Default)]
pub struct SharedCheck(Mutex<Option<watch::Receiver<Status>>>);

/// How far a check has come.
#[derive(Clone, Debug, Default)]
struct Status {
    checked: i64,
    total: i64,
    result: Option<Finished>,
}

#[derive(Clone, Debug)]
struct Finished {
    report: Result<ChainReport, DbErr>,
    at: Time,
    until: Instant,
}

refusals!(Refusals: ADMINISTRATOR, QUERY);

/// Answers the result, or with 202 how far the check has come.
#[utoipa::path(
    get,
    path = "/api/audit/verify",
    tag = "Audit trail",
    summary = "Check the trail",
    description = "Whether every event is as it was written and none is missing. A long check goes on by itself: ask again.",
    params(("expect" = Option<String>, Query, description = "The `anchor` of an earlier check: its event must still be there.", pattern = "^[1-9][0-9]{0,17}:[0-9a-f]{64}$")),
    responses(
        (status = 200, description = "The result.", body = AuditCheck),
        (status = 202, description = "The check goes on; this is how far it has come.", body = AuditCheck, headers(("Retry-After" = u32, description = "When to ask again, in seconds."))),
        Refusals
    ),
    security(("token" = []))
)]
pub async fn verify_trail(
    State(state): State<AppState>,
    _: Administrator,
    Query(mut fields): Query,
) -> Answer<Response> {
    let expected =
        fields.optional_parsed("expect", |text| text.parse::<Anchor>().map(Some).map_err(|_| NOT_AN_ANCHOR));
    fields.finish()?;
    let status = join_check(&state, WAIT).await?;
    let Some(Finished { report, at, .. }) = status.result else {
        let body = to_check(AuditState::Running, status.checked, status.total);
        let headers = [(header::RETRY_AFTER, RETRY_SECONDS.to_string())];
        return Ok((StatusCode::ACCEPTED, headers, Json(body)).into_response());
    };
    let report = report?;
    let fault = match (&report.fault, expected.flatten()) {
        (None, Some(anchor)) => verify_anchor(state.database.readers(), &anchor).await?,
        (fault, _) => fault.clone(),
    };
    Ok(Json(describe(&report, fault.as_ref(), at)).into_response())
}

fn describe(report: &ChainReport, fault: Option<&Fault>, at: Time) -> AuditCheck {
    let state = if fault.is_some() { AuditState::Broken } else { AuditState::Intact };
    let anchor = report.anchor.as_ref().filter(|_| fault.is_none());
    AuditCheck {
        anchor: anchor.map(ToString::to_string),
        fault: fault.map(AuditFault::from),
        checked_at: Some(at),
        ..to_check(state, report.checked, report.total)
    }
}

fn to_check(state: AuditState, checked: i64, total: i64) -> AuditCheck {
    let natural = |number: i64| u64::try_from(number).unwrap_or(0);
    let (checked, total) = (natural(checked), natural(total));
    AuditCheck { state, checked, total, anchor: None, fault: None, checked_at: None }
}

/// Waits for the running check, or starts one, and gives its state after at most `wait`.
async fn join_check(state: &AppState, wait: Duration) -> Answer<Status> {
    let mut receiver = take_part(state);
    let result = async {
        let ended = receiver.wait_for(|status| status.result.is_some()).await;
        ended.map(|status| status.clone())
    };
    let ended = tokio::time::timeout(wait, result).await;
    let Ok(ended) = ended else { return Ok(receiver.borrow().clone()) };
    forget(state, &receiver);
    // Without a result it panicked, and the log has more.
    ended.map_err(|_| ApiError::internal(&"a check of the audit trail ended early"))
}

fn take_part(state: &AppState) -> watch::Receiver<Status> {
    let mut shared = state.audit_check.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(receiver) = shared.as_ref().filter(|receiver| !is_stale(receiver)) {
        return receiver.clone();
    }
    let (sender, receiver) = watch::channel(Status::default());
    tokio::spawn(run_check(state.clone(), sender));
    *shared = Some(receiver.clone());
    receiver
}

fn is_stale(receiver: &watch::Receiver<Status>) -> bool {
    let is_over = |finished: &Finished| finished.until < Instant::now();
    receiver.borrow().result.as_ref().is_some_and(is_over)
}

/// Whoever asks next gets a new check.
fn forget(state: &AppState, receiver: &watch::Receiver<Status>) {
    let mut shared = state.audit_check.0.lock().unwrap_or_else(PoisonError::into_inner);
    if shared.as_ref().is_some_and(|current| current.same_channel(receiver)) {
        *shared = None;
    }
}

async fn run_check(state: AppState, sender: watch::Sender<Status>) {
    let on_progress = |checked, total| {
        sender.send_modify(|status| (status.checked, status.total) = (checked, total));
    };
    let check = verify_with_progress(state.database.readers(), state.audit_key(), on_progress);
    let report = tokio::time::timeout(WHOLE_TIMEOUT, check)
        .await
        .unwrap_or_else(|_| Err(DbErr::Custom("a check of the audit trail took too long".to_owned())));
    match &report {
        Ok(ChainReport { fault: Some(fault), .. }) => {
            tracing::error!(sequence = fault.sequence, kind = ?fault.kind, "the audit trail is broken");
        }
        Ok(ChainReport { anchor: Some(Anchor { sequence, mac }), .. }) => {
            tracing::info!(sequence, mac, "audit anchor: the trail is intact");
        }
        Ok(_) => {}
        Err(error) => tracing::warn!(cause = %error, "the audit trail could not be checked"),
    }
    let finished = Finished { report, at: state.now(), until: Instant::now() + RESULT_KEPT };
    sender.send_modify(|status| status.result = Some(finished));
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::audit::verify::tests::tamper;
    use crate::audit::{Action, Actor, Event};
    use crate::clock::SystemClock;
    use crate::database::Database;
    use crate::health::checks::Neighbours;
    use crate::http::cors::Origins;
    use crate::http::forwarded::TrustedProxies;
    use crate::limits::Allowances;
    use crate::metrics::Metrics;
    use crate::random::SeededRandom;
    use crate::redis::limiter::LimitTime;
    use crate::state::{AuthPolicy, Parts};

    async fn state_with_events(count: usize) -> (tempfile::TempDir, AppState) {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::open_sqlite(&folder.path().join("a.sqlite")).await.expect("opens");
        database.migrate().await.expect("migrates");
        let state = AppState::new(Parts {
            database,
            clock: Arc::new(SystemClock),
            random: Arc::new(SeededRandom::new(1)),
            jwt_secret: "a test's secret of more than 32 bytes".into(),
            audit_key: "a test's audit key of more than 32 bytes".into(),
            metrics: Metrics::off(),
            policy: AuthPolicy::default(),
            allowances: Allowances::default(),
            proxies: TrustedProxies::default(),
            origins: Origins::default(),
            redis: None,
            limit_time: LimitTime::OfRedis,
            neighbours: Neighbours::default(),
            password_cost: 4,
        })
        .expect("cost 4 is known");
        let transaction = state.database.begin_write().await.expect("begins");
        for _ in 0..count {
            let event = Event::new(Action::SignIn, &Actor::default());
            state.record(&transaction, event).await.expect("records");
        }
        transaction.commit().await.expect("commits");
        (folder, state)
    }

    #[tokio::test]
    async fn who_does_not_wait_is_told_how_far_it_is_and_gets_the_result_the_next_time() {
        let (_folder, state) = state_with_events(1_200).await;
        let status = join_check(&state, Duration::ZERO).await.expect("is told");
        assert!(status.result.is_none());
        let running = take_part(&state);
        assert!(running.same_channel(&take_part(&state)), "there is one check at a time");
        running.clone().wait_for(|status| status.result.is_some()).await.expect("it ends by itself");

        // The result is of its own time, also if the trail is tampered with before somebody fetches it.
        tamper(&state.database, "DELETE FROM audit_events WHERE sequence = 7").await;
        let faults = async || {
            let status = join_check(&state, WAIT).await.expect("ends");
            let report = status.result.expect("a result").report.expect("the database answers");
            report.fault.map(|fault| fault.sequence)
        };
        assert_eq!(faults().await, None);
        assert_eq!(faults().await, Some(7), "whoever asks next gets a new check");
    }

    #[tokio::test]
    async fn a_check_that_ends_early_is_an_internal_problem_and_the_next_one_starts_anew() {
        let (_folder, state) = state_with_events(3).await;
        let (sender, receiver) = watch::channel(Status::default());
        *state.audit_check.0.lock().expect("nobody panics") = Some(receiver);
        drop(sender);
        assert!(join_check(&state, WAIT).await.is_err());
        let status = join_check(&state, WAIT).await.expect("a new one");
        assert_eq!(status.checked, 3);
    }
}
