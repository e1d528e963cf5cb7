//! Who may look into the trail.

use crate::support::TestApp;

const ROUTES: [&str; 3] = ["/api/audit", "/api/audit/verify", "/api/audit/export"];

#[on_each_engine]
async fn a_stranger_gets_401_and_staff_get_403() {
    let app = TestApp::start().await;
    let (ana, nour) = (app.staff().await, app.newcomer().await);
    let before = app.audited().await;
    for route in ROUTES {
        app.anonymous().get(route).await.assert_status(401).assert_problem("token_missing");
        ana.get(route).await.assert_status(403).assert_problem("not_administrator");
        nour.get(route).await.assert_status(403).assert_problem("password_change_required");
    }
    assert_eq!(app.audited().await, before, "nothing was exported");
}

#[on_each_engine]
async fn an_administrator_reads_checks_and_exports_and_nobody_writes() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    for route in ROUTES {
        admin.get(route).await.assert_status(200);
        admin.delete(route).await.assert_status(405).assert_problem("method_not_allowed");
        admin.post_nothing(route).await.assert_status(405).assert_problem("method_not_allowed");
    }
}
