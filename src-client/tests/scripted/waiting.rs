//! Busy servers: a little patience for reading, and what they ask for is handed on.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use voiceassist_client::Error;
use voiceassist_contract::auth::Policy;

use crate::support::server::{Reply, Server};
use crate::support::{TestClock, client_of};

fn policy() -> Reply {
    Reply::json(
        200,
        &json!({
            "password": {"min_bytes": 12, "max_bytes": 72, "min_score": 3},
            "lock": {"failures_before_delay": 5, "first_delay_seconds": 1, "longest_delay_seconds": 900},
            "session": {"access_token_minutes": 15, "refresh_token_days": 7, "absolute_days": 30},
            "registration": "closed",
        }),
    )
}

/// Asks for the policy from a server that is busy that many times; how it ended, how often it asked, how long.
async fn ask(busy_times: usize, busy: fn() -> Reply) -> (Result<Policy, Error>, usize, Duration) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let server = Server::start(move |_| {
        let number = counter.fetch_add(1, Ordering::SeqCst);
        async move { if number < busy_times { busy() } else { policy() } }
    })
    .await;
    let began = Instant::now();
    let outcome = client_of(&server, &TestClock::new()).auth().policy().await;
    (outcome, asked.load(Ordering::SeqCst), began.elapsed())
}

#[tokio::test]
async fn a_server_that_is_busy_for_a_moment_is_asked_again() {
    let (outcome, asked, _) = ask(2, || Reply::problem(503, "overloaded")).await;
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(asked, 3);
}

#[tokio::test]
async fn a_short_retry_after_is_waited_for() {
    let (outcome, asked, took) =
        ask(1, || Reply::problem(429, "rate_limited").with_header("Retry-After", "1")).await;
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(asked, 2);
    assert!(took >= Duration::from_secs(1), "{took:?}");
}

#[tokio::test]
async fn a_server_that_stays_busy_is_given_up_on_within_three_seconds() {
    let (outcome, asked, took) =
        ask(100, || Reply::problem(503, "dependency_unavailable").with_header("Retry-After", "1")).await;
    let failure = outcome.expect_err("busy").to_failure();
    assert_eq!(failure.retry_after_seconds, Some(1));
    assert!(failure.is_about_the_connection());
    assert_eq!(asked, 3);
    assert!(took < Duration::from_secs(4), "{took:?}");
}

#[tokio::test]
async fn a_long_retry_after_is_handed_on_at_once() {
    let (outcome, asked, took) =
        ask(100, || Reply::problem(429, "rate_limited").with_header("Retry-After", "40")).await;
    assert_eq!(outcome.expect_err("limited").retry_after_seconds(), Some(40));
    assert_eq!(asked, 1);
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[tokio::test]
async fn a_limit_without_an_end_is_not_hammered() {
    let (_, asked, _) =
        ask(100, || Reply::json(429, &json!({"error": "Rate limit exceeded: 100 per 1 minute"}))).await;
    assert_eq!(asked, 1);
}
