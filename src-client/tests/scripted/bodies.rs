//! Answers that are not what they should be: slow, cut short, of another kind, far too large.

use std::time::Duration;

use serde_json::json;
use voiceassist_client::{Error, Fault, UnexpectedAnswer};
use voiceassist_contract::ipc::{FailureKind, ServerHealth};
use voiceassist_contract::problem::ProblemCode;

use crate::support::server::{Reply, Server};
use crate::support::{TestClock, client_of};

/// What `/health` comes to when the server answers so.
async fn ask_health(reply: fn() -> Reply) -> Result<ServerHealth, Error> {
    let server = Server::start(move |_| async move { reply() }).await;
    let client = client_of(&server, &TestClock::new());
    tokio::time::timeout(Duration::from_secs(8), client.health().health()).await.expect("bounded in time")
}

async fn unexpected(reply: fn() -> Reply) -> Box<UnexpectedAnswer> {
    match ask_health(reply).await {
        Err(Error::UnexpectedAnswer(answer)) => answer,
        other => panic!("not that kind of error: {other:?}"),
    }
}

#[tokio::test]
async fn a_server_that_never_answers_times_out() {
    let error = ask_health(|| Reply::Silence).await.expect_err("no answer");
    assert!(matches!(error, Error::TimedOut { may_be_done: false }), "{error:?}");
    assert_eq!(error.to_failure().kind, FailureKind::TimedOut);
}

#[tokio::test]
async fn a_body_that_trickles_in_without_end_times_out() {
    let error = ask_health(|| Reply::Drip).await.expect_err("no end");
    assert!(matches!(error, Error::TimedOut { .. }), "{error:?}");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_broken_connection() {
    let cut = || Reply::Cut { body: b"{\"status\": \"heal".to_vec(), missing: 100 };
    let error = ask_health(cut).await.expect_err("half an answer");
    assert!(matches!(error, Error::BrokenOff { may_be_done: false }), "{error:?}");
    assert!(error.to_failure().is_about_the_connection());
}

#[tokio::test]
async fn json_that_ends_in_the_middle_is_kept_as_it_was() {
    let answer = unexpected(|| {
        Reply::text(200, "application/json", "{\"status\": \"heal").with_header("X-Request-ID", "abc-123")
    })
    .await;
    assert_eq!((answer.fault, answer.status), (Fault::CutShort, 200));
    assert_eq!(answer.request_id.as_deref(), Some("abc-123"));
    assert_eq!(answer.raw_body(), b"{\"status\": \"heal");
}

#[tokio::test]
async fn html_in_place_of_json_is_not_voiceassist() {
    let answer =
        unexpected(|| Reply::text(200, "text/html; charset=utf-8", "<h1>Welcome to nginx!</h1>")).await;
    assert_eq!((answer.fault, answer.status), (Fault::NotJson, 200));
    assert_eq!(answer.content_type.as_deref(), Some("text/html; charset=utf-8"));
    let sentence = Error::UnexpectedAnswer(answer).to_string();
    assert!(sentence.contains("not VoiceAssist"), "{sentence}");
}

#[tokio::test]
async fn html_that_says_it_is_json_is_malformed() {
    assert_eq!(
        unexpected(|| Reply::text(200, "application/json", "<h1>Hi</h1>")).await.fault,
        Fault::Malformed
    );
    assert_eq!(unexpected(|| Reply::text(200, "application/json", "")).await.fault, Fault::CutShort);
    assert_eq!(
        unexpected(|| Reply::text(200, "application/json", "\u{feff}{}")).await.fault,
        Fault::Malformed
    );
}

#[tokio::test]
async fn json_of_another_shape_says_where_and_not_what() {
    let answer = unexpected(|| Reply::json(200, &json!({"status": "hunter2-in-a-wrong-place"}))).await;
    assert!(matches!(answer.fault, Fault::WrongShape { line: 1, .. }), "{:?}", answer.fault);
    let error = Error::UnexpectedAnswer(answer);
    assert!(!format!("{error} {error:?} {:?}", error.to_failure()).contains("hunter2"));
    for body in
        [json!([]), json!(null), json!("healthy"), json!({"status": 7, "version": [], "timestamp": {}})]
    {
        let body = body.to_string();
        let server = Server::start(move |_| {
            let reply = Reply::text(200, "application/json", &body);
            async move { reply }
        })
        .await;
        let error = client_of(&server, &TestClock::new()).health().health().await.expect_err("another shape");
        assert!(matches!(error, Error::UnexpectedAnswer(_)), "{error:?}");
    }
}

#[tokio::test]
async fn ten_megabytes_are_refused_and_the_beginning_is_kept() {
    let answer = unexpected(|| Reply::text(200, "application/json", &" ".repeat(10 * 1024 * 1024))).await;
    assert_eq!(answer.fault, Fault::TooLarge);
    assert_eq!(answer.raw_body().len(), UnexpectedAnswer::MOST_KEPT_BYTES);
}

#[tokio::test]
async fn seven_megabytes_of_unknown_members_are_read() {
    let health = ask_health(|| {
        Reply::json(
            200,
            &json!({
                "status": "healthy", "version": "1.0.0", "timestamp": "2026-11-23T10:00:00Z",
                "uptime_seconds": 1, "novel": "x".repeat(7 * 1024 * 1024),
            }),
        )
    })
    .await;
    assert_eq!(health.expect("read").version, "1.0.0");
}

#[tokio::test]
async fn a_proxys_page_about_a_server_that_is_away_says_so() {
    for status in [502, 503, 504] {
        let server = Server::start(move |_| async move {
            Reply::text(status, "text/html", "<h1>Bad gateway</h1>").with_header("Retry-After", "30")
        })
        .await;
        let error = client_of(&server, &TestClock::new()).health().health().await.expect_err("away");
        assert_eq!((error.status(), error.retry_after_seconds()), (Some(status), Some(30)));
        assert!(error.to_string().contains("in front of the server"), "{error}");
    }
}

#[tokio::test]
async fn a_problem_of_a_later_version_is_read_as_far_as_it_goes() {
    let error = ask_health(|| {
        let body = json!({"code": "moon_phase", "detail": "Not tonight.\u{7}\n", "errors": "three"});
        Reply::text(409, "application/problem+json", &body.to_string())
    })
    .await
    .expect_err("a problem");
    assert_eq!((error.code(), error.to_string().as_str()), (Some(ProblemCode::Unknown), "Not tonight."));
}

#[tokio::test]
async fn a_server_that_is_not_ready_is_an_answer_and_no_failure() {
    let ready = json!({
        "status": "not_ready", "checks": {"postgres": false}, "timestamp": "2026-11-23T10:00:00Z",
        "details": {"postgres": {"state": "melting", "latency_ms": null, "version": null,
                                 "message": "Too hot.", "checked_at": null}},
    });
    let server = Server::start(move |seen| {
        let reply = match seen.target.as_str() {
            "/ready" => Reply::json(503, &ready).with_header("Retry-After", "1"),
            _ => Reply::json(
                200,
                &json!({"status": "healthy", "version": "2.1.0", "timestamp": "2026-11-23T10:00:00Z",
                        "uptime_seconds": 5}),
            ),
        };
        async move { reply }
    })
    .await;
    let client = client_of(&server, &TestClock::new());
    let status = client.health().status().await.expect("reached");
    assert!(!status.readiness.expect("read").checks["postgres"]);
    assert!(!status.is_encrypted);
    assert_eq!(server.lines().len(), 2, "asked once: {:?}", server.lines());
    assert_eq!(client.health().test_connection().await.expect("reached").version, "2.1.0");
}
