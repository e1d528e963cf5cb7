//! Signing in with a code after the password.

use voiceassist_client::Error;
use voiceassist_contract::ipc::{Condition, DialectName, FailureKind};
use voiceassist_scripted_gateways::{Kind, Mishap};

use super::{ADMINISTRATOR, PASSWORD, Scene};

async fn scene() -> Scene {
    let scene = Scene::new(Kind::December2025).await;
    scene.gateway.change(scene.administrator, |person| person.second_step = Some("313279".into()));
    let failure = scene.sign_in().await.expect_err("a code is needed").to_failure();
    assert_eq!(failure.kind, FailureKind::SecondStep);
    assert_eq!(failure.condition, Some(Condition::SecondStep { takes_backup_codes: true }));
    assert!(scene.client.auth().session_info().is_none());
    scene
}

#[tokio::test]
async fn the_right_code_finishes_the_sign_in_without_the_password() {
    let scene = scene().await;
    let wrong = scene.client.auth().verify_second_step(&"000000".into(), false).await.expect_err("wrong");
    assert_eq!(wrong.to_failure().fields[0].field, "code");
    let info = scene.client.auth().verify_second_step(&" 313279 ".into(), false).await.expect("signed in");
    assert_eq!(info.user.email, ADMINISTRATOR);
    assert_eq!(scene.client.dialect(), Some(DialectName::December2025));
    let verify = "POST /api/auth/2fa/verify-login";
    assert_eq!(scene.lines(), ["POST /api/auth/login", verify, verify, "GET /api/users/me"]);
    assert!(scene.gateway.bodies(verify)[1].get("is_backup_code").is_none());
    let sent_twice =
        scene.gateway.bodies("POST /").iter().filter(|body| body["password"] == PASSWORD).count();
    assert_eq!(sent_twice, 1, "the password is sent once");
}

#[tokio::test]
async fn five_wrong_codes_or_ten_minutes_ask_for_the_password_again() {
    let scene = self::scene().await;
    let auth = scene.client.auth();
    for _ in 0..5 {
        auth.verify_second_step(&"000000".into(), true).await.expect_err("wrong");
    }
    let error = auth.verify_second_step(&"313279".into(), false).await.expect_err("too late");
    assert!(matches!(error, Error::SignedOut(_)), "{error:?}");
    scene.sign_in().await.expect_err("a code is needed");
    scene.clock.advance(601);
    assert!(matches!(auth.verify_second_step(&"313279".into(), false).await, Err(Error::SignedOut(_))));
}

#[tokio::test]
async fn a_try_that_nobody_judged_does_not_count() {
    let scene = self::scene().await;
    let verify = "POST /api/auth/2fa/verify-login";
    for _ in 0..7 {
        scene.gateway.once(verify, Mishap::Recorded("limit.login_429"));
        let failure = scene.client.auth().verify_second_step(&"313279".into(), false).await;
        assert_eq!(failure.expect_err("limited").retry_after_seconds(), Some(60));
    }
    scene.client.auth().verify_second_step(&"313279".into(), false).await.expect("signed in");
}
