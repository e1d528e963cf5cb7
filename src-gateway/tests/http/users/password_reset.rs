//! `POST /api/users/{id}/password-reset`.

use insta::assert_snapshot;
use serde_json::json;

use super::path_of;
use crate::support::{PASSWORD, TestApp};

#[on_each_engine]
async fn a_reset_gives_a_temporary_password_ends_the_sessions_and_clears_the_lock() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    for _ in 0..5 {
        ana.try_sign_in(&ana.email, "a wrong password").await.assert_status(401);
    }
    let answer = admin.post_nothing(&format!("{}/password-reset", path_of(&ana))).await;
    assert_snapshot!(answer.snapshot(), @r#"
    200 OK
    {
      "created_at": "2026-11-23T09:00:00Z",
      "email": "person2@clinic.example",
      "full_name": "Ana Ruiz",
      "id": "[id]",
      "is_active": true,
      "is_admin": false,
      "last_login": "2026-11-23T09:00:00Z",
      "lock": null,
      "mfa_enabled": false,
      "must_change_password": true,
      "role": "user",
      "sessions": 0,
      "temporary_password": "[temporary_password]",
      "updated_at": "2026-11-23T09:00:00Z",
      "version": 2
    }
    "#);
    ana.get("/api/users/me").await.assert_status(401).assert_problem("session_ended");
    ana.try_sign_in(&ana.email, PASSWORD).await.assert_status(401).assert_problem("invalid_credentials");

    let temporary = answer.json()["temporary_password"].as_str().expect("a password").to_owned();
    let ana = ana.sign_in(&ana.email, &temporary).await;
    let change = json!({"current_password": temporary, "new_password": "quiet lantern copper field"});
    let changed = ana.put("/api/users/me/password", change).await.assert_status(200);
    ana.with_pair(&changed).get("/api/auth/sessions").await.assert_status(200);

    let told = app.audit_events().await;
    assert!(told.iter().any(|event| event.action == "password_reset"));
    assert!(told.iter().all(|event| !format!("{:?}{:?}", event.before, event.after).contains(&temporary)));
}

#[on_each_engine]
async fn two_resets_give_two_passwords_of_which_the_second_counts() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    let path = format!("{}/password-reset", path_of(&ana));
    let mut passwords = Vec::new();
    for _ in 0..2 {
        let answer = admin.post_nothing(&path).await.assert_status(200);
        passwords.push(answer.json()["temporary_password"].as_str().expect("a password").to_owned());
    }
    assert_ne!(passwords[0], passwords[1]);
    ana.try_sign_in(&ana.email, &passwords[0]).await.assert_status(401);
    ana.sign_in(&ana.email, &passwords[1]).await;
}
