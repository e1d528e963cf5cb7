//! Who may use which route of `/api/users`: asked of every one of them.

use http::Method;
use voiceassist_contract::Id;

use crate::support::{Person, TestApp};

/// Every route for administrators, on this account.
fn routes_for_administrators(id: Id) -> Vec<(Method, String)> {
    let account = format!("/api/users/{id}");
    vec![
        (Method::GET, "/api/users".to_owned()),
        (Method::POST, "/api/users".to_owned()),
        (Method::POST, "/api/users/bulk".to_owned()),
        (Method::GET, "/api/users/export".to_owned()),
        (Method::POST, "/api/users/import".to_owned()),
        (Method::GET, account.clone()),
        (Method::PUT, account.clone()),
        (Method::DELETE, account.clone()),
        (Method::POST, format!("{account}/restore")),
        (Method::POST, format!("{account}/password-reset")),
        (Method::POST, format!("{account}/unlock")),
        (Method::GET, format!("{account}/nextcloud")),
        (Method::POST, format!("{account}/nextcloud/provision")),
        (Method::POST, format!("{account}/nextcloud/retry")),
        (Method::GET, format!("{account}/sessions")),
        (Method::DELETE, format!("{account}/sessions")),
        (Method::DELETE, format!("{account}/sessions/{id}")),
    ]
}

fn of_one_account(id: Id) -> impl Iterator<Item = (Method, String)> {
    routes_for_administrators(id).into_iter().filter(move |(_, path)| path.contains(&id.to_string()))
}

fn routes_for_oneself() -> Vec<(Method, String)> {
    vec![
        (Method::GET, "/api/users/me".to_owned()),
        (Method::PUT, "/api/users/me".to_owned()),
        (Method::PUT, "/api/users/me/password".to_owned()),
    ]
}

async fn assert_refused(person: &Person, routes: Vec<(Method, String)>, status: u16, code: &str) {
    for (method, path) in routes {
        let request = person.request(method, &path);
        person.send(request).await.assert_status(status).assert_problem(code);
    }
}

#[on_each_engine]
async fn nobody_uses_any_route_without_signing_in() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    let anonymous = app.anonymous();
    assert_refused(&anonymous, routes_for_administrators(ana.id), 401, "token_missing").await;
    assert_refused(&anonymous, routes_for_oneself(), 401, "token_missing").await;
}

#[on_each_engine]
async fn staff_use_no_route_for_administrators_not_even_on_their_own_account() {
    let app = TestApp::start().await;
    let (ana, admin) = (app.staff().await, app.administrator().await);
    assert_refused(&ana, routes_for_administrators(ana.id), 403, "not_administrator").await;
    assert_refused(&ana, routes_for_administrators(admin.id), 403, "not_administrator").await;
    assert!(app.audited().await.iter().all(|action| action == "sign_in"));
}

#[on_each_engine]
async fn whoever_must_change_the_password_first_sees_only_the_own_profile() {
    let app = TestApp::start().await;
    let nour = app.newcomer().await;
    assert_refused(&nour, routes_for_administrators(nour.id), 403, "password_change_required").await;
    nour.get("/api/users/me").await.assert_status(200);
}

#[on_each_engine]
async fn an_account_that_is_not_there_is_not_found_and_what_is_no_id_is_refused() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let nobody = Id::from_u128(1);
    for (method, path) in of_one_account(nobody) {
        let (with_body, of_nobody) = (method == Method::PUT, path.clone());
        let answer = if with_body {
            admin.put_version(&of_nobody, 1, serde_json::json!({})).await
        } else {
            admin.send(admin.request(method.clone(), &of_nobody)).await
        };
        answer.assert_status(404).assert_problem("not_found");

        let odd = path.replacen(&nobody.to_string(), "canary%00", 1);
        let answer = admin.send(admin.request(method, &odd)).await;
        let answer = answer.assert_status(422).assert_refused_fields(&["id: not_an_id"]);
        assert!(!answer.body.contains("canary"));
    }
}

#[on_each_engine]
async fn a_method_that_a_route_does_not_have_is_answered_with_a_problem() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    admin.delete("/api/users").await.assert_status(405).assert_problem("method_not_allowed");
    admin.delete("/api/users/me").await.assert_status(405).assert_problem("method_not_allowed");
}
