//! `GET /api/auth/me`, and what every route does with tokens.

use chrono::Duration;
use insta::assert_snapshot;

use crate::support::TestApp;

#[on_each_engine]
async fn an_administrator_sees_who_is_signed_in() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    assert_snapshot!(admin.get("/api/auth/me").await.snapshot(), @r#"
    200 OK
    {
      "created_at": "2026-11-23T09:00:00Z",
      "email": "person1@clinic.example",
      "full_name": "Tomás Weber",
      "id": "[id]",
      "is_active": true,
      "is_admin": true,
      "last_login": "2026-11-23T09:00:00Z",
      "mfa_enabled": false,
      "must_change_password": false,
      "role": "admin",
      "updated_at": "2026-11-23T09:00:00Z",
      "version": 1
    }
    "#);
}

#[on_each_engine]
async fn nobody_gets_in_without_a_token() {
    let app = TestApp::start().await;
    let answer = app.anonymous().get("/api/auth/me").await.assert_problem("token_missing");
    assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    assert_snapshot!(answer.snapshot(), @r#"
    401 Unauthorized
    {
      "code": "token_missing",
      "detail": "Sign in first.",
      "request_id": "[request_id]",
      "status": 401,
      "title": "Sign-in needed",
      "type": "/problems/token_missing"
    }
    "#);
}

#[on_each_engine]
async fn a_refresh_token_a_forged_one_and_another_scheme_open_nothing() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    for header in [
        format!("Bearer {}", ana.refresh_token.as_deref().expect("signed in")),
        format!("Bearer {}x", ana.access_token.as_deref().expect("signed in")),
        format!("Basic {}", ana.access_token.as_deref().expect("signed in")),
        "Bearer".to_owned(),
        "Bearer  ".to_owned(),
    ] {
        let nobody = app.anonymous();
        let request = nobody.request(http::Method::GET, "/api/auth/me").header("authorization", header);
        nobody.send(request).await.assert_status(401).assert_problem("token_invalid");
    }
}

#[on_each_engine]
async fn an_access_token_expires_after_fifteen_minutes() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    app.wait(Duration::seconds(899));
    ana.get("/api/auth/me").await.assert_status(200);
    app.wait(Duration::seconds(1));
    ana.get("/api/auth/me").await.assert_status(401).assert_problem("token_expired");
}

#[on_each_engine]
async fn whoever_must_change_the_password_sees_the_own_profile_and_nothing_else() {
    let app = TestApp::start().await;
    let nour = app.newcomer().await;
    for path in ["/api/auth/me", "/api/users/me"] {
        nour.get(path).await.assert_status(200);
    }
    nour.get("/api/auth/sessions").await.assert_status(403).assert_problem("password_change_required");
    nour.get("/api/users").await.assert_status(403).assert_problem("password_change_required");
    nour.post_nothing("/api/auth/logout").await.assert_status(200);
}

#[on_each_engine]
async fn a_long_write_of_somebody_else_keeps_nobody_from_reading() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    // Long enough for it to be noted that the session is in use.
    app.wait(Duration::minutes(2));
    let write = app.state.database.begin_write().await.expect("begins");
    ana.get("/api/auth/me").await.assert_status(200);
    drop(write);
    ana.get("/api/auth/me").await.assert_status(200);
    let sessions = ana.get("/api/auth/sessions").await.assert_status(200).json();
    assert_eq!(sessions["items"][0]["last_seen_at"], "2026-11-23T09:02:00Z", "and it is noted afterwards");
}
