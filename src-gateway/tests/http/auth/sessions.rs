//! `/api/auth/sessions`.

use chrono::Duration;
use insta::assert_snapshot;
use voiceassist_contract::auth::SessionList;

use crate::support::{PASSWORD, Person, TestApp};

async fn list(person: &Person) -> SessionList {
    let answer = person.get("/api/auth/sessions").await.assert_status(200);
    serde_json::from_str(&answer.body).expect("a list of sessions")
}

#[on_each_engine]
async fn one_sees_the_own_sessions_and_which_of_them_asks() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    app.staff().await;
    assert_snapshot!(ana.get("/api/auth/sessions").await.snapshot(), @r#"
    200 OK
    {
      "items": [
        {
          "address": "127.0.0.1",
          "created_at": "2026-11-23T09:00:00Z",
          "current": true,
          "device": "test suite",
          "expires_at": "2026-12-23T09:00:00Z",
          "id": "[id]",
          "last_seen_at": "2026-11-23T09:00:00Z"
        }
      ]
    }
    "#);
}

#[on_each_engine]
async fn the_others_are_ended_and_the_one_that_asks_stays() {
    let app = TestApp::start().await;
    let here = app.staff().await;
    let there = here.sign_in(&here.email, PASSWORD).await;
    let elsewhere = here.sign_in(&here.email, PASSWORD).await;
    let answer = here.delete("/api/auth/sessions").await.assert_status(200);
    assert_eq!(answer.json()["ended"], 2);
    here.get("/api/auth/me").await.assert_status(200);
    for ended in [there, elsewhere] {
        ended.get("/api/auth/me").await.assert_status(401).assert_problem("session_ended");
    }
    assert_eq!(app.audited().await.last().map(String::as_str), Some("session_ended"));
}

#[on_each_engine]
async fn one_session_is_ended_by_its_id_and_nobody_elses_is() {
    let app = TestApp::start().await;
    let (ana, ben) = (app.staff().await, app.staff().await);
    let there = ana.sign_in(&ana.email, PASSWORD).await;
    let id = list(&there).await.items.iter().find(|session| session.current).expect("it is there").id;
    ben.delete(&format!("/api/auth/sessions/{id}")).await.assert_status(404).assert_problem("not_found");
    ana.delete(&format!("/api/auth/sessions/{id}")).await.assert_status(200);
    ana.delete(&format!("/api/auth/sessions/{id}")).await.assert_status(404);
    there.get("/api/auth/me").await.assert_status(401);
    assert_eq!(list(&ana).await.items.len(), 1);
}

#[on_each_engine]
async fn an_id_that_is_none_is_refused_as_a_field() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    for odd in ["7", "%00", "%ff", "00000000-0000-0000-0000-00000000000g", "urn:uuid:0"] {
        let answer = ana.delete(&format!("/api/auth/sessions/{odd}")).await;
        answer.assert_status(422).assert_problem("invalid_input").assert_refused_fields(&["id: not_an_id"]);
    }
}

#[on_each_engine]
async fn last_seen_is_noted_to_the_minute() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    let seen = async || list(&ana).await.items[0].last_seen_at;
    let start = app.now();
    app.wait(Duration::seconds(59));
    assert_eq!(seen().await, start);
    app.wait(Duration::seconds(1));
    assert_eq!(seen().await, app.now());
}
