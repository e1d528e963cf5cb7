//! `GET /api/nextcloud/status`, against what a real Nextcloud 29.0.6 was recorded to answer.

use serde_json::Value;

use crate::support::{Neighbour, Places, Script, Setup, TestApp};

const STATUS: &str = "/api/nextcloud/status";

async fn app_beside(nextcloud: &Neighbour) -> TestApp {
    let neighbours = Places { nextcloud: Some(nextcloud.url.clone()), ..Places::default() };
    TestApp::start_with(Setup { neighbours, ..Setup::default() }).await
}

async fn status_for(script: Script) -> Value {
    let nextcloud = Neighbour::start(&[("/status.php", script)]).await;
    let app = app_beside(&nextcloud).await;
    app.administrator().await.get(STATUS).await.assert_status(200).json()
}

#[on_each_engine]
async fn only_administrators_are_told() {
    let app = TestApp::start().await;
    app.anonymous().get(STATUS).await.assert_status(401).assert_problem("token_missing");
    app.staff().await.get(STATUS).await.assert_status(403).assert_problem("not_administrator");
    let status = app.administrator().await.get(STATUS).await.assert_status(200).json();
    assert_eq!(status["state"], "not_configured");
}

#[on_each_engine]
async fn a_nextcloud_that_is_well_is_shown_with_its_version() {
    let status = status_for(Script::recorded("status.php normal")).await;
    assert_eq!(status["state"], "ok");
    assert_eq!(status["version"], "29.0.6");
    assert_eq!(status["edition"], Value::Null);
    assert_eq!(status["checked_at"], "2026-11-23T09:00:00Z");
    assert!(status["latency_ms"].is_u64());
}

#[on_each_engine]
async fn what_is_not_well_is_told_apart_although_the_http_status_is_200() {
    let upgrade = "needsDbUpgrade (installed 29.0.5 < code 29.0.6): status.php";
    for (recording, state) in [
        ("maintenance: status.php", "maintenance"),
        (upgrade, "needs_upgrade"),
        ("not installed: status.php", "starting"),
        ("maintenance: v1 user get json", "maintenance"),
        ("database unreadable: status.php", "unreachable"),
        ("downgrade (installed 29.0.7 > code 29.0.6): status.php", "unreachable"),
    ] {
        assert_eq!(status_for(Script::recorded(recording)).await["state"], state, "{recording}");
    }
    assert_eq!(status_for(Script::body(503, "")).await["state"], "starting");
}

#[on_each_engine]
async fn an_untrusted_host_name_is_said_with_what_to_do() {
    let status = status_for(Script::recorded("status.php with untrusted Host header")).await;
    assert_eq!(status["state"], "unreachable");
    assert!(status["message"].as_str().is_some_and(|text| text.contains("trusted_domains")), "{status}");
}

#[on_each_engine]
async fn something_else_at_its_address_is_no_nextcloud() {
    let long = format!("{{\"installed\": true, \"maintenance\": false, \"x\": \"{}\"}}", "x".repeat(20_000));
    for script in [
        Script::body(200, "<html>It works!</html>"),
        Script::body(200, "{\"installed\": \"yes\"}"),
        Script::body(404, ""),
        Script::body(200, &long),
    ] {
        assert_eq!(status_for(script.clone()).await["state"], "unreachable", "{script:?}");
    }
    let odd = r#"{"installed": true, "maintenance": false, "versionstring": "<b>\u202e", "edition": "é"}"#;
    let status = status_for(Script::body(200, odd)).await;
    assert_eq!((&status["state"], &status["version"]), (&"ok".into(), &Value::Null));
}

#[on_each_engine]
async fn a_redirect_is_followed_within_the_same_server_alone() {
    let elsewhere = Neighbour::start(&[("/status.php", Script::recorded("status.php normal"))]).await;
    let away = status_for(Script::redirect(&format!("{}status.php", elsewhere.url))).await;
    assert_eq!(away["state"], "unreachable");
    assert!(elsewhere.seen().is_empty());

    let moved = ("/cloud/status.php", Script::recorded("status.php normal"));
    let nextcloud = Neighbour::start(&[("/status.php", Script::redirect("/cloud/status.php")), moved]).await;
    let app = app_beside(&nextcloud).await;
    let status = app.administrator().await.get(STATUS).await.json();
    assert_eq!(status["state"], "ok");

    let round = status_for(Script::redirect("/status.php")).await;
    assert_eq!(round["state"], "unreachable");
}

#[on_each_engine]
async fn neither_credentials_nor_the_callers_token_are_sent_and_a_second_costs_one_request() {
    let nextcloud = Neighbour::start(&[("/status.php", Script::recorded("status.php normal"))]).await;
    let app = app_beside(&nextcloud).await;
    let admin = app.administrator().await;
    let asking = (0..100).map(|_| admin.get(STATUS));
    let ready = (0..100).map(|_| admin.get("/ready"));
    let answers = futures_util::future::join_all(asking).await;
    futures_util::future::join_all(ready).await;
    assert!(answers.iter().all(|answer| answer.body == answers[0].body));
    let seen = nextcloud.seen();
    assert!(seen.len() <= 3, "{} requests", seen.len());
    for (path, headers) in seen {
        assert_eq!(path, "/status.php");
        assert!(!headers.contains_key("authorization") && !headers.contains_key("cookie"), "{headers:?}");
    }
}
