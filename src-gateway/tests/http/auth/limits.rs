//! The limits per network address.

use chrono::Duration;
use http::{Method, header};
use serde_json::json;
use voiceassist_gateway::http::forwarded::TrustedProxies;
use voiceassist_gateway::limits::Allowances;

use crate::support::{PASSWORD, Person, Setup, TestAnswer, TestApp};

async fn limited_app() -> TestApp {
    TestApp::start_with(Setup { allowances: Allowances::default(), ..Setup::default() }).await
}

#[on_each_engine]
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

#[on_each_engine]
async fn bad_input_counts_too() {
    let app = limited_app().await;
    for _ in 0..5 {
        app.anonymous().post("/api/auth/register", json!({})).await.assert_status(422);
    }
    let refused = app.anonymous().post("/api/auth/register", json!({})).await.assert_status(429);
    assert_eq!(refused.header("retry-after"), Some("720"));
}

async fn register_claiming(person: &Person, claim: &str) -> TestAnswer {
    let request = person.request(Method::POST, "/api/auth/register");
    let request = request.header(header::CONTENT_TYPE, "application/json").header("x-forwarded-for", claim);
    person.send_body(request, "{}").await
}

#[on_each_engine]
async fn a_claimed_address_opens_no_new_allowance() {
    let app = limited_app().await;
    let stranger = app.anonymous_at("198.51.100.1");
    for number in 1..=5 {
        register_claiming(&stranger, &format!("192.0.2.{number}")).await.assert_status(422);
    }
    register_claiming(&stranger, "192.0.2.6").await.assert_status(429);
}

#[on_each_engine]
async fn behind_a_listed_proxy_each_caller_has_an_allowance_and_cannot_claim_anothers() {
    let networks = TrustedProxies::parse_networks("10.0.0.7").expect("an address");
    let proxies = TrustedProxies { networks, ..TrustedProxies::default() };
    let setup = Setup { allowances: Allowances::default(), proxies, ..Setup::default() };
    let app = TestApp::start_with(setup).await;
    let proxy = app.anonymous_at("10.0.0.7");
    for number in 1..=5 {
        register_claiming(&proxy, &format!("203.0.113.{number}, 192.0.2.1")).await.assert_status(422);
    }
    register_claiming(&proxy, "203.0.113.6, 192.0.2.1").await.assert_status(429);
    register_claiming(&proxy, "192.0.2.1, 192.0.2.2").await.assert_status(422);
}
