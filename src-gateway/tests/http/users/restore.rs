//! `POST /api/users/{id}/restore`.

use insta::assert_snapshot;

use super::path_of;
use crate::support::{PASSWORD, TestApp};

#[on_each_engine]
async fn an_account_that_is_brought_back_signs_in_again_and_its_old_sessions_stay_ended() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    admin.delete(&path_of(&ana)).await.assert_status(200);
    assert_snapshot!(admin.post_nothing(&format!("{}/restore", path_of(&ana))).await.snapshot(), @r#"
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
      "must_change_password": false,
      "role": "user",
      "sessions": 0,
      "updated_at": "2026-11-23T09:00:00Z",
      "version": 3
    }
    "#);
    ana.get("/api/users/me").await.assert_status(401).assert_problem("session_ended");
    ana.sign_in(&ana.email, PASSWORD).await.get("/api/users/me").await.assert_status(200);
}

#[on_each_engine]
async fn bringing_back_an_active_account_changes_nothing() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    let answer = admin.post_nothing(&format!("{}/restore", path_of(&ana))).await.assert_status(200);
    assert_eq!(answer.json()["version"], 1);
    assert!(app.audited().await.iter().all(|action| action == "sign_in"));
    ana.get("/api/users/me").await.assert_status(200);
}
