//! `POST /api/users/{id}/unlock`.

use serde_json::Value;

use super::path_of;
use crate::support::{PASSWORD, TestApp};

#[on_each_engine]
async fn an_unlocked_account_signs_in_at_once_and_keeps_its_version() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    for _ in 0..5 {
        ana.try_sign_in(&ana.email, "a wrong password").await.assert_status(401);
    }
    ana.try_sign_in(&ana.email, PASSWORD).await.assert_status(429).assert_problem("account_locked");
    let locked = admin.get(&path_of(&ana)).await.json();
    assert_eq!(locked["lock"]["failures"], 5);
    assert_eq!(locked["lock"]["until"], "2026-11-23T09:00:01Z");

    let answer = admin.post_nothing(&format!("{}/unlock", path_of(&ana))).await.assert_status(200);
    assert_eq!((&answer.json()["lock"], &answer.json()["version"]), (&Value::Null, &Value::from(1)));
    ana.sign_in(&ana.email, PASSWORD).await;
    assert!(app.audited().await.contains(&"unlocked".to_owned()));
}

#[on_each_engine]
async fn unlocking_what_is_not_locked_changes_nothing() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    admin.post_nothing(&format!("{}/unlock", path_of(&ana))).await.assert_status(200);
    assert!(app.audited().await.iter().all(|action| action == "sign_in"));
}
