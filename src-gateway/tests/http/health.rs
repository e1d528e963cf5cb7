//! `/health` and `/ready`.

use insta::assert_snapshot;

use serde_json::Value;

use crate::support::{Engine, Neighbour, Places, Script, Setup, TestApp};

#[on_each_engine]
async fn the_process_says_that_it_is_there() {
    let app = TestApp::start().await;
    app.wait(chrono::Duration::seconds(90));
    let health = app.anonymous().get("/health").await.assert_status(200).json();
    assert_eq!(health["status"], "healthy");
    assert_eq!(health["uptime_seconds"], 90);
    assert_eq!(health["timestamp"], "2026-11-23T09:01:30Z");
}

#[on_each_engine]
async fn everything_that_is_configured_is_in_order() {
    let app = TestApp::start().await;
    let answer = app.anonymous().get("/ready").await.assert_status(200);
    let ready = answer.json();
    assert_eq!(ready["details"]["postgres"]["state"], "ok");
    assert_eq!(ready["details"]["redis"]["state"], "not_configured");
    let version = ready["details"]["postgres"]["version"].as_str().expect("a version");
    let name = match Engine::current() {
        Engine::Sqlite => "SQLite 3",
        Engine::Postgres => "PostgreSQL 1",
    };
    assert!(version.starts_with(name), "{version}");
    assert_snapshot!(serde_json::to_string(&ready["checks"]).expect("prints"), @r#"{"nextcloud":true,"postgres":true,"qdrant":true,"redis":true}"#);
}

#[on_each_engine]
async fn a_thousand_callers_in_one_second_cost_one_check() {
    let app = TestApp::start().await;
    let first = app.anonymous().get("/ready").await.body;
    app.wait(chrono::Duration::milliseconds(300));
    for _ in 0..50 {
        assert_eq!(app.anonymous().get("/ready").await.body, first);
    }
}

/// Qdrant 1.7.4's own words.
const ABOUT_QDRANT: &str = r#"{"title":"qdrant - vector search engine","version":"1.7.4"}"#;

async fn ready_beside(qdrant: &Neighbour, nextcloud: Option<&Neighbour>) -> Value {
    let neighbours = Places {
        qdrant: Some(qdrant.url.clone()),
        nextcloud: nextcloud.map(|one| one.url.clone()),
        ..Places::default()
    };
    let app = TestApp::start_with(Setup { neighbours, ..Setup::default() }).await;
    app.anonymous().get("/ready").await.assert_status(200).json()
}

#[on_each_engine]
async fn qdrant_is_shown_with_its_version() {
    let ready = Script::body(200, "all shards are ready");
    let qdrant =
        Neighbour::start(&[("/readyz", ready.clone()), ("/", Script::body(200, ABOUT_QDRANT))]).await;
    let answer = ready_beside(&qdrant, None).await;
    assert_eq!(answer["status"], "ready");
    assert_eq!(answer["details"]["qdrant"]["state"], "ok");
    assert_eq!(answer["details"]["qdrant"]["version"], "1.7.4");
    let silent = Neighbour::start(&[("/readyz", ready), ("/", Script::body(401, ""))]).await;
    let answer = ready_beside(&silent, None).await;
    assert_eq!((&answer["status"], &answer["details"]["qdrant"]["version"]), (&"ready".into(), &Value::Null));
}

#[on_each_engine]
async fn neighbours_that_are_not_well_degrade_and_no_more() {
    let qdrant = Neighbour::start(&[("/readyz", Script::body(503, "some shards are not ready"))]).await;
    let nextcloud = Neighbour::start(&[("/status.php", Script::recorded("maintenance: status.php"))]).await;
    let answer = ready_beside(&qdrant, Some(&nextcloud)).await;
    assert_eq!(answer["status"], "degraded");
    assert_eq!(answer["details"]["qdrant"]["state"], "starting");
    assert_eq!(answer["details"]["nextcloud"]["state"], "maintenance");
    assert_snapshot!(serde_json::to_string(&answer["checks"]).expect("prints"), @r#"{"nextcloud":false,"postgres":true,"qdrant":false,"redis":true}"#);
}

#[on_each_engine]
async fn neighbours_that_hang_are_given_up_side_by_side() {
    let qdrant = Neighbour::start(&[("/readyz", Script::Hang), ("/", Script::Hang)]).await;
    let nextcloud = Neighbour::start(&[("/status.php", Script::Hang)]).await;
    let checking = ready_beside(&qdrant, Some(&nextcloud));
    // One after the other would take twice as long, and without a limit a minute.
    let answer = tokio::time::timeout(std::time::Duration::from_secs(20), checking).await.expect("in time");
    assert_eq!(answer["status"], "degraded");
    for name in ["qdrant", "nextcloud"] {
        assert_eq!(answer["details"][name]["state"], "unreachable");
        assert_eq!(answer["details"][name]["latency_ms"], Value::Null);
    }
}
