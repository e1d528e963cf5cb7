//! What is the same on every route: ids, headers, unknown addresses and methods.

use axum::Router;
use axum::routing::get;
use http::Method;

use crate::support::TestApp;

#[on_each_engine]
async fn an_unknown_address_is_a_problem() {
    let app = TestApp::start().await;
    for path in ["/", "/api", "/api/nothing", "/api/auth/", "/api/users/%ff/x/y", "/..%2f..%2fetc/passwd"] {
        app.anonymous().get(path).await.assert_status(404).assert_problem("not_found");
    }
}

#[on_each_engine]
async fn a_method_that_a_route_does_not_have_is_a_problem_that_says_which_it_has() {
    let app = TestApp::start().await;
    let nobody = app.anonymous();
    let answer = nobody.send(nobody.request(Method::GET, "/api/auth/login")).await.assert_status(405);
    assert_eq!(answer.header("allow"), Some("POST"));
    answer.assert_problem("method_not_allowed");
}

#[on_each_engine]
async fn a_sane_request_id_comes_back_and_any_other_is_replaced() {
    let app = TestApp::start().await;
    let nobody = app.anonymous();
    let ask = async |id: &str| {
        let request = nobody.request(Method::GET, "/health").header("x-request-id", id);
        nobody.send(request).await.header("x-request-id").map(str::to_owned)
    };
    assert_eq!(ask("console-42.a_b").await.as_deref(), Some("console-42.a_b"));
    assert_ne!(ask("two words").await.as_deref(), Some("two words"));
    assert_ne!(ask("").await.as_deref(), Some(""));
}

#[on_each_engine]
async fn a_database_that_is_gone_lets_nobody_through() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    app.state.database.clone().close().await.expect("closes");
    for answer in [
        ana.get("/api/auth/me").await,
        ana.try_sign_in(&ana.email, "x").await,
        ana.post_nothing("/api/auth/logout").await,
    ] {
        assert!(answer.header("retry-after").is_some());
        answer.assert_status(503).assert_problem("dependency_unavailable");
    }
    ana.get("/health").await.assert_status(200);
    assert_eq!(ana.get("/ready").await.assert_status(503).json()["status"], "not_ready");
}

#[on_each_engine]
async fn a_panic_is_an_internal_problem_that_does_not_say_why() {
    async fn fail() {
        panic!("the wheel came off");
    }
    let app = TestApp::start().await.with_routes(Router::new().route("/fail", get(fail)));
    let answer = app.anonymous().get("/fail").await.assert_status(500).assert_problem("internal");
    assert!(!answer.body.contains("the wheel came off"));
    app.anonymous().get("/fail").await.assert_status(500);
}
