//! `POST /api/auth/logout`.

use chrono::Duration;
use insta::assert_snapshot;
use serde_json::json;

use crate::support::TestApp;

#[on_each_engine]
async fn signing_out_ends_the_session_on_the_next_request() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    assert_snapshot!(ana.post_nothing("/api/auth/logout").await.snapshot(), @r#"
    200 OK
    {
      "message": "Signed out."
    }
    "#);
    ana.get("/api/auth/me").await.assert_status(401).assert_problem("session_ended");
    let body = json!({"refresh_token": ana.refresh_token});
    app.anonymous().post("/api/auth/refresh", body).await.assert_problem("session_ended");
    ana.post_nothing("/api/auth/logout").await.assert_status(200);
    assert_eq!(app.audited().await, ["sign_in", "sign_out"]);
}

#[on_each_engine]
async fn an_expired_access_token_signs_out_with_the_refresh_token() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    app.wait(Duration::hours(1));
    ana.post_nothing("/api/auth/logout").await.assert_status(401).assert_problem("token_expired");
    ana.post("/api/auth/logout", json!({"refresh_token": ana.refresh_token})).await.assert_status(200);
    let body = json!({"refresh_token": ana.refresh_token});
    app.anonymous().post("/api/auth/refresh", body).await.assert_problem("session_ended");
}

#[on_each_engine]
async fn a_stranger_signs_nobody_out() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    app.anonymous().post_nothing("/api/auth/logout").await.assert_problem("token_missing");
    let forged = json!({"refresh_token": "eyJhbGciOiJIUzI1NiJ9.e30.c2ln"});
    app.anonymous().post("/api/auth/logout", forged).await.assert_problem("token_invalid");
    ana.get("/api/auth/me").await.assert_status(200);
}
