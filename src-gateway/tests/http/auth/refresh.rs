//! `POST /api/auth/refresh`.

use std::collections::HashSet;

use chrono::Duration;
use serde_json::json;

use crate::support::{Person, TestAnswer, TestApp};

async fn refresh(app: &TestApp, person: &Person) -> TestAnswer {
    app.anonymous().post("/api/auth/refresh", json!({"refresh_token": person.refresh_token})).await
}

#[on_each_engine]
async fn a_refresh_token_gives_a_new_pair_that_works() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    app.wait(Duration::minutes(20));
    let next = ana.with_pair(&refresh(&app, &ana).await.assert_status(200));
    assert_ne!(next.refresh_token, ana.refresh_token);
    next.get("/api/auth/me").await.assert_status(200);
}

#[on_each_engine]
async fn two_hundred_racing_refreshes_get_the_same_pair() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    app.wait(Duration::minutes(1));
    let racers: Vec<_> = (0..200)
        .map(|_| {
            let (app, ana) = (app.clone(), ana.clone());
            tokio::spawn(async move { refresh(&app, &ana).await.assert_status(200).body })
        })
        .collect();
    let mut pairs = HashSet::new();
    for racer in racers {
        pairs.insert(racer.await.expect("the refresh is answered"));
    }
    assert_eq!(pairs.len(), 1);
}

#[on_each_engine]
async fn within_ten_seconds_the_same_answer_comes_again_and_then_the_session_ends() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    let first = refresh(&app, &ana).await.assert_status(200);
    app.wait(Duration::seconds(10));
    assert_eq!(refresh(&app, &ana).await.assert_status(200).body, first.body);

    app.wait(Duration::milliseconds(1));
    refresh(&app, &ana).await.assert_status(401).assert_problem("refresh_reused");
    let next = ana.with_pair(&first);
    next.get("/api/auth/me").await.assert_status(401).assert_problem("session_ended");
    refresh(&app, &next).await.assert_status(401).assert_problem("session_ended");
    assert_eq!(app.audited().await, ["sign_in", "refresh_reused"]);
}

#[on_each_engine]
async fn a_token_from_two_refreshes_ago_ends_the_session_at_once() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    let second = ana.with_pair(&refresh(&app, &ana).await.assert_status(200));
    refresh(&app, &second).await.assert_status(200);
    refresh(&app, &ana).await.assert_problem("refresh_reused");
}

#[on_each_engine]
async fn a_refresh_token_lives_seven_days_and_a_session_thirty() {
    let app = TestApp::start().await;
    let mut ana = app.staff().await;
    app.wait(Duration::days(7));
    refresh(&app, &ana).await.assert_problem("token_expired");

    ana = app.staff().await;
    for _ in 0..5 {
        app.wait(Duration::days(6) - Duration::seconds(1));
        ana = ana.with_pair(&refresh(&app, &ana).await.assert_status(200));
    }
    app.wait(Duration::seconds(4));
    ana.get("/api/auth/me").await.assert_status(200);
    app.wait(Duration::seconds(1));
    ana.get("/api/auth/me").await.assert_status(401);
    refresh(&app, &ana).await.assert_status(401);
}

#[on_each_engine]
async fn an_access_token_refreshes_nothing() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    let body = json!({"refresh_token": ana.access_token});
    app.anonymous().post("/api/auth/refresh", body).await.assert_problem("token_invalid");
}

#[on_each_engine]
async fn the_last_seconds_of_a_session_shorten_its_tokens() {
    let app = TestApp::start().await;
    let mut ana = app.staff().await;
    for _ in 0..5 {
        app.wait(Duration::days(6) - Duration::seconds(1));
        let answer = refresh(&app, &ana).await.assert_status(200);
        ana = ana.with_pair(&answer);
        if app.now() > app.state.started_at + Duration::days(29) {
            assert_eq!(answer.json()["expires_in"], 5);
        }
    }
}
