//! What happens is counted once, under the right name.

use chrono::Duration;
use http::{Method, Request};
use serde_json::json;
use voiceassist_gateway::limits::Allowances;

use super::Scraped;
use crate::load::fill_house;
use crate::support::{PASSWORD, Setup, TestApp};

const REQUESTS: &str = "voiceassist_http_requests_total";

#[on_each_engine]
async fn requests_are_counted_by_the_template_of_their_route_their_method_and_their_status() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let ana = app.staff().await;
    for _ in 0..3 {
        admin.get(&format!("/api/users/{}", ana.id)).await.assert_status(200);
    }
    admin.get(&format!("/api/users/{}", app.state.new_id())).await.assert_status(404);
    ana.get(&format!("/api/users/{}", ana.id)).await.assert_status(403);
    admin.delete("/health").await.assert_status(405);

    let scraped = Scraped::of(&app).await;
    let one = |method: &str, status: &str| {
        scraped.count(REQUESTS, &[("route", "/api/users/{id}"), ("method", method), ("status", status)])
    };
    assert_eq!(
        (one("GET", "200"), one("GET", "404"), one("GET", "403"), one("PUT", "200")),
        (3.0, 1.0, 1.0, 0.0)
    );
    assert_eq!(scraped.count(REQUESTS, &[("route", "/health"), ("status", "405")]), 1.0);
    let timed = [("route", "/api/users/{id}"), ("method", "GET")];
    assert_eq!(scraped.count("voiceassist_http_request_duration_seconds_count", &timed), 5.0);
    let within_the_limit = [("route", "/api/users/{id}"), ("le", "30")];
    assert_eq!(scraped.count("voiceassist_http_request_duration_seconds_bucket", &within_the_limit), 5.0);
    assert_eq!(scraped.count("voiceassist_problems_total", &[("code", "not_administrator")]), 1.0);
    assert_eq!(scraped.count("voiceassist_problems_total", &[("code", "method_not_allowed")]), 1.0);
    assert_eq!(scraped.find("voiceassist_http_requests_in_work", &[]), Some(0.0));
}

#[on_each_engine]
async fn sign_ins_are_counted_by_how_they_ended() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    let outcome =
        async |word: &str| Scraped::of(&app).await.count("voiceassist_sign_ins_total", &[("outcome", word)]);
    assert_eq!(outcome("success").await, 1.0);
    ana.try_sign_in(&ana.email, "a wrong one").await.assert_status(401);
    ana.try_sign_in("nobody@clinic.example", "a wrong one").await.assert_status(401);
    app.anonymous().post("/api/auth/login", json!({})).await.assert_status(422);
    assert_eq!(outcome("success").await, 1.0);
    assert_eq!(outcome("invalid_credentials").await, 2.0);
    assert_eq!(outcome("invalid_input").await, 1.0);
}

#[on_each_engine]
async fn delays_after_failed_sign_ins_are_counted_for_accounts_and_for_addresses_that_nobody_has() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    let lockouts =
        async |whose: &str| Scraped::of(&app).await.count("voiceassist_lockouts_total", &[("whose", whose)]);
    for (email, whose) in [(ana.email.as_str(), "account"), ("nobody@clinic.example", "unknown_address")] {
        for _ in 0..4 {
            ana.try_sign_in(email, "a wrong one").await.assert_status(401);
        }
        assert_eq!(lockouts(whose).await, 0.0, "four failures lead to no delay");
        ana.try_sign_in(email, "a wrong one").await.assert_status(401);
        assert_eq!(lockouts(whose).await, 1.0);
    }
    ana.try_sign_in(&ana.email, PASSWORD).await.assert_status(429);
    let refused = [("outcome", "account_locked")];
    assert_eq!(Scraped::of(&app).await.count("voiceassist_sign_ins_total", &refused), 1.0);
    app.wait(Duration::seconds(2));
    ana.put(
        "/api/users/me/password",
        json!({"current_password": "wrong", "new_password": "sundial ferry ember 9"}),
    )
    .await
    .assert_status(403);
    assert_eq!(lockouts("account").await, 2.0, "guessing at the own password counts together with it");
}

#[on_each_engine]
async fn reused_refresh_tokens_and_limits_that_were_hit_are_counted() {
    let app = TestApp::start_with(Setup { allowances: Allowances::default(), ..Setup::default() }).await;
    let ana = app.staff().await;
    let token = ana.refresh_token.clone().expect("a token");
    let refresh = async || app.anonymous().post("/api/auth/refresh", json!({"refresh_token": token})).await;
    refresh().await.assert_status(200);
    app.wait(Duration::minutes(1));
    refresh().await.assert_status(401).assert_problem("refresh_reused");
    let scraped = Scraped::of(&app).await;
    assert_eq!(scraped.count("voiceassist_refresh_reuses_total", &[]), 1.0);
    assert_eq!(scraped.count("voiceassist_limited_requests_total", &[("limit", "register")]), 0.0);
    for _ in 0..7 {
        app.anonymous().post("/api/auth/register", json!({})).await;
    }
    let scraped = Scraped::of(&app).await;
    assert_eq!(scraped.count("voiceassist_limited_requests_total", &[("limit", "register")]), 2.0);
}

#[on_each_engine]
async fn a_request_that_is_turned_away_and_one_whose_sender_goes_away_are_counted() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    let full = fill_house(&app);
    ana.get("/api/auth/me").await.assert_status(503);
    drop(full);
    assert_eq!(Scraped::of(&app).await.count("voiceassist_http_requests_shed_total", &[]), 1.0);

    let body =
        axum::body::Body::from_stream(futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let request = Request::builder().method(Method::POST).uri("/api/auth/login");
    let request = request.header("content-type", "application/json").body(body).expect("a request");
    let nobody = app.anonymous();
    let never_answered = nobody.open(request);
    let in_work = async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        Scraped::of(&app).await.find("voiceassist_http_requests_in_work", &[])
    };
    tokio::select! {
        _ = never_answered => panic!("the body never comes"),
        in_work = in_work => assert_eq!(in_work, Some(1.0)),
    }
    let scraped = Scraped::of(&app).await;
    let abandoned = [("route", "/api/auth/login"), ("status", "abandoned")];
    assert_eq!(scraped.count(REQUESTS, &abandoned), 1.0);
    assert_eq!(scraped.find("voiceassist_http_requests_in_work", &[]), Some(0.0));
}

#[on_each_engine]
async fn passwords_and_audit_events_are_counted() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let scraped = Scraped::of(&app).await;
    // One hash for the account, one comparison for the sign-in.
    assert_eq!(scraped.count("voiceassist_password_hash_seconds_count", &[]), 2.0);
    assert_eq!(scraped.count("voiceassist_password_queue_seconds_count", &[]), 2.0);
    assert_eq!(scraped.find("voiceassist_password_queue_length", &[]), Some(0.0));
    // One transaction for the account, one for the sign-in.
    assert_eq!(scraped.count("voiceassist_database_write_wait_seconds_count", &[]), 2.0);
    admin.try_sign_in(&admin.email, "a wrong one").await.assert_status(401);

    let scraped = Scraped::of(&app).await;
    let events = |action: &str| scraped.count("voiceassist_audit_events_total", &[("action", action)]);
    assert_eq!((events("sign_in"), events("sign_in_failed")), (1.0, 1.0));
    assert_eq!(scraped.find("voiceassist_audit_sequence", &[]), Some(2.0));
}
