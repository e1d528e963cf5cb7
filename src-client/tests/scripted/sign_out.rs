//! Signing out is final, whatever else is under way.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use voiceassist_client::{Client, Error};

use crate::support::gateway::{Gateway, LIFE_SECONDS};
use crate::support::keychain::FakeKeychain;
use crate::support::server::{Reply, Server};
use crate::support::{TestClock, client_with, until};

struct Scene {
    clock: Arc<TestClock>,
    gateway: Arc<Gateway>,
    server: Server,
    keychain: Arc<FakeKeychain>,
    client: Client,
}

async fn signed_in() -> Scene {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let server = gateway.serve().await;
    let keychain = Arc::new(FakeKeychain::default());
    let client = client_with(&server, &clock, keychain.clone());
    client.auth().sign_in("ana@lakeside.example", &"correct horse".into(), true).await.expect("signed in");
    Scene { clock, gateway, server, keychain, client }
}

#[tokio::test]
async fn signing_out_tells_the_server_with_both_tokens_and_empties_the_keychain() {
    let scene = signed_in().await;
    let refresh_token = scene.gateway.last_refresh_token();
    scene.client.auth().sign_out().await.expect("signed out");
    let logout = scene.server.seen().pop().expect("a request");
    assert_eq!(logout.line(), "POST /api/auth/logout");
    assert_eq!(logout.json()["refresh_token"], refresh_token.as_str());
    assert!(logout.header("authorization").is_some_and(|value| value.starts_with("Bearer ")));
    assert_eq!(scene.keychain.item(), None);
    assert!(scene.client.auth().session_info().is_none());
    assert!(matches!(scene.client.users().me().await, Err(Error::SignedOut(_))));
}

#[tokio::test]
async fn signing_out_works_without_the_server() {
    for trouble in [Reply::Silence, Reply::Reset, Reply::text(502, "text/html", "<h1>Bad gateway</h1>")] {
        let scene = signed_in().await;
        scene.gateway.once("POST /api/auth/logout", trouble);
        scene.client.auth().sign_out().await.expect("signed out here");
        assert_eq!(scene.keychain.item(), None);
        assert!(scene.client.auth().session_info().is_none());
    }
}

#[tokio::test]
async fn a_token_that_can_neither_be_removed_nor_ended_is_said() {
    let scene = signed_in().await;
    scene.keychain.deleting_fails.store(true, Ordering::SeqCst);
    scene.gateway.once("POST /api/auth/logout", Reply::Reset);
    assert!(matches!(scene.client.auth().sign_out().await, Err(Error::Keychain(_))));
    assert!(scene.client.auth().session_info().is_none(), "nobody is signed in all the same");
}

#[tokio::test]
async fn signing_out_before_resuming_ends_the_session_of_the_earlier_start() {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let server = gateway.serve().await;
    let keychain = Arc::new(FakeKeychain::holding(&server, "of an earlier start"));
    let client = client_with(&server, &clock, keychain.clone());
    client.auth().sign_out().await.expect("signed out");
    assert_eq!(keychain.item(), None);
    let logout = server.seen().pop().expect("a request");
    assert_eq!(logout.json()["refresh_token"], "of an earlier start");
}

#[tokio::test]
async fn a_refresh_that_comes_back_after_a_sign_out_brings_nothing_back() {
    let scene = signed_in().await;
    scene.clock.advance(LIFE_SECONDS);
    let held_up = scene.gateway.refresh_gate.forget_permits(1000);
    let caller = tokio::spawn({
        let client = scene.client.clone();
        async move { client.users().me().await }
    });
    until("the refresh", || scene.gateway.refreshes() == 1).await;
    // The server answers the refresh with new tokens all the same: it was under way already.
    scene.gateway.once("POST /api/auth/logout", Reply::json(200, &serde_json::json!({"message": "Done."})));
    scene.client.auth().sign_out().await.expect("signed out");
    scene.gateway.refresh_gate.add_permits(held_up);
    assert!(matches!(caller.await.expect("no panic"), Err(Error::SignedOut(_))));
    assert!(scene.client.auth().session_info().is_none());
    assert_eq!(scene.keychain.item(), None);
}

#[tokio::test]
async fn a_save_to_the_keychain_that_ends_after_a_sign_out_leaves_nothing_there() {
    let scene = signed_in().await;
    scene.clock.advance(LIFE_SECONDS);
    let held_up = scene.keychain.gate.forget_permits(1000);
    let caller = tokio::spawn({
        let client = scene.client.clone();
        async move { client.users().me().await }
    });
    let tokens_before = scene.gateway.tokens().len();
    until("the new tokens", || {
        scene.gateway.tokens().len() > tokens_before - 1 && scene.gateway.refreshes() == 1
    })
    .await;
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let sign_out = tokio::spawn({
        let client = scene.client.clone();
        async move { client.auth().sign_out().await }
    });
    until("the sign-out", || scene.client.auth().session_info().is_none()).await;
    scene.keychain.gate.add_permits(held_up);
    sign_out.await.expect("no panic").expect("signed out");
    assert!(matches!(caller.await.expect("no panic"), Err(Error::SignedOut(_))));
    assert_eq!(scene.keychain.item(), None);
}

#[tokio::test]
async fn a_refresh_that_comes_back_after_somebody_else_signed_in_changes_nothing() {
    let scene = signed_in().await;
    scene.clock.advance(LIFE_SECONDS);
    let held_up = scene.gateway.refresh_gate.forget_permits(1000);
    let caller = tokio::spawn({
        let client = scene.client.clone();
        async move { client.users().me().await }
    });
    until("the refresh", || scene.gateway.refreshes() == 1).await;
    // The gateway of the tests knows one session at a time, so its end of the replaced one is left out.
    scene.gateway.once("POST /api/auth/logout", Reply::json(200, &serde_json::json!({"message": "Done."})));
    let auth = scene.client.auth();
    auth.sign_in("ana@lakeside.example", &"correct horse".into(), true).await.expect("signed in anew");
    let newest = scene.gateway.last_refresh_token();
    scene.gateway.refresh_gate.add_permits(held_up);
    caller.await.expect("no panic").expect("goes on with the new session");
    assert_eq!(scene.keychain.item(), Some(newest));
}
