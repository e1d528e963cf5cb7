//! `/health` and `/ready`.

use insta::assert_snapshot;

use crate::support::TestApp;

#[tokio::test]
async fn the_process_says_that_it_is_there() {
    let app = TestApp::start().await;
    app.wait(chrono::Duration::seconds(90));
    let health = app.anonymous().get("/health").await.assert_status(200).json();
    assert_eq!(health["status"], "healthy");
    assert_eq!(health["uptime_seconds"], 90);
    assert_eq!(health["timestamp"], "2026-11-23T09:01:30Z");
}

#[tokio::test]
async fn everything_that_is_configured_is_in_order() {
    let app = TestApp::start().await;
    let answer = app.anonymous().get("/ready").await.assert_status(200);
    let ready = answer.json();
    assert_eq!(ready["details"]["postgres"]["state"], "ok");
    assert_eq!(ready["details"]["redis"]["state"], "not_configured");
    assert!(
        ready["details"]["postgres"]["version"].as_str().is_some_and(|text| text.starts_with("SQLite 3"))
    );
    assert_snapshot!(serde_json::to_string(&ready["checks"]).expect("prints"), @r#"{"nextcloud":true,"postgres":true,"qdrant":true,"redis":true}"#);
}

#[tokio::test]
async fn a_thousand_callers_in_one_second_cost_one_check() {
    let app = TestApp::start().await;
    let first = app.anonymous().get("/ready").await.body;
    app.wait(chrono::Duration::milliseconds(300));
    for _ in 0..50 {
        assert_eq!(app.anonymous().get("/ready").await.body, first);
    }
}
