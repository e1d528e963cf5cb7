//! `PUT /api/users/me/password`.

use insta::assert_snapshot;
use serde_json::json;

use crate::support::{PASSWORD, Person, TestAnswer, TestApp};

const NEW: &str = "quiet lantern copper field";

async fn change(person: &Person, current: &str, new: &str) -> TestAnswer {
    person.put("/api/users/me/password", json!({"current_password": current, "new_password": new})).await
}

#[on_each_engine]
async fn a_new_password_gives_this_session_new_tokens_and_ends_the_others() {
    let app = TestApp::start().await;
    let desk = app.staff().await;
    let phone = desk.sign_in(&desk.email, PASSWORD).await;
    let answer = change(&desk, PASSWORD, NEW).await;
    assert_snapshot!(answer.snapshot(), @r#"
    200 OK
    {
      "access_token": "[access_token]",
      "expires_in": 900,
      "refresh_expires_in": 604800,
      "refresh_token": "[refresh_token]",
      "token_type": "bearer"
    }
    "#);

    phone.get("/api/users/me").await.assert_status(401).assert_problem("session_ended");
    let desk = desk.with_pair(&answer);
    desk.get("/api/users/me").await.assert_status(200);
    let refreshed = desk.post("/api/auth/refresh", json!({"refresh_token": desk.refresh_token})).await;
    refreshed.assert_status(200);
    desk.try_sign_in(&desk.email, PASSWORD).await.assert_status(401).assert_problem("invalid_credentials");
    desk.sign_in(&desk.email, NEW).await;
    assert!(app.audited().await.contains(&"password_changed".to_owned()));
}

#[on_each_engine]
async fn the_refresh_token_from_before_ends_the_session_once_its_grace_is_over() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    let answer = change(&ana, PASSWORD, NEW).await.assert_status(200);
    app.wait(chrono::Duration::seconds(11));
    let reused = app.anonymous().post("/api/auth/refresh", json!({"refresh_token": ana.refresh_token})).await;
    reused.assert_status(401).assert_problem("refresh_reused");
    ana.with_pair(&answer).get("/api/users/me").await.assert_status(401).assert_problem("session_ended");
}

#[on_each_engine]
async fn a_newcomer_is_let_in_by_changing_the_temporary_password() {
    let app = TestApp::start().await;
    let nour = app.newcomer().await;
    nour.get("/api/auth/sessions").await.assert_status(403).assert_problem("password_change_required");
    let answer = change(&nour, PASSWORD, NEW).await.assert_status(200);
    let nour = nour.with_pair(&answer);
    nour.get("/api/auth/sessions").await.assert_status(200);
    assert_eq!(nour.get("/api/users/me").await.json()["must_change_password"], false);
}

#[on_each_engine]
async fn a_wrong_current_password_is_said_at_its_field_and_counts_like_a_failed_sign_in() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    assert_snapshot!(change(&ana, "a wrong password", NEW).await.snapshot(), @r#"
    403 Forbidden
    {
      "code": "wrong_password",
      "detail": "This is not your current password.",
      "errors": [
        {
          "code": "wrong_password",
          "field": "current_password",
          "message": "This is not your current password."
        }
      ],
      "request_id": "[request_id]",
      "status": 403,
      "title": "Current password is wrong",
      "type": "/problems/wrong_password"
    }
    "#);
    for _ in 0..4 {
        change(&ana, "a wrong password", NEW).await.assert_status(403);
    }
    let locked = change(&ana, PASSWORD, NEW).await.assert_status(429).assert_problem("account_locked");
    assert_eq!(locked.header("retry-after"), Some("1"));
    let shown = admin.get(&super::super::path_of(&ana)).await.json();
    assert_eq!(shown["lock"]["failures"], 5);
    app.wait(chrono::Duration::seconds(1));
    change(&ana, PASSWORD, NEW).await.assert_status(200);
    assert!(admin.get(&super::super::path_of(&ana)).await.json()["lock"].is_null());
}

#[on_each_engine]
async fn guesses_side_by_side_do_not_outrun_the_delay() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    let guesses = (0..30).map(|number| {
        let ana = ana.clone();
        async move { change(&ana, &format!("guess number {number}"), NEW).await.status.as_u16() }
    });
    let statuses = futures_util::future::join_all(guesses).await;
    assert_eq!(statuses.iter().filter(|status| **status == 403).count(), 5, "{statuses:?}");
    assert!(statuses.iter().all(|status| [403, 429].contains(status)), "{statuses:?}");
}

#[on_each_engine]
async fn a_new_password_must_be_new_and_good() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    let same = change(&ana, PASSWORD, PASSWORD).await.assert_status(422);
    same.assert_refused_fields(&["new_password: same_as_before"]);
    let weak =
        change(&ana, PASSWORD, "ana ruiz").await.assert_status(422).assert_problem("password_too_weak");
    weak.assert_refused_fields(&[
        "new_password: easy_to_guess",
        "new_password: personal",
        "new_password: too_short",
    ]);
    let long = change(&ana, PASSWORD, &"marble kettle orbit fern ".repeat(3)).await;
    long.assert_status(422).assert_refused_fields(&["new_password: too_long"]);
    ana.sign_in(&ana.email, PASSWORD).await;
}

#[on_each_engine]
async fn the_same_password_in_another_unicode_form_is_the_same() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    let answer = change(&ana, PASSWORD, "caf\u{e9} lantern copper field").await.assert_status(200);
    let ana = ana.with_pair(&answer);
    let again = change(&ana, "caf\u{e9} lantern copper field", "cafe\u{301} lantern copper field").await;
    again.assert_status(422).assert_refused_fields(&["new_password: same_as_before"]);
}
