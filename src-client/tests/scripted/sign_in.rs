//! Signing in, and going on after a restart.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::json;
use voiceassist_client::Error;
use voiceassist_contract::ipc::{FailureKind, TokenStorage};
use voiceassist_contract::problem::ProblemCode;

use crate::support::gateway::Gateway;
use crate::support::keychain::FakeKeychain;
use crate::support::server::Reply;
use crate::support::{PROFILE, TestClock, client_of, client_with, until};

#[tokio::test]
async fn signing_in_tells_who_and_keeps_the_token_in_the_keychain() {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let server = gateway.serve().await;
    let keychain = Arc::new(FakeKeychain::default());
    let client = client_with(&server, &clock, keychain.clone());
    assert!(client.auth().session_info().is_none());
    let info = client.auth().sign_in("ana@lakeside.example", &"correct horse".into(), true).await;
    let info = info.expect("signed in");
    assert_eq!((info.profile_id, info.user.full_name.as_str()), (PROFILE, "Ana Ruiz"));
    assert_eq!(info.token_storage, TokenStorage::Keychain);
    assert!(!info.is_plain_http, "loopback is no exposure");
    assert_eq!(client.auth().session_info(), Some(info));
    assert_eq!(keychain.item(), Some(gateway.last_refresh_token()));
}

#[tokio::test]
async fn whoever_does_not_want_to_stay_signed_in_leaves_nothing_in_the_keychain() {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let server = gateway.serve().await;
    let keychain = Arc::new(FakeKeychain::holding(&server, "of an earlier time"));
    let client = client_with(&server, &clock, keychain.clone());
    let info = client.auth().sign_in("ana@lakeside.example", &"correct horse".into(), false).await;
    assert_eq!(info.expect("signed in").token_storage, TokenStorage::MemoryByChoice);
    assert_eq!(keychain.item(), None);
    clock.advance(10_000);
    client.users().me().await.expect("refreshed from memory");
    assert_eq!(keychain.item(), None);
}

#[tokio::test]
async fn a_wrong_password_leaves_the_session_at_hand_alone() {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let server = gateway.serve().await;
    let client = client_of(&server, &clock);
    client.auth().sign_in("ana@lakeside.example", &"correct horse".into(), true).await.expect("signed in");
    let wrong = client.auth().sign_in("ana@lakeside.example", &"wrong".into(), true).await;
    let failure = wrong.expect_err("refused").to_failure();
    assert_eq!(failure.kind, FailureKind::Problem);
    assert_eq!(failure.code, Some(ProblemCode::InvalidCredentials));
    assert_eq!((failure.status, failure.request_id.as_deref()), (Some(401), Some("of-the-problem")));
    client.users().me().await.expect("still signed in");
    assert_eq!(gateway.refreshes(), 0, "a refused password is no reason to refresh");
}

#[tokio::test]
async fn a_locked_account_says_for_how_long_and_is_not_tried_again() {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let server = gateway.serve().await;
    let client = client_of(&server, &clock);
    gateway
        .once("POST /api/auth/login", Reply::problem(429, "account_locked").with_header("Retry-After", "1"));
    let locked = client.auth().sign_in("ana@lakeside.example", &"correct horse".into(), true).await;
    let failure = locked.expect_err("locked").to_failure();
    assert_eq!((failure.code, failure.retry_after_seconds), (Some(ProblemCode::AccountLocked), Some(1)));
    assert_eq!(server.lines(), ["POST /api/auth/login"]);
}

#[tokio::test]
async fn a_sign_in_that_cannot_read_the_account_gives_its_session_back() {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let server = gateway.serve().await;
    let client = client_of(&server, &clock);
    gateway.once("GET /api/users/me", Reply::text(200, "text/html", "<html>"));
    let error = client.auth().sign_in("ana@lakeside.example", &"correct horse".into(), true).await;
    assert!(matches!(error, Err(Error::UnexpectedAnswer(_))));
    assert!(client.auth().session_info().is_none());
    until("the sign-out", || server.lines().contains(&"POST /api/auth/logout".to_owned())).await;
}

#[tokio::test]
async fn a_restart_goes_on_with_the_token_in_the_keychain_and_rotates_it() {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let server = gateway.serve().await;
    let kept = gateway.give_pair()["refresh_token"].as_str().expect("a token").to_owned();
    let keychain = Arc::new(FakeKeychain::holding(&server, &kept));
    let client = client_with(&server, &clock, keychain.clone());
    let info = client.auth().resume().await.expect("resumed").expect("somebody");
    assert_eq!(info.token_storage, TokenStorage::Keychain);
    assert_ne!(keychain.item(), Some(kept), "the used token was replaced");
    assert_eq!(keychain.item(), Some(gateway.last_refresh_token()));
    client.auth().resume().await.expect("resumed").expect("somebody");
    assert_eq!(gateway.refreshes(), 1, "a second time there is nothing to do");
}

#[tokio::test]
async fn an_empty_keychain_is_nobody_and_sends_nothing() {
    let clock = TestClock::new();
    let server = Gateway::new(&clock).serve().await;
    let client = client_of(&server, &clock);
    assert_eq!(client.auth().resume().await.expect("no failure"), None);
    assert!(matches!(client.users().me().await, Err(Error::SignedOut(_))));
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_restart_after_the_session_was_ended_empties_the_keychain_and_says_so() {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let server = gateway.serve().await;
    let keychain = Arc::new(FakeKeychain::holding(&server, "long gone"));
    gateway.give_pair();
    gateway.session_has_ended.store(true, Ordering::SeqCst);
    let client = client_with(&server, &clock, keychain.clone());
    let failure = client.auth().resume().await.expect_err("ended").to_failure();
    assert_eq!((failure.kind, failure.code), (FailureKind::SignedOut, Some(ProblemCode::SessionEnded)));
    assert_eq!(keychain.item(), None);
    assert_eq!(client.auth().resume().await.expect("no failure"), None);
}

#[tokio::test]
async fn a_profile_whose_address_was_changed_sends_its_token_to_nobody() {
    let clock = TestClock::new();
    let before = Gateway::new(&clock).serve().await;
    let gateway = Gateway::new(&clock);
    let server = gateway.serve().await;
    let kept = gateway.give_pair()["refresh_token"].as_str().expect("a token").to_owned();
    let keychain = Arc::new(FakeKeychain::holding(&before, &kept));
    let client = client_with(&server, &clock, keychain.clone());
    assert_eq!(client.auth().resume().await.expect("no failure"), None);
    assert!(server.seen().is_empty());
    assert_eq!(keychain.item(), Some(kept), "it is still there if the address is changed back");
}

#[tokio::test]
async fn a_restart_without_a_network_keeps_the_token_and_goes_on_later() {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let server = gateway.serve().await;
    let kept = gateway.give_pair()["refresh_token"].as_str().expect("a token").to_owned();
    let keychain = Arc::new(FakeKeychain::holding(&server, &kept));
    let client = client_with(&server, &clock, keychain.clone());
    gateway.once("POST /api/auth/refresh", Reply::Reset);
    gateway.once("POST /api/auth/refresh", Reply::Reset);
    client.auth().resume().await.expect_err("no network");
    assert_eq!(keychain.item(), Some(kept));
    assert!(client.auth().resume().await.expect("back again").is_some());
}

#[tokio::test]
async fn a_password_change_brings_new_tokens_and_lifts_the_duty() {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let server = gateway.serve().await;
    let keychain = Arc::new(FakeKeychain::default());
    let client = client_with(&server, &clock, keychain.clone());
    let mut before_the_change = crate::support::gateway::user();
    before_the_change["must_change_password"] = json!(true);
    gateway.once("GET /api/users/me", Reply::json(200, &before_the_change));
    let info = client.auth().sign_in("ana@lakeside.example", &"correct horse".into(), true).await;
    assert!(info.expect("signed in").user.must_change_password);
    let info = client.users().change_password(&"correct horse".into(), &"battery staple".into()).await;
    assert!(!info.expect("changed").user.must_change_password);
    assert_eq!(keychain.item(), Some(gateway.last_refresh_token()));
    gateway.once("PUT /api/users/me/password", Reply::problem(403, "wrong_password"));
    let wrong = client.users().change_password(&"x".into(), &"y".into()).await.expect_err("refused");
    assert_eq!(wrong.code(), Some(ProblemCode::WrongPassword));
    client.users().me().await.expect("still signed in");
}
