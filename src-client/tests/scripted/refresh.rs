//! One refresh for everybody, in time, whatever the clocks say.

use std::sync::atomic::Ordering;
use std::time::Duration;

use voiceassist_client::{Client, Error};
use voiceassist_contract::ipc::FailureKind;
use voiceassist_contract::problem::ProblemCode;

use crate::support::gateway::{Gateway, LIFE_SECONDS};
use crate::support::server::Reply;
use crate::support::{TestClock, client_of, until};

async fn sign_in(client: &Client) {
    client.auth().sign_in("ana@lakeside.example", &"correct horse".into(), true).await.expect("signed in");
}

/// As many callers at once, and what they got.
async fn call_at_once(client: &Client, callers: usize) -> Vec<Result<String, Error>> {
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..callers {
        let client = client.clone();
        tasks.spawn(async move { client.users().me().await.map(|user| user.email) });
    }
    tasks.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_callers_with_an_expired_token_cause_one_refresh() {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let server = gateway.serve().await;
    let client = client_of(&server, &clock);
    sign_in(&client).await;
    clock.advance(LIFE_SECONDS + 60);
    let outcomes = call_at_once(&client, 50).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(gateway.refreshes(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_callers_whose_token_is_refused_in_mid_flight_cause_one_refresh() {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let server = gateway.serve().await;
    let client = client_of(&server, &clock);
    sign_in(&client).await;
    gateway.expire_access_tokens();
    let outcomes = call_at_once(&client, 50).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(gateway.refreshes(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn all_callers_share_the_failure_of_a_refresh_and_stay_signed_in_if_it_was_the_networks() {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let server = gateway.serve().await;
    let client = client_of(&server, &clock);
    sign_in(&client).await;
    clock.advance(LIFE_SECONDS + 60);
    gateway.once("POST /api/auth/refresh", Reply::Silence);
    gateway.once("POST /api/auth/refresh", Reply::Reset);
    let outcomes = call_at_once(&client, 50).await;
    for outcome in &outcomes {
        assert!(matches!(outcome, Err(Error::BrokenOff { .. })), "{outcome:?}");
    }
    assert_eq!(
        server.lines().iter().filter(|line| line.contains("refresh")).count(),
        2,
        "a try and one again"
    );
    assert!(client.auth().session_info().is_some());
    assert!(client.users().me().await.is_ok(), "the next caller tries again, with the same refresh token");
}

#[tokio::test]
async fn dropping_the_caller_that_began_a_refresh_does_not_stop_it_for_the_others() {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let server = gateway.serve().await;
    let client = client_of(&server, &clock);
    sign_in(&client).await;
    clock.advance(LIFE_SECONDS + 60);
    let held_up = gateway.refresh_gate.forget_permits(1000);
    let first = tokio::spawn({
        let client = client.clone();
        async move { client.users().me().await }
    });
    until("the refresh", || gateway.refreshes() == 1).await;
    let second = tokio::spawn({
        let client = client.clone();
        async move { client.users().me().await }
    });
    first.abort();
    gateway.refresh_gate.add_permits(held_up);
    second.await.expect("not aborted").expect("the shared refresh went on");
    assert_eq!(gateway.refreshes(), 1);
}

#[tokio::test]
async fn a_token_is_replaced_shortly_before_its_end_however_far_the_clocks_are_apart() {
    for skew in [-600, 0, 600] {
        let clock = TestClock::new();
        let gateway = Gateway::new(&clock);
        gateway.skew_seconds.store(skew, Ordering::SeqCst);
        let server = gateway.serve().await;
        let client = client_of(&server, &clock);
        sign_in(&client).await;
        client.users().me().await.expect("a fresh token");
        clock.advance(LIFE_SECONDS - 31);
        client.users().me().await.expect("a token with half a minute left");
        assert_eq!(gateway.refreshes(), 0, "too early with a skew of {skew} s");
        clock.advance(2);
        client.users().me().await.expect("refreshed ahead of its end");
        assert_eq!(gateway.refreshes(), 1, "too late with a skew of {skew} s");
        assert!(!server.lines().is_empty());
    }
}

#[tokio::test]
async fn a_token_near_its_end_is_still_used_when_the_refresh_does_not_get_through() {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let server = gateway.serve().await;
    let client = client_of(&server, &clock);
    sign_in(&client).await;
    clock.advance(LIFE_SECONDS - 10);
    gateway.once("POST /api/auth/refresh", Reply::problem(503, "overloaded"));
    client.users().me().await.expect("the token has ten seconds left");
}

#[tokio::test]
async fn an_answer_to_a_refresh_that_was_lost_is_asked_for_again_within_the_grace() {
    for lost in [Reply::Reset, Reply::Silence, Reply::Cut { body: b"{\"access_".to_vec(), missing: 500 }] {
        let clock = TestClock::new();
        let gateway = Gateway::new(&clock);
        let server = gateway.serve().await;
        let client = client_of(&server, &clock);
        sign_in(&client).await;
        clock.advance(LIFE_SECONDS);
        gateway.once("POST /api/auth/refresh", lost);
        client.users().me().await.expect("the second try got the answer");
        let tries: Vec<_> =
            server.seen().into_iter().filter(|seen| seen.target == "/api/auth/refresh").collect();
        assert_eq!(tries.len(), 2);
        assert_eq!(tries[0].json(), tries[1].json(), "the same token");
    }
}

#[tokio::test]
async fn a_refused_refresh_signs_everybody_out_and_says_why() {
    for code in ["session_ended", "refresh_reused", "token_expired", "token_invalid", "account_inactive"] {
        let clock = TestClock::new();
        let gateway = Gateway::new(&clock);
        let server = gateway.serve().await;
        let client = client_of(&server, &clock);
        sign_in(&client).await;
        clock.advance(LIFE_SECONDS);
        gateway.once("POST /api/auth/refresh", Reply::problem(401, code));
        for outcome in call_at_once(&client, 5).await {
            let failure = outcome.expect_err("the session is gone").to_failure();
            assert_eq!(failure.kind, FailureKind::SignedOut);
            if let Some(said) = failure.code {
                assert_eq!(said.as_str(), code);
            }
        }
        assert!(client.auth().session_info().is_none());
        assert_eq!(gateway.refreshes(), 0, "nothing was tried with a token that is of no use");
    }
}

#[tokio::test]
async fn a_fresh_token_that_is_refused_ends_in_a_sentence_and_not_in_a_loop() {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let server = gateway.serve().await;
    let client = client_of(&server, &clock);
    sign_in(&client).await;
    gateway.once("GET /api/users/me", Reply::problem(401, "token_invalid"));
    gateway.once("GET /api/users/me", Reply::problem(401, "token_invalid"));
    let error = client.users().me().await.expect_err("refused twice");
    assert_eq!(error.code(), Some(ProblemCode::TokenInvalid));
    assert!(matches!(error, Error::SignedOut(_)), "{error:?}");
    assert_eq!(gateway.refreshes(), 1);
}

#[tokio::test]
async fn a_page_of_a_proxy_in_place_of_a_refresh_signs_nobody_out() {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let server = gateway.serve().await;
    let client = client_of(&server, &clock);
    sign_in(&client).await;
    clock.advance(LIFE_SECONDS);
    gateway.once("POST /api/auth/refresh", Reply::text(403, "text/html", "<h1>Blocked</h1>"));
    let error = client.users().me().await.expect_err("no token");
    assert!(matches!(error, Error::UnexpectedAnswer(_)), "{error:?}");
    tokio::time::timeout(Duration::from_secs(5), client.users().me())
        .await
        .expect("in time")
        .expect("goes on");
}
