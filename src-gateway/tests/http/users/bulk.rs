//! `POST /api/users/bulk`.

use serde_json::{Value, json};
use voiceassist_contract::Id;

use crate::support::{PASSWORD, Person, TestApp};

mod filter;
mod input;
mod writers;

/// The answer to a bulk change.
async fn change(admin: &Person, body: Value) -> Value {
    admin.post("/api/users/bulk", body).await.assert_status(200).json()
}

/// Each account's outcome, with the code if it was refused.
fn outcomes(answer: &Value) -> Vec<String> {
    let results = answer["results"].as_array().expect("results");
    let describe = |result: &Value| {
        let outcome = result["outcome"].as_str().expect("an outcome").to_owned();
        match result["code"].as_str() {
            Some(code) => format!("{outcome}: {code}"),
            None => outcome,
        }
    };
    results.iter().map(describe).collect()
}

#[on_each_engine]
async fn each_account_has_its_result_its_events_and_loses_its_sessions_at_once() {
    let app = TestApp::start().await;
    let (admin, ana, ben) = (app.administrator().await, app.staff().await, app.staff().await);
    admin.delete(&super::path_of(&ben)).await.assert_status(200);
    let before = app.audited().await.len();
    let ids = [ana.id, ben.id, admin.id, Id::from_u128(1), ana.id];
    let answer = change(&admin, json!({"action": "deactivate", "ids": ids})).await;
    assert_eq!(outcomes(&answer), ["ok", "unchanged", "refused: own_account", "refused: not_found"]);
    let counts = ["matching", "most", "ok", "unchanged", "refused"].map(|name| answer[name].clone());
    assert_eq!(counts, [json!(4), json!(1_000), json!(1), json!(1), json!(2)]);
    assert_eq!(answer["results"][0]["id"], ana.id.to_string());
    let versions: Vec<&Value> = (0..4).map(|number| &answer["results"][number]["version"]).collect();
    assert_eq!(versions, [&json!(2), &json!(2), &json!(1), &Value::Null]);

    ana.get("/api/auth/me").await.assert_status(401).assert_problem("session_ended");
    assert_eq!(admin.get(&super::path_of(&ana)).await.json()["version"], 2);
    let events = app.audit_events().await.split_off(before);
    let words: Vec<&str> = events.iter().map(|event| event.action.as_str()).collect();
    assert_eq!(words, ["account_deactivated", "session_ended"]);
    for event in &events {
        assert_eq!((event.actor_id, &event.target_id), (Some(admin.id), &Some(ana.id.to_string())));
    }
    let after: Value = serde_json::from_str(events[0].after.as_deref().expect("after")).expect("JSON");
    assert_eq!((&after["is_active"], &after["email"]), (&json!(false), &json!(ana.email)));
    let ended: Value = serde_json::from_str(events[1].after.as_deref().expect("after")).expect("JSON");
    assert_eq!(ended, json!({"reason": "account_deactivated", "ended": 1}));
}

#[on_each_engine]
async fn a_second_time_changes_nothing_and_leaves_no_trace() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    for action in ["deactivate", "activate", "require_password_change", "end_sessions"] {
        let body = json!({"action": action, "ids": [ana.id]});
        let expected = if action == "end_sessions" { "unchanged" } else { "ok" };
        assert_eq!(outcomes(&change(&admin, body.clone()).await), [expected], "{action}");
        let trail = app.audited().await;
        assert_eq!(outcomes(&change(&admin, body).await), ["unchanged"], "{action}");
        assert_eq!(app.audited().await, trail, "{action}");
    }
}

#[on_each_engine]
async fn a_role_is_given_and_taken_and_ends_the_sessions_of_those_who_had_another() {
    let app = TestApp::start().await;
    let (admin, ana, other) = (app.administrator().await, app.staff().await, app.administrator().await);
    let ids = [ana.id, other.id, admin.id];
    let answer = change(&admin, json!({"action": "set_role", "role": "admin", "ids": ids})).await;
    assert_eq!(outcomes(&answer), ["ok", "unchanged", "unchanged"]);
    ana.get("/api/auth/me").await.assert_status(401).assert_problem("session_ended");
    let ana = ana.sign_in(&ana.email, PASSWORD).await;
    ana.get("/api/users").await.assert_status(200);

    let answer = change(&admin, json!({"action": "set_role", "role": "user", "ids": ids})).await;
    assert_eq!(outcomes(&answer), ["ok", "ok", "refused: own_account"]);
    for person in [&ana, &other] {
        person.get("/api/auth/me").await.assert_status(401).assert_problem("session_ended");
    }
    admin.get("/api/users").await.assert_status(200);
}

#[on_each_engine]
async fn a_password_change_is_asked_for_on_the_next_request() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    let body = json!({"action": "require_password_change", "ids": [ana.id]});
    assert_eq!(outcomes(&change(&admin, body).await), ["ok"]);
    ana.get("/api/auth/sessions").await.assert_status(403).assert_problem("password_change_required");
    ana.get("/api/users/me").await.assert_status(200);
    assert_eq!(app.audited().await.last().map(String::as_str), Some("account_updated"));
}

#[on_each_engine]
async fn everybodys_sessions_end_but_the_one_that_asks() {
    let app = TestApp::start().await;
    let (admin, ana, idle) = (app.administrator().await, app.staff().await, app.staff().await);
    idle.post_nothing("/api/auth/logout").await.assert_status(200);
    let elsewhere = admin.sign_in(&admin.email, PASSWORD).await;
    let answer = change(&admin, json!({"action": "end_sessions", "filter": {}})).await;
    assert_eq!(answer["ok"], 2);
    assert_eq!(answer["unchanged"], 1);
    for person in [&ana, &elsewhere] {
        person.get("/api/auth/me").await.assert_status(401).assert_problem("session_ended");
    }
    admin.get("/api/auth/me").await.assert_status(200);
    let versions: Vec<i64> = answer["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|result| result["version"].as_i64().expect("a version"))
        .collect();
    assert_eq!(versions, [1, 1, 1], "the end of a session is no edit");
    assert_eq!(app.audited().await.iter().filter(|action| *action == "session_ended").count(), 2);
}
