//! Connections that break: tried again where that does no harm, and never where it may.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use voiceassist_client::{Error, Obstacle};
use voiceassist_contract::Id;
use voiceassist_contract::accounts::{CreateAccountRequest, Role, UpdateAccountRequest};
use voiceassist_contract::ipc::FailureKind;

use crate::support::gateway::{Gateway, user};
use crate::support::server::{Reply, Server};
use crate::support::{TestClock, client_of};

async fn signed_in(gateway: &Arc<Gateway>, clock: &Arc<TestClock>) -> (Server, voiceassist_client::Client) {
    let server = gateway.serve().await;
    let client = client_of(&server, clock);
    client.auth().sign_in("ana@lakeside.example", &"correct horse".into(), true).await.expect("signed in");
    (server, client)
}

fn count(server: &Server, start: &str) -> usize {
    server.lines().iter().filter(|line| line.starts_with(start)).count()
}

#[tokio::test]
async fn reading_is_tried_once_more_on_a_fresh_connection() {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let (server, client) = signed_in(&gateway, &clock).await;
    gateway.once("GET /api/users/", Reply::Reset);
    client.users().get(Id::nil()).await.expect("the second try");
    let tries: Vec<_> =
        server.seen().into_iter().filter(|seen| seen.target.starts_with("/api/users/0")).collect();
    assert_eq!(tries.len(), 2);
    assert_ne!(tries[0].connection, tries[1].connection);
    gateway.once("GET /api/users/", Reply::Reset);
    gateway.once("GET /api/users/", Reply::Reset);
    let error = client.users().get(Id::nil()).await.expect_err("once more, and no oftener");
    assert!(matches!(error, Error::BrokenOff { may_be_done: false }), "{error:?}");
    assert_eq!(count(&server, "GET /api/users/0"), 4);
}

#[tokio::test]
async fn deactivating_is_tried_once_more_because_twice_is_the_same() {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let (server, client) = signed_in(&gateway, &clock).await;
    gateway.once("DELETE /api/users/", Reply::Cut { body: b"{".to_vec(), missing: 10 });
    client.users().deactivate(Id::nil()).await.expect("the second try");
    assert_eq!(count(&server, "DELETE"), 2);
}

#[tokio::test]
async fn creating_and_editing_are_sent_once_and_the_doubt_is_said() {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let (server, client) = signed_in(&gateway, &clock).await;
    let account = CreateAccountRequest {
        email: "new@lakeside.example".into(),
        full_name: "New".into(),
        role: Role::User,
        password: None,
        must_change_password: None,
    };
    for trouble in [Reply::Reset, Reply::Cut { body: b"{".to_vec(), missing: 10 }] {
        gateway.once("POST /api/users", trouble);
        let error = client.users().create(&account).await.expect_err("no answer");
        assert!(matches!(error, Error::BrokenOff { may_be_done: true }), "{error:?}");
        assert!(error.to_string().contains("may or may not"), "{error}");
    }
    gateway.once("POST /api/users", Reply::Silence);
    let error = client.users().create(&account).await.expect_err("no answer");
    assert!(matches!(error, Error::TimedOut { may_be_done: true }), "{error:?}");
    assert_eq!(count(&server, "POST /api/users"), 3);
    gateway.once("PUT /api/users/", Reply::Reset);
    client.users().update(Id::nil(), 1, &UpdateAccountRequest::default()).await.expect_err("no answer");
    assert_eq!(count(&server, "PUT /api/users/"), 1);
}

#[tokio::test]
async fn a_connection_that_the_server_dropped_meanwhile_is_no_trouble() {
    let answers = Arc::new(AtomicUsize::new(0));
    let server = Server::start(move |_| {
        let number = answers.fetch_add(1, Ordering::SeqCst);
        // Every second request finds that its kept connection is gone.
        async move { if number % 2 == 1 { Reply::Reset } else { Reply::json(200, &user()) } }
    })
    .await;
    let client = client_of(&server, &TestClock::new());
    for _ in 0..6 {
        let outcome = client.auth().policy().await;
        assert!(matches!(outcome, Err(Error::UnexpectedAnswer(_))), "an answer came through: {outcome:?}");
    }
}

#[tokio::test]
async fn nobody_at_the_address_is_said_as_such() {
    let server = Server::start(|_| async { Reply::Silence }).await;
    let client = client_of(&server, &TestClock::new());
    drop(server);
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    let error = client.health().test_connection().await.expect_err("nobody there");
    assert!(matches!(error, Error::Unreachable(Obstacle::Refused)), "{error:?}");
    assert_eq!(error.to_failure().kind, FailureKind::Unreachable);
}
