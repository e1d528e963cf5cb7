//! What a deployed server of 2025-12 really answered, in the place of answers of another server: read where it
//! can be, a clear error where not.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use voiceassist_client::{Client, Error};
use voiceassist_contract::Id;
use voiceassist_contract::accounts::{AccountQuery, Role};
use voiceassist_contract::health::ReadyStatus;
use voiceassist_contract::ipc::{DialectName, FailureKind};
use voiceassist_contract::problem::ProblemCode;

use crate::support::gateway::{Gateway, LIFE_SECONDS};
use crate::support::server::{Reply, Server};
use crate::support::{TestClock, client_of};

#[derive(Deserialize)]
struct Recording {
    name: String,
    status: u16,
    response_headers: HashMap<String, String>,
    response_body: Value,
}

fn recordings() -> Vec<Recording> {
    serde_json::from_str(voiceassist_scripted_gateways::RECORDINGS).expect("recordings")
}

/// The recorded answer of that name.
fn recorded(name: &str) -> Reply {
    let recording = recordings().into_iter().find(|recording| recording.name == name).expect("recorded");
    let body = match recording.response_body {
        Value::Null => Vec::new(),
        Value::String(text) => text.into_bytes(),
        other => other.to_string().into_bytes(),
    };
    Reply::Answer {
        status: recording.status,
        headers: recording.response_headers.into_iter().collect(),
        body,
    }
}

/// A signed-in client, and the gateway whose answers are replaced.
async fn scene() -> (std::sync::Arc<TestClock>, std::sync::Arc<Gateway>, Server, Client) {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let server = gateway.serve().await;
    let client = client_of(&server, &clock);
    client.auth().sign_in("ana@lakeside.example", &"correct horse".into(), true).await.expect("signed in");
    (clock, gateway, server, client)
}

#[tokio::test]
async fn its_token_pairs_are_read() {
    let (clock, gateway, server, client) = scene().await;
    gateway.once("POST /api/auth/login", recorded("login.ok_admin"));
    gateway.once("GET /api/users/me", Reply::json(200, &crate::support::gateway::user()));
    client.auth().sign_in("admin@example.com", &"x".into(), true).await.expect("signed in");
    // Its access tokens live for five minutes, whatever ours do.
    clock.advance(5 * 60);
    gateway.once("POST /api/auth/refresh", recorded("refresh.ok"));
    gateway.once("GET /api/users/me", Reply::json(200, &crate::support::gateway::user()));
    client.users().me().await.expect("refreshed");
    assert!(server.lines().contains(&"POST /api/auth/refresh".to_owned()));
    gateway.once("POST /api/auth/logout", recorded("logout.ok"));
    client.auth().sign_out().await.expect("signed out");
}

#[tokio::test]
async fn its_state_is_read_although_it_is_written_otherwise() {
    let (_clock, gateway, _server, client) = scene().await;
    gateway.once("GET /health", recorded("health.get"));
    gateway.once("GET /ready", recorded("health.ready"));
    let health = client.health().health().await.expect("read");
    assert_eq!((health.version.as_str(), health.uptime_seconds), ("0.1.0", None));
    assert_eq!(health.timestamp.to_rfc3339(), "2026-11-23T14:36:04.949248+00:00", "seconds as a float");
    let readiness = client.health().ready().await.expect("503 is an answer");
    assert_eq!(readiness.status, ReadyStatus::Degraded, "what accounts need is there");
    assert!(readiness.checks["postgres"] && !readiness.checks["qdrant"] && readiness.details.is_empty());
}

#[tokio::test]
async fn an_account_of_its_shape_says_which_server_it_is() {
    let (_clock, gateway, _server, client) = scene().await;
    assert_eq!(client.dialect(), Some(DialectName::Contract));
    gateway.once("GET /api/users/me", recorded("users_me.ok_admin"));
    let user = client.users().me().await.expect("read");
    assert_eq!((user.role, user.version), (Role::Admin, 0));
    assert_eq!(user.created_at.to_rfc3339(), "2026-11-23T14:35:59.663442+00:00", "naive times are UTC");
    assert_eq!(client.dialect(), Some(DialectName::December2025));
}

#[tokio::test]
async fn its_refusals_are_shown_in_its_own_words() {
    let (_clock, gateway, _server, client) = scene().await;
    for (name, sentence) in [
        ("login.wrong_password", "Incorrect email or password"),
        ("login.inactive", "User account is inactive"),
        ("limit.login_429", "Rate limit exceeded: 10 per 1 minute"),
    ] {
        gateway.once("POST /api/auth/login", recorded(name));
        let error = client.auth().sign_in("a@b.example", &"x".into(), true).await.expect_err("refused");
        let failure = error.to_failure();
        assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::Problem, sentence));
    }
    for (name, code, wait) in [
        ("limit.register_429", ProblemCode::RateLimited, 3600),
        ("limit.login_429", ProblemCode::RateLimited, 60),
        ("panel.user_put_admin_action_rate_limited", ProblemCode::RateLimited, 59),
    ] {
        gateway.once("GET /health", recorded(name));
        let failure = client.health().health().await.expect_err("limited").to_failure();
        assert_eq!((failure.code, failure.retry_after_seconds), (Some(code), Some(wait)), "{name}");
    }
    for (name, code) in [
        ("misc.unknown_path", ProblemCode::NotFound),
        ("misc.method_not_allowed", ProblemCode::MethodNotAllowed),
        ("limit.health_429", ProblemCode::RateLimited),
    ] {
        gateway.once("GET /health", recorded(name));
        assert_eq!(client.health().health().await.expect_err("refused").code(), Some(code));
    }
    gateway.once("GET /api/users/", recorded("token.sub_not_uuid"));
    let failure = client.users().get(Id::nil()).await.expect_err("a failure there").to_failure();
    assert_eq!((failure.kind, failure.status), (FailureKind::UnexpectedAnswer, Some(500)));
}

#[tokio::test]
async fn what_it_echoes_of_the_input_is_not_repeated() {
    let (_clock, gateway, _server, client) = scene().await;
    for (name, field, echo) in [
        ("register.short_password", "password", "Ab1!xyz"),
        ("login.missing_password", "password", "new.user"),
        ("login.bad_email", "email", "nope"),
    ] {
        gateway.once("POST /api/auth/login", recorded(name));
        let error = client.auth().sign_in("a@b.example", &"x".into(), true).await.expect_err("refused");
        let failure = error.to_failure();
        assert_eq!(failure.fields[0].field, field);
        let shown = format!("{error} {error:?} {failure:?}");
        assert!(!shown.contains(echo), "{name}: {shown}");
    }
}

#[tokio::test]
async fn its_refusals_of_tokens_lead_to_one_refresh_and_then_to_a_sign_in() {
    for name in ["token.expired", "users_me.garbage_token"] {
        let (_clock, gateway, _server, client) = scene().await;
        gateway.once("GET /api/users/me", recorded(name));
        client.users().me().await.expect("once is mended by a refresh");
        gateway.once("GET /api/users/me", recorded(name));
        gateway.once("GET /api/users/me", recorded(name));
        assert!(matches!(client.users().me().await, Err(Error::SignedOut(_))), "{name}: twice is the end");
        assert_eq!(gateway.refreshes(), 2);
    }
    for name in ["refresh.garbage", "refresh.expired"] {
        let (clock, gateway, _server, client) = scene().await;
        clock.advance(LIFE_SECONDS);
        gateway.once("POST /api/auth/refresh", recorded(name));
        assert!(matches!(client.users().me().await, Err(Error::SignedOut(_))), "{name}");
    }
    for name in ["limit.refresh_429", "refresh.empty_body"] {
        let (clock, gateway, _server, client) = scene().await;
        clock.advance(LIFE_SECONDS);
        gateway.once("POST /api/auth/refresh", recorded(name));
        assert!(matches!(client.users().me().await, Err(Error::Problem(_))), "{name}");
        client.users().me().await.expect("goes on");
    }
}

#[tokio::test]
async fn its_redirect_of_the_list_to_another_origin_is_not_followed() {
    let (_clock, gateway, _server, client) = scene().await;
    gateway.once("GET /api/users?", recorded("users.list_no_slash"));
    let error = client.users().list(&AccountQuery::default()).await.expect_err("not followed");
    assert!(matches!(&error, Error::Redirected { to, .. } if to == "http://127.0.0.1:58000"), "{error:?}");
}

#[tokio::test]
async fn no_recorded_answer_makes_any_operation_panic() {
    let (_clock, gateway, _server, client) = scene().await;
    for recording in recordings() {
        gateway.once("GET /health", recorded(&recording.name));
        gateway.once("GET /ready", recorded(&recording.name));
        gateway.once("GET /api/auth/policy", recorded(&recording.name));
        let outcomes = [
            client.health().health().await.map(drop),
            client.health().ready().await.map(drop),
            client.auth().policy().await.map(drop),
        ];
        let read = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        let is_state = matches!(recording.name.as_str(), "health.get" | "health.ready");
        assert_eq!(read, usize::from(is_state), "{}", recording.name);
        for error in outcomes.into_iter().filter_map(Result::err) {
            assert!(!error.to_string().is_empty());
        }
    }
}
