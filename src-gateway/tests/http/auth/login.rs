//! `POST /api/auth/login`.

use insta::assert_snapshot;
use serde_json::json;
use voiceassist_contract::accounts::Role;

use crate::support::{PASSWORD, TestApp};

#[on_each_engine]
async fn the_right_password_gives_a_pair_of_tokens() {
    let app = TestApp::start().await;
    app.create_account("Ana Ruiz", "Ana.Ruiz@clinic.example", Role::User, false).await;
    let answer = app.anonymous().try_sign_in("  ana.ruiz@CLINIC.example ", PASSWORD).await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_snapshot!(answer.snapshot(), @r#"
    200 OK
    {
      "access_token": "[access_token]",
      "expires_in": 900,
      "refresh_expires_in": 604800,
      "refresh_token": "[refresh_token]",
      "token_type": "bearer"
    }
    "#);
    assert_eq!(app.audited().await, ["sign_in"]);
}

#[on_each_engine]
async fn a_wrong_password_and_an_unknown_address_are_answered_alike() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    let wrong = app.anonymous().try_sign_in(&ana.email, "not the password").await;
    let unknown = app.anonymous().try_sign_in("nobody@clinic.example", "not the password").await;
    assert_eq!(wrong.snapshot(), unknown.snapshot());
    assert_snapshot!(wrong.assert_problem("invalid_credentials").snapshot(), @r#"
    401 Unauthorized
    {
      "code": "invalid_credentials",
      "detail": "E-mail or password is wrong.",
      "request_id": "[request_id]",
      "status": 401,
      "title": "E-mail or password is wrong",
      "type": "/problems/invalid_credentials"
    }
    "#);
    assert_eq!(app.audited().await, ["sign_in", "sign_in_failed", "sign_in_failed"]);
}

#[on_each_engine]
async fn what_was_typed_as_an_unknown_address_is_written_down_nowhere() {
    let app = TestApp::start().await;
    app.anonymous().try_sign_in("my-secret-password-by-mistake", PASSWORD).await.assert_status(401);
    let events = app.audit_events().await;
    let text: String = events.iter().filter_map(|event| event.after.clone()).collect();
    assert!(!text.contains("mistake"), "{text}");
}

#[on_each_engine]
async fn that_an_account_is_inactive_is_said_only_after_the_right_password() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    admin.delete(&format!("/api/users/{}", ana.id)).await.assert_status(200);
    let wrong = app.anonymous().try_sign_in(&ana.email, "not the password").await;
    wrong.assert_status(401).assert_problem("invalid_credentials");
    let right = app.anonymous().try_sign_in(&ana.email, PASSWORD).await;
    right.assert_status(403).assert_problem("account_inactive");
}

#[on_each_engine]
async fn a_sign_in_is_no_edit_of_the_account() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    app.wait(chrono::Duration::hours(1));
    let ana = ana.sign_in(&ana.email, PASSWORD).await;
    let me = ana.get("/api/auth/me").await.json();
    assert_eq!(me["version"], 1);
    assert_eq!(me["updated_at"], "2026-11-23T09:00:00Z");
    assert_eq!(me["last_login"], "2026-11-23T10:00:00Z");
}

#[on_each_engine]
async fn every_missing_field_is_named() {
    let app = TestApp::start().await;
    let answer = app.anonymous().post("/api/auth/login", json!({"password": null})).await;
    answer
        .assert_status(422)
        .assert_problem("invalid_input")
        .assert_refused_fields(&["email: required", "password: required"]);
}
