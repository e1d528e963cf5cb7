//! Changing the own password, and the hour that follows it on servers of December 2025.

use chrono::TimeDelta;
use voiceassist_client::{Clock, Error};
use voiceassist_contract::ipc::{Condition, FailureKind};
use voiceassist_scripted_gateways::Kind;

use super::{ADMINISTRATOR, PASSWORD, Scene};

const NEW: &str = "velvet anchor tundra 49";

#[tokio::test]
async fn on_december_the_change_succeeds_and_says_until_when_one_is_locked_out() {
    let scene = Scene::signed_in(Kind::December2025).await;
    let changed = scene.client.users().change_password(&PASSWORD.into(), &NEW.into()).await;
    let failure = changed.expect_err("signed out by it").to_failure();
    let until = scene.clock.now() + TimeDelta::hours(1);
    assert_eq!(failure.kind, FailureKind::SignedOut);
    assert_eq!(failure.condition, Some(Condition::LockedOut { until, password_was_changed: true }));
    assert_eq!(failure.retry_after_seconds, Some(3600));
    assert!(scene.client.auth().session_info().is_none());
    assert_eq!(scene.lines(), ["POST /api/users/me/change-password"], "nothing is tried that cannot work");
}

#[tokio::test]
async fn signing_in_within_that_hour_names_its_end_from_the_token_and_does_not_loop() {
    let scene = Scene::signed_in(Kind::December2025).await;
    scene.client.users().change_password(&PASSWORD.into(), &NEW.into()).await.expect_err("signed out by it");
    scene.lines();
    let until = scene.clock.now() + TimeDelta::hours(1);
    scene.clock.advance(20 * 60);
    let early = scene.client.auth().sign_in(ADMINISTRATOR, &NEW.into(), true).await;
    let failure = early.expect_err("locked out").to_failure();
    assert_eq!(failure.condition, Some(Condition::LockedOut { until, password_was_changed: false }));
    assert_eq!(failure.retry_after_seconds, Some(40 * 60));
    assert_eq!(scene.lines(), ["POST /api/auth/login", "GET /api/users/me"]);
    scene.clock.advance(40 * 60);
    scene.client.auth().sign_in(ADMINISTRATOR, &NEW.into(), true).await.expect("the hour is over");
}

#[tokio::test]
async fn a_session_that_a_change_elsewhere_has_ended_says_so_too() {
    let scene = Scene::signed_in(Kind::December2025).await;
    let now = scene.clock.now();
    scene.gateway.change(scene.administrator, |person| person.password_changed_at = Some(now));
    let error = scene.client.users().me().await.expect_err("revoked");
    assert!(matches!(error, Error::LockedOut { password_was_changed: false, .. }), "{error:?}");
    assert_eq!(scene.lines(), ["GET /api/users/me"], "a refresh would be refused as well");
}

#[tokio::test]
async fn on_november_one_stays_signed_in() {
    let scene = Scene::signed_in(Kind::November2025).await;
    let info = scene.client.users().change_password(&PASSWORD.into(), &NEW.into()).await.expect("changed");
    assert_eq!(info.user.email, ADMINISTRATOR);
    scene.client.users().me().await.expect("still signed in");
}

#[tokio::test]
async fn a_password_that_such_a_server_would_cut_off_is_refused_here() {
    let scene = Scene::signed_in(Kind::December2025).await;
    let long = "a very long sentence that goes on and on, and on, until it has more than 72 bytes";
    let failure = scene.client.users().change_password(&PASSWORD.into(), &long.into()).await;
    let failure = failure.expect_err("too long").to_failure();
    assert_eq!((failure.kind, failure.fields[0].code.as_str()), (FailureKind::InvalidInput, "too_long"));
    assert!(scene.lines().is_empty());
}
