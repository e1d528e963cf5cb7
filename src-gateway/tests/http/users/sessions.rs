//! `/api/users/{id}/sessions`.

use insta::assert_snapshot;

use super::path_of;
use crate::support::{PASSWORD, TestApp};

#[on_each_engine]
async fn an_administrator_sees_where_an_account_is_signed_in() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    assert_snapshot!(admin.get(&format!("{}/sessions", path_of(&ana))).await.snapshot(), @r#"
    200 OK
    {
      "items": [
        {
          "address": "127.0.0.1",
          "created_at": "2026-11-23T09:00:00Z",
          "current": false,
          "device": "test suite",
          "expires_at": "2026-12-23T09:00:00Z",
          "id": "[id]",
          "last_seen_at": "2026-11-23T09:00:00Z"
        }
      ]
    }
    "#);
    let own = admin.get(&format!("{}/sessions", path_of(&admin))).await.json();
    assert_eq!(own["items"][0]["current"], true);
}

#[on_each_engine]
async fn one_session_is_ended_and_the_others_go_on() {
    let app = TestApp::start().await;
    let (admin, phone) = (app.administrator().await, app.staff().await);
    let path = format!("{}/sessions", path_of(&phone));
    let listed = admin.get(&path).await.json();
    let session = listed["items"][0]["id"].as_str().expect("an id");
    let desk = phone.sign_in(&phone.email, PASSWORD).await;

    let one = format!("{path}/{session}");
    assert_eq!(admin.delete(&one).await.assert_status(200).json()["ended"], 1);
    assert_eq!(admin.delete(&one).await.assert_status(200).json()["ended"], 0);
    phone.get("/api/users/me").await.assert_status(401).assert_problem("session_ended");
    desk.get("/api/users/me").await.assert_status(200);
}

#[on_each_engine]
async fn a_session_of_somebody_else_is_not_ended_through_this_account() {
    let app = TestApp::start().await;
    let (admin, ana, ben) = (app.administrator().await, app.staff().await, app.staff().await);
    let listed = admin.get(&format!("{}/sessions", path_of(&ben))).await.json();
    let session = listed["items"][0]["id"].as_str().expect("an id");
    let answer = admin.delete(&format!("{}/sessions/{session}", path_of(&ana))).await;
    answer.assert_status(404).assert_problem("not_found");
    ben.get("/api/users/me").await.assert_status(200);
}

#[on_each_engine]
async fn all_sessions_are_ended_and_told_in_the_audit_trail_once() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    let other = ana.sign_in(&ana.email, PASSWORD).await;
    let path = format!("{}/sessions", path_of(&ana));
    assert_eq!(admin.delete(&path).await.assert_status(200).json()["ended"], 2);
    assert_eq!(admin.delete(&path).await.assert_status(200).json()["ended"], 0);
    for person in [&ana, &other] {
        person.get("/api/users/me").await.assert_status(401).assert_problem("session_ended");
    }
    let told = app.audited().await.into_iter().filter(|action| action == "session_ended").count();
    assert_eq!(told, 1);
    assert_eq!(admin.get(&path).await.json()["items"], serde_json::json!([]));
}
