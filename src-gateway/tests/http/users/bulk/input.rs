//! What a bulk change is not asked for with. `bad_input` has more for each field.

use serde_json::json;
use voiceassist_contract::Id;

use super::{change, outcomes};
use crate::support::TestApp;

#[on_each_engine]
async fn accounts_are_named_or_filtered_but_not_both_and_not_neither() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    for (body, refused) in [
        (json!({"action": "activate"}), vec!["ids: required"]),
        (json!({"action": "activate", "ids": [admin.id], "filter": {}}), vec!["filter: not_together"]),
        (json!({"action": "set_role", "ids": [admin.id]}), vec!["role: required"]),
        (json!({}), vec!["action: required", "ids: required"]),
    ] {
        let answer = admin.post("/api/users/bulk", body).await.assert_status(422);
        answer.assert_problem("invalid_input").assert_refused_fields(&refused);
    }
    assert_eq!(app.audited().await, ["sign_in"]);
}

#[on_each_engine]
async fn every_bad_part_of_a_filter_is_named_without_an_echo() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    for (member, values, code) in [
        ("search", vec![json!(7), json!(["canary7Q"])], "wrong_type"),
        ("search", vec![json!("canary7Q\u{0}"), json!("canary7Q\u{202e}")], "not_allowed"),
        ("search", vec![json!("canary7Q".repeat(26))], "too_long"),
        ("status", vec![json!(""), json!("canary7Q"), json!("ACTIVE")], "not_a_choice"),
        ("role", vec![json!("canary7Q"), json!("Admin")], "not_a_choice"),
        ("role", vec![json!(true), json!({"canary7Q": 1})], "wrong_type"),
        ("inactive_since", vec![json!(""), json!("canary7Q"), json!("2026-01-01")], "not_a_time"),
    ] {
        for value in values {
            let body = json!({"action": "activate", "filter": {member: value}});
            let answer = admin.post("/api/users/bulk", body).await.assert_status(422);
            let answer = answer.assert_problem("invalid_input");
            assert!(!answer.body.contains("canary7Q"), "{}", answer.body);
            answer.assert_refused_fields(&[&format!("filter.{member}: {code}")]);
        }
    }
}

#[on_each_engine]
async fn a_thousand_ids_fit_into_one_request() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let ids: Vec<Id> = (0..1_000_u128).map(Id::from_u128).collect();
    let answer = change(&admin, json!({"action": "end_sessions", "ids": ids})).await;
    assert_eq!(outcomes(&answer), vec!["refused: not_found"; 1_000]);
}
