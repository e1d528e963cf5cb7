//! `GET /api/audit/export`.

use serde_json::{Value, json};
use voiceassist_contract::Id;
use voiceassist_contract::accounts::Role;
use voiceassist_gateway::audit::{Action, Event};

use super::{list, record, record_many, somebody};
use crate::support::{TestApp, read_table};

#[on_each_engine]
async fn a_table_has_every_event_with_all_that_is_known_of_it() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let event = Event::new(Action::Unlocked, &somebody(7)).on_account(admin.id);
    record(&app, event.changed(json!({"a": 1}), json!({"a": "\"quoted\", and\nin lines"}))).await;
    let answer = admin.get("/api/audit/export").await.assert_status(200);
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    assert_eq!(
        answer.header("content-disposition"),
        Some("attachment; filename=\"audit-trail-2026-11-23.csv\"")
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let (header, rows) = read_table(&answer);
    let newest_first: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(newest_first, ["3", "2", "1"], "the export itself is in it");
    let cell = |name: &str| {
        let column = header.iter().position(|column| column == name).expect("a column");
        rows[1][column].as_str()
    };
    assert_eq!(cell("at"), "2026-11-23T09:00:00.000Z");
    assert_eq!(cell("actor_id"), Id::from_u128(7).to_string());
    assert_eq!(cell("actor_name"), "Nour Haddad");
    assert_eq!(cell("action"), "unlocked");
    assert_eq!((cell("target_kind"), cell("target_name")), ("account", "Tomás Weber"));
    assert_eq!((cell("address"), cell("request_id")), ("192.0.2.7", "a-request"));
    assert_eq!(cell("before"), r#"{"a":1}"#);
    assert_eq!(
        serde_json::from_str::<Value>(cell("after")).expect("JSON"),
        json!({"a": "\"quoted\", and\nin lines"})
    );
}

#[on_each_engine]
async fn a_name_that_is_a_formula_is_no_formula_in_the_table() {
    let app = TestApp::start().await;
    let admin = app.somebody("=HYPERLINK(\"http://e.example\")", Role::Admin).await;
    let answer = admin.get("/api/audit/export?action=sign_in").await.assert_status(200);
    let (header, rows) = read_table(&answer);
    for name in ["actor_name", "target_name"] {
        let column = header.iter().position(|column| column == name).expect("a column");
        assert_eq!(rows[0][column], "'=HYPERLINK(\"http://e.example\")");
    }
}

#[on_each_engine]
async fn lines_of_json_are_the_events_of_the_list_however_many_there_are() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    record_many(&app, 1_100).await;
    let answer = admin.get("/api/audit/export?format=ndjson").await.assert_status(200);
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    let exported: Vec<Value> =
        answer.body.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    assert_eq!(exported.len(), 1_102);
    assert_eq!(exported[..200], list(&admin, "limit=200").await);
}

#[on_each_engine]
async fn an_export_has_what_the_filter_shows_and_is_recorded_with_it() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    record_many(&app, 3).await;
    let since = "since=2026-11-23T09:00:00Z";
    let answer = admin.get(&format!("/api/audit/export?action=unlocked&{since}")).await.assert_status(200);
    assert_eq!(read_table(&answer).1.len(), 3);
    let nothing = admin.get("/api/audit/export?action=sign_out").await.assert_status(200);
    assert_eq!(read_table(&nothing).1.len(), 0);

    let events = list(&admin, "action=audit_exported").await;
    assert_eq!(events.len(), 2);
    assert_eq!(events[1]["actor"]["id"], admin.id.to_string());
    assert_eq!(events[1]["target"], json!({"kind": "audit", "id": "trail"}));
    assert_eq!(events[1]["after"]["format"], "csv");
    assert_eq!(events[1]["after"]["filter"]["action"], "unlocked");
    assert_eq!(events[1]["after"]["filter"]["since"], "2026-11-23T09:00:00Z");
    assert_eq!(list(&admin, "target=trail").await.len(), 2);
}
