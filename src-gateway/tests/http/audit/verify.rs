//! `GET /api/audit/verify`, while nobody tampers.

use serde_json::json;

use super::record_many;
use crate::support::TestApp;

#[on_each_engine]
async fn an_untouched_trail_is_intact_and_says_where_it_ends() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    record_many(&app, 1_200).await;
    let check = admin.get("/api/audit/verify").await.assert_status(200).json();
    let last = app.audit_events().await.pop().expect("an event");
    let anchor = format!("1201:{}", last.mac);
    let expected = json!({
        "state": "intact", "checked": 1_201, "total": 1_201, "anchor": anchor, "checked_at": "2026-11-23T09:00:00Z"
    });
    assert_eq!(check, expected);
    let again = admin.get(&format!("/api/audit/verify?expect={anchor}")).await.assert_status(200).json();
    assert_eq!(again["state"], "intact");
}

#[on_each_engine]
async fn everybody_who_asks_at_once_gets_the_same_answer_while_events_are_written() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    record_many(&app, 600).await;
    let asked: Vec<_> = (0..20)
        .map(|_| {
            let admin = admin.clone();
            tokio::spawn(async move { admin.get("/api/audit/verify").await })
        })
        .collect();
    record_many(&app, 600).await;
    for answer in asked {
        let check = answer.await.expect("answers").assert_status(200).json();
        assert_eq!(check["state"], "intact", "{check}");
        assert!(check["checked"].as_u64().is_some_and(|checked| (601..=1_201).contains(&checked)));
    }
}

#[on_each_engine]
async fn a_database_that_is_gone_is_said_and_not_taken_for_a_broken_trail() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    app.state.database.clone().close().await.expect("closes");
    admin.get("/api/audit/verify").await.assert_status(503).assert_problem("dependency_unavailable");
}
