//! The headers that every answer has, whatever it answers.

use axum::Router;
use axum::routing::get;
use http::header;
use serde_json::json;

use crate::load::fill_house;
use crate::support::{TestAnswer, TestApp};

const EVERYWHERE: [(&str, &str); 6] = [
    ("cache-control", "no-store"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
];

#[track_caller]
fn assert_guarded(answer: &TestAnswer) {
    for (name, value) in EVERYWHERE {
        let all: Vec<_> = answer.headers.get_all(name).iter().collect();
        assert_eq!(all, [value], "{name} of {}", answer.status);
    }
    assert!(answer.header("x-request-id").is_some());
    assert_eq!(answer.header("strict-transport-security"), None, "the connection is not encrypted");
    for tells_too_much in ["server", "x-powered-by"] {
        assert_eq!(answer.header(tells_too_much), None);
    }
}

#[on_each_engine]
async fn successes_refusals_and_failures_are_guarded_alike() {
    async fn fail() {
        panic!("on purpose");
    }
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    for (path, status) in [
        ("/health", 200),
        ("/ready", 200),
        ("/api/users/me", 200),
        ("/api/users", 200),
        ("/api/users/export", 200),
        ("/api/users/nobody", 422),
        ("/api/nothing", 404),
        ("/api/auth/login", 405),
        ("/api/users?limit=none", 422),
    ] {
        assert_guarded(&admin.get(path).await.assert_status(status));
    }
    assert_guarded(&admin.try_sign_in(&admin.email, "wrong").await.assert_status(401));
    assert_guarded(&admin.post("/api/auth/register", json!({})).await.assert_status(422));
    let failing = app.with_routes(Router::new().route("/fail", get(fail)));
    assert_guarded(&failing.anonymous().get("/fail").await.assert_status(500));
    let _full = fill_house(&app);
    assert_guarded(&admin.get("/api/users/me").await.assert_status(503));
}

#[on_each_engine]
async fn a_page_that_needs_another_policy_sets_it_itself() {
    async fn show_page() -> ([(header::HeaderName, &'static str); 2], &'static str) {
        let own =
            [(header::CONTENT_SECURITY_POLICY, "default-src 'self'"), (header::CACHE_CONTROL, "max-age=60")];
        (own, "<p>")
    }
    let app = TestApp::start().await.with_routes(Router::new().route("/page", get(show_page)));
    let answer = app.anonymous().get("/page").await.assert_status(200);
    assert_eq!(answer.header("content-security-policy"), Some("default-src 'self'"));
    assert_eq!(answer.header("cache-control"), Some("max-age=60"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
}
