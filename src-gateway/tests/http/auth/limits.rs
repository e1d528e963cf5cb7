//! The limits per network address.

use chrono::Duration;
use serde_json::json;
use voiceassist_gateway::limits::Allowances;

use crate::support::{PASSWORD, Setup, TestApp};

async fn limited_app() -> TestApp {
    TestApp::start_with(Setup { allowances: Allowances::default(), ..Setup::default() }).await
}

#[tokio::test]
async fn the_eleventh_sign_in_of_a_minute_is_told_when_to_come_back() {
    let app = limited_app().await;
    let ana = app.staff().await;
    let (here, there) = (app.anonymous_at("192.0.2.1"), app.anonymous_at("192.0.2.2"));
    for left in (0..10).rev() {
        let answer = here.try_sign_in(&ana.email, PASSWORD).await.assert_status(200);
        assert_eq!(answer.header("ratelimit-policy"), Some("\"default\";q=10;w=60"));
        let expected = format!("\"default\";r={left};");
        assert!(answer.header("ratelimit").is_some_and(|header| header.starts_with(&expected)));
    }
    let refused = here.try_sign_in(&ana.email, PASSWORD).await.assert_status(429);
    assert_eq!(refused.header("retry-after"), Some("6"));
    assert_eq!(refused.header("ratelimit"), Some("\"default\";r=0;t=6"));
    refused.assert_problem("rate_limited");
    there.try_sign_in(&ana.email, PASSWORD).await.assert_status(200);
    app.wait(Duration::seconds(6));
    here.try_sign_in(&ana.email, PASSWORD).await.assert_status(200);
}

#[tokio::test]
async fn bad_input_counts_too() {
    let app = limited_app().await;
    for _ in 0..5 {
        app.anonymous().post("/api/auth/register", json!({})).await.assert_status(422);
    }
    let refused = app.anonymous().post("/api/auth/register", json!({})).await.assert_status(429);
    assert_eq!(refused.header("retry-after"), Some("720"));
}
