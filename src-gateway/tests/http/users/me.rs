//! `/api/users/me`.

use crate::support::TestApp;

#[tokio::test]
async fn staff_see_their_own_profile() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    let answer = ana.get("/api/users/me").await.assert_status(200);
    assert_eq!(answer.json()["email"], ana.email);
}
