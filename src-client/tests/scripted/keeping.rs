//! A keychain that fails never costs the session, and it is said where the token is.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use voiceassist_client::{Error, MemoryTokenStore};
use voiceassist_contract::ipc::{FailureKind, TokenStorage};

use crate::support::gateway::{Gateway, LIFE_SECONDS};
use crate::support::keychain::FakeKeychain;
use crate::support::{TestClock, client_with};

#[tokio::test]
async fn without_a_keychain_one_is_signed_in_until_the_window_closes() {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let server = gateway.serve().await;
    let client = client_with(&server, &clock, Arc::new(MemoryTokenStore::default()));
    let info = client.auth().sign_in("ana@lakeside.example", &"correct horse".into(), true).await;
    assert_eq!(info.expect("signed in").token_storage, TokenStorage::MemoryForWantOfKeychain);
    clock.advance(LIFE_SECONDS);
    client.users().me().await.expect("refreshed from memory");
    assert_eq!(gateway.refreshes(), 1);
}

#[tokio::test]
async fn a_keychain_that_does_not_save_leaves_the_session_in_memory_and_no_used_token_behind() {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let server = gateway.serve().await;
    let keychain = Arc::new(FakeKeychain::default());
    let client = client_with(&server, &clock, keychain.clone());
    client.auth().sign_in("ana@lakeside.example", &"correct horse".into(), true).await.expect("signed in");
    keychain.saving_fails.store(true, Ordering::SeqCst);
    clock.advance(LIFE_SECONDS);
    client.users().me().await.expect("refreshed all the same");
    let storage = || client.auth().session_info().map(|info| info.token_storage);
    assert_eq!(storage(), Some(TokenStorage::MemoryForWantOfKeychain));
    assert_eq!(keychain.item(), None, "the used token would look like a theft at the next start");
    keychain.saving_fails.store(false, Ordering::SeqCst);
    clock.advance(LIFE_SECONDS);
    client.users().me().await.expect("refreshed again");
    assert_eq!(storage(), Some(TokenStorage::Keychain), "the keychain is tried again each time");
    assert_eq!(keychain.item(), Some(gateway.last_refresh_token()));
}

#[tokio::test]
async fn a_keychain_that_does_not_read_is_said_and_signing_in_works_all_the_same() {
    let clock = TestClock::new();
    let server = Gateway::new(&clock).serve().await;
    let keychain = Arc::new(FakeKeychain::holding(&server, "locked away"));
    keychain.loading_fails.store(true, Ordering::SeqCst);
    let client = client_with(&server, &clock, keychain);
    let error = client.auth().resume().await.expect_err("locked");
    assert!(matches!(error, Error::Keychain(_)));
    assert_eq!(error.to_failure().kind, FailureKind::Keychain);
    client.auth().sign_in("ana@lakeside.example", &"correct horse".into(), true).await.expect("signed in");
}

#[tokio::test]
async fn the_new_token_is_in_the_keychain_before_it_is_used() {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let server = gateway.serve().await;
    let keychain = Arc::new(FakeKeychain::default());
    let client = client_with(&server, &clock, keychain.clone());
    client.auth().sign_in("ana@lakeside.example", &"correct horse".into(), true).await.expect("signed in");
    clock.advance(LIFE_SECONDS);
    let held_up = keychain.gate.forget_permits(1000);
    let caller = tokio::spawn({
        let client = client.clone();
        async move { client.users().me().await }
    });
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(gateway.refreshes(), 1);
    assert_eq!(server.lines().last().map(String::as_str), Some("POST /api/auth/refresh"), "it waits");
    keychain.gate.add_permits(held_up);
    caller.await.expect("no panic").expect("goes on");
    assert_eq!(keychain.item(), Some(gateway.last_refresh_token()));
}
