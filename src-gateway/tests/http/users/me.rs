//! `/api/users/me`.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::TestApp;

mod password;

#[on_each_engine]
async fn staff_see_their_own_profile() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    let answer = ana.get("/api/users/me").await.assert_status(200);
    assert_eq!(answer.json()["email"], ana.email);
}

#[on_each_engine]
async fn staff_change_their_own_name() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    let answer = ana.put_version("/api/users/me", 1, json!({"full_name": "Ana Ruiz Gil"})).await;
    assert_snapshot!(answer.snapshot(), @r#"
    200 OK
    {
      "created_at": "2026-11-23T09:00:00Z",
      "email": "person1@clinic.example",
      "full_name": "Ana Ruiz Gil",
      "id": "[id]",
      "is_active": true,
      "is_admin": false,
      "last_login": "2026-11-23T09:00:00Z",
      "mfa_enabled": false,
      "must_change_password": false,
      "role": "user",
      "updated_at": "2026-11-23T09:00:00Z",
      "version": 2
    }
    "#);
    assert_eq!(app.audited().await, ["sign_in", "account_updated"]);
}

#[on_each_engine]
async fn nobody_gives_oneself_rights() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    let grab = json!({"role": "admin", "is_admin": true, "is_active": true, "must_change_password": false});
    let answer = ana.put_version("/api/users/me", 1, grab).await.assert_status(200);
    assert_eq!((&answer.json()["role"], &answer.json()["version"]), (&json!("user"), &json!(1)));
}

#[on_each_engine]
async fn another_address_needs_more_than_being_signed_in_and_another_way_of_writing_it_does_not() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    app.wait(chrono::Duration::minutes(6));
    let other = ana.put_version("/api/users/me", 1, json!({"email": "mallory@clinic.example"})).await;
    other
        .assert_status(403)
        .assert_problem("step_up_required")
        .assert_refused_fields(&["email: step_up_required"]);
    let capitals = json!({"email": ana.email.to_uppercase(), "full_name": "Ana Ruiz"});
    let answer = ana.put_version("/api/users/me", 1, capitals).await.assert_status(200);
    assert_eq!(answer.json()["email"], ana.email.to_uppercase());
}

#[on_each_engine]
async fn a_profile_that_changed_meanwhile_is_shown_without_what_only_administrators_see() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    ana.try_sign_in(&ana.email, "a wrong password").await.assert_status(401);
    let answer = ana.put_version("/api/users/me", 7, json!({"full_name": "Ana"})).await;
    let problem = answer.assert_status(409).assert_problem("version_conflict").json();
    assert_eq!(problem["current"]["version"], 1);
    assert_eq!(problem["current"]["lock"], Value::Null);
    ana.put("/api/users/me", json!({})).await.assert_status(428).assert_problem("version_required");
}
