//! `GET /api/auth/policy`.

use insta::assert_snapshot;

use crate::support::TestApp;

#[on_each_engine]
async fn everybody_may_know_the_rules() {
    let app = TestApp::start().await;
    assert_snapshot!(app.anonymous().get("/api/auth/policy").await.snapshot(), @r#"
    200 OK
    {
      "lock": {
        "failures_before_delay": 5,
        "first_delay_seconds": 1,
        "longest_delay_seconds": 900
      },
      "password": {
        "max_bytes": 72,
        "min_bytes": 12,
        "min_score": 3
      },
      "registration": "open",
      "session": {
        "absolute_days": 30,
        "access_token_minutes": 15,
        "refresh_token_days": 7
      }
    }
    "#);
}
