//! `POST /api/auth/register`.

use insta::assert_snapshot;
use serde_json::json;
use voiceassist_contract::auth::Registration;

use crate::support::{PASSWORD, Setup, TestApp};

#[on_each_engine]
async fn a_person_registers_and_signs_in() {
    let app = TestApp::start().await;
    let body = json!({
        "email": " Ana@Clinic.example", "password": PASSWORD, "full_name": "Ana Ruiz ", "role": "admin", "is_admin": true
    });
    assert_snapshot!(app.anonymous().post("/api/auth/register", body).await.snapshot(), @r#"
    201 Created
    {
      "created_at": "2026-11-23T09:00:00Z",
      "email": "Ana@Clinic.example",
      "full_name": "Ana Ruiz",
      "id": "[id]",
      "is_active": true,
      "is_admin": false,
      "last_login": null,
      "mfa_enabled": false,
      "must_change_password": false,
      "role": "user",
      "updated_at": "2026-11-23T09:00:00Z",
      "version": 1
    }
    "#);
    app.anonymous().sign_in("ana@clinic.example", PASSWORD).await;
    assert_eq!(app.audited().await, ["account_registered", "sign_in"]);
}

#[on_each_engine]
async fn an_address_is_taken_in_any_case_and_in_a_race() {
    let app = TestApp::start().await;
    let tries: Vec<_> = ["ana@clinic.example", "ANA@clinic.example", "Ana@CLINIC.example"]
        .into_iter()
        .map(|email| {
            let app = app.clone();
            let body = json!({"email": email, "password": PASSWORD, "full_name": "Ana Ruiz"});
            tokio::spawn(async move { app.anonymous().post("/api/auth/register", body).await })
        })
        .collect();
    let mut statuses = Vec::new();
    for answer in tries {
        let answer = answer.await.expect("answered");
        statuses.push(answer.status.as_u16());
        if answer.status == 409 {
            answer.assert_problem("email_taken").assert_refused_fields(&["email: email_taken"]);
        }
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409]);
}

#[on_each_engine]
async fn a_weak_password_is_refused_with_every_reason() {
    let app = TestApp::start().await;
    let body = json!({"email": "ana@clinic.example", "password": "ana", "full_name": "Ana Ruiz"});
    let answer = app.anonymous().post("/api/auth/register", body).await.assert_status(422);
    answer
        .assert_problem("password_too_weak")
        .assert_refused_fields(&["password: easy_to_guess", "password: too_short"]);
}

#[on_each_engine]
async fn a_password_of_73_bytes_is_refused_and_not_cut() {
    let app = TestApp::start().await;
    let register = async |password: String| {
        let body = json!({"email": "ana@clinic.example", "password": password, "full_name": "Ana Ruiz"});
        app.anonymous().post("/api/auth/register", body).await
    };
    let long = "kettle marble ".repeat(6);
    let answer = register(long[..73].to_owned()).await.assert_problem("password_too_weak");
    assert!(answer.body.contains("too_long"), "{}", answer.body);
    register(long[..72].to_owned()).await.assert_status(201);
    app.anonymous().try_sign_in("ana@clinic.example", &long[..72]).await.assert_status(200);
    app.anonymous().try_sign_in("ana@clinic.example", &long[..73]).await.assert_status(401);
}

#[on_each_engine]
async fn where_registration_is_closed_that_is_said() {
    let mut setup = Setup::default();
    setup.policy.registration = Registration::Closed;
    let app = TestApp::start_with(setup).await;
    let body = json!({"email": "ana@clinic.example", "password": PASSWORD, "full_name": "Ana Ruiz"});
    let answer = app.anonymous().post("/api/auth/register", body).await;
    answer.assert_status(403).assert_problem("registration_closed");
}
