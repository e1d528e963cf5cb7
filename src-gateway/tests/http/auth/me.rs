//! `GET /api/auth/me`, and what every route does with tokens.

use insta::assert_snapshot;

use crate::support::TestApp;

#[tokio::test]
async fn an_administrator_sees_who_is_signed_in() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    assert_snapshot!(admin.get("/api/auth/me").await.snapshot(), @"");
}

#[tokio::test]
async fn nobody_gets_in_without_a_token() {
    let app = TestApp::start().await;
    assert_snapshot!(app.anonymous().get("/api/auth/me").await.snapshot(), @"");
}
