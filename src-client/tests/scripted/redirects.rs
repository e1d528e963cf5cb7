//! Redirects: followed where nothing can leak, refused with a sentence elsewhere.

use std::sync::Arc;

use voiceassist_client::Error;
use voiceassist_contract::Id;
use voiceassist_contract::ipc::FailureKind;

use crate::support::gateway::Gateway;
use crate::support::server::{Reply, Server};
use crate::support::{TestClock, client_of};

/// A signed-in client, and another server that must never hear from it.
async fn scene() -> (Arc<Gateway>, Server, voiceassist_client::Client, Server) {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let server = gateway.serve().await;
    let client = client_of(&server, &clock);
    client.auth().sign_in("ana@lakeside.example", &"correct horse".into(), true).await.expect("signed in");
    let other = Server::start(|_| async { Reply::json(200, &crate::support::gateway::user()) }).await;
    (gateway, server, client, other)
}

#[tokio::test]
async fn reading_follows_to_another_path_of_the_same_server() {
    let (gateway, server, client, _) = scene().await;
    for status in [301, 302, 303, 307, 308] {
        gateway.once("GET /api/users/me", Reply::redirect(status, "/api/users/me/?moved=yes"));
        client.users().me().await.expect("followed");
        let last = server.seen().pop().expect("a request");
        assert_eq!(last.line(), "GET /api/users/me/?moved=yes");
        assert!(last.header("authorization").is_some(), "the same server gets the token");
    }
}

#[tokio::test]
async fn nothing_is_sent_to_another_origin() {
    let (gateway, _server, client, other) = scene().await;
    // Another port, another name for the same computer, another scheme.
    let by_name = format!("http://localhost:{}/api/users/me", other.port());
    let encrypted = format!("https://127.0.0.1:{}/", other.port());
    for place in [other.url(), by_name, encrypted, format!("//127.0.0.1:{}/x", other.port())] {
        gateway.once("GET /api/users/me", Reply::redirect(307, &place));
        let error = client.users().me().await.expect_err("not followed");
        assert!(matches!(error, Error::Redirected { status: 307, .. }), "{error:?}");
        let failure = error.to_failure();
        assert_eq!((failure.kind, failure.status), (FailureKind::UnexpectedAnswer, Some(307)));
        assert!(failure.message.contains(&other.port().to_string()), "{}", failure.message);
        assert!(!failure.message.contains("/api/users"), "only the origin is shown: {}", failure.message);
    }
    assert!(other.seen().is_empty());
}

#[tokio::test]
async fn changes_and_passwords_are_never_sent_on_not_even_to_the_same_server() {
    let (gateway, server, client, other) = scene().await;
    for place in ["/api/users/", other.url().as_str()] {
        gateway.once("DELETE /api/users/", Reply::redirect(308, place));
        assert!(matches!(client.users().deactivate(Id::nil()).await, Err(Error::Redirected { .. })));
        gateway.once("POST /api/auth/login", Reply::redirect(307, place));
        let sign_in = client.auth().sign_in("ana@lakeside.example", &"correct horse".into(), true).await;
        assert!(matches!(sign_in, Err(Error::Redirected { .. })));
    }
    assert_eq!(server.lines().iter().filter(|line| line.starts_with("DELETE")).count(), 2);
    assert!(other.seen().is_empty());
}

#[tokio::test]
async fn a_server_that_redirects_in_a_circle_is_left_after_three_steps() {
    let server = Server::start(|_| async { Reply::redirect(302, "/health") }).await;
    let error = client_of(&server, &TestClock::new()).health().health().await.expect_err("a circle");
    assert!(matches!(error, Error::Redirected { status: 302, .. }), "{error:?}");
    assert_eq!(server.lines().len(), 4);
}

#[tokio::test]
async fn a_redirect_without_a_place_is_no_answer() {
    let server = Server::start(|_| async { Reply::text(302, "text/plain", "") }).await;
    let error = client_of(&server, &TestClock::new()).health().health().await.expect_err("nowhere");
    assert!(matches!(error, Error::UnexpectedAnswer(_)), "{error:?}");
}
