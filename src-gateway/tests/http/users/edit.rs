//! `GET`, `PUT` and `DELETE /api/users/{id}`.

use http::Method;
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::path_of;
use crate::support::TestApp;

#[on_each_engine]
async fn an_administrator_sees_an_account_with_its_lock_and_its_sessions() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    ana.try_sign_in(&ana.email, "a wrong password").await.assert_status(401);
    assert_snapshot!(admin.get(&path_of(&ana)).await.snapshot(), @r#"
    200 OK
    {
      "created_at": "2026-11-23T09:00:00Z",
      "email": "person2@clinic.example",
      "full_name": "Ana Ruiz",
      "id": "[id]",
      "is_active": true,
      "is_admin": false,
      "last_login": "2026-11-23T09:00:00Z",
      "lock": {
        "failures": 1,
        "last_failure_address": "127.0.0.1",
        "last_failure_at": "2026-11-23T09:00:00Z",
        "until": null
      },
      "mfa_enabled": false,
      "must_change_password": false,
      "role": "user",
      "sessions": 1,
      "updated_at": "2026-11-23T09:00:00Z",
      "version": 1
    }
    "#);
}

#[on_each_engine]
async fn an_edit_changes_what_it_names_and_is_audited_with_before_and_after() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    app.wait(chrono::Duration::seconds(5));
    let answer = admin.put_version(&path_of(&ana), 1, json!({"full_name": " Ana Ruiz-Sørensen "})).await;
    assert_snapshot!(answer.snapshot(), @r#"
    200 OK
    {
      "created_at": "2026-11-23T09:00:00Z",
      "email": "person2@clinic.example",
      "full_name": "Ana Ruiz-Sørensen",
      "id": "[id]",
      "is_active": true,
      "is_admin": false,
      "last_login": "2026-11-23T09:00:00Z",
      "lock": null,
      "mfa_enabled": false,
      "must_change_password": false,
      "role": "user",
      "sessions": 1,
      "updated_at": "2026-11-23T09:00:05Z",
      "version": 2
    }
    "#);
    ana.get("/api/users/me").await.assert_status(200);

    let event = app.audit_events().await.pop().expect("an event");
    assert_eq!(event.action, "account_updated");
    assert_eq!((event.actor_id, event.target_id), (Some(admin.id), Some(ana.id.to_string())));
    let name = |text: Option<String>| {
        let snapshot: Value = serde_json::from_str(&text.expect("a snapshot")).expect("JSON");
        snapshot["full_name"].clone()
    };
    assert_eq!((name(event.before), name(event.after)), (json!("Ana Ruiz"), json!("Ana Ruiz-Sørensen")));
}

#[on_each_engine]
async fn an_edit_that_changes_nothing_counts_as_none() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    let same = json!({"full_name": "Ana Ruiz", "email": ana.email, "role": "user", "is_active": true});
    let answer = admin.put_version(&path_of(&ana), 1, same).await.assert_status(200);
    assert_eq!(answer.json()["version"], 1);
    assert!(app.audited().await.iter().all(|action| action == "sign_in"));
}

#[on_each_engine]
async fn an_edit_of_an_older_version_is_refused_with_the_account_as_it_is_now() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    admin.put_version(&path_of(&ana), 1, json!({"full_name": "Ana R."})).await.assert_status(200);
    let answer = admin.put_version(&path_of(&ana), 1, json!({"full_name": "Ana Ruiz Gil"})).await;
    assert_snapshot!(answer.snapshot(), @r#"
    409 Conflict
    {
      "code": "version_conflict",
      "current": {
        "created_at": "2026-11-23T09:00:00Z",
        "email": "person2@clinic.example",
        "full_name": "Ana R.",
        "id": "[id]",
        "is_active": true,
        "is_admin": false,
        "last_login": "2026-11-23T09:00:00Z",
        "lock": null,
        "mfa_enabled": false,
        "must_change_password": false,
        "role": "user",
        "sessions": 1,
        "updated_at": "2026-11-23T09:00:00Z",
        "version": 2
      },
      "detail": "Somebody else changed this account meanwhile. Look at it as it is now and try again.",
      "request_id": "[request_id]",
      "status": 409,
      "title": "Changed meanwhile",
      "type": "/problems/version_conflict"
    }
    "#);
}

#[on_each_engine]
async fn an_edit_says_which_version_it_is_based_on_in_one_of_three_forms() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    let path = path_of(&ana);
    let put = async |if_match: &str| {
        let request = admin.request(Method::PUT, &path).header("if-match", if_match);
        admin.send_json(request, json!({"full_name": "Ana Ruiz"})).await
    };
    let missing = admin.put(&path, json!({"full_name": "Ana Ruiz"})).await;
    missing.assert_status(428).assert_problem("version_required");
    for sound in ["\"1\"", "1", "W/\"1\""] {
        put(sound).await.assert_status(200);
    }
    for odd in ["*", "\"1\", \"2\"", "\"canary\"", ""] {
        let answer = put(odd).await.assert_status(422).assert_refused_fields(&["If-Match: not_a_version"]);
        assert!(!answer.body.contains("canary"));
    }
}

#[on_each_engine]
async fn of_twenty_edits_of_the_same_version_at_once_one_is_taken() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    let edits = (0..20).map(|number| {
        let (admin, path) = (admin.clone(), path_of(&ana));
        async move { admin.put_version(&path, 1, json!({"full_name": format!("Ana {number}")})).await }
    });
    let answers = futures_util::future::join_all(edits).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 409).count(), 19);
}

#[on_each_engine]
async fn a_changed_address_ends_the_sessions_and_another_way_of_writing_it_does_not() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    let capitals = json!({"email": ana.email.to_uppercase()});
    admin.put_version(&path_of(&ana), 1, capitals).await.assert_status(200);
    ana.get("/api/users/me").await.assert_status(200);
    let other = json!({"email": "ana.ruiz@clinic.example"});
    admin.put_version(&path_of(&ana), 2, other).await.assert_status(200);
    ana.get("/api/users/me").await.assert_status(401).assert_problem("session_ended");
    ana.sign_in("ana.ruiz@clinic.example", crate::support::PASSWORD).await;
}

#[on_each_engine]
async fn an_address_of_somebody_else_is_refused_at_its_field() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    let answer = admin.put_version(&path_of(&ana), 1, json!({"email": admin.email})).await;
    answer.assert_status(409).assert_problem("email_taken").assert_refused_fields(&["email: email_taken"]);
}

#[on_each_engine]
async fn whoever_is_told_to_change_the_password_is_held_to_it_at_once() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    admin.put_version(&path_of(&ana), 1, json!({"must_change_password": true})).await.assert_status(200);
    ana.get("/api/auth/sessions").await.assert_status(403).assert_problem("password_change_required");
}

#[on_each_engine]
async fn a_deactivated_account_is_out_on_the_next_request_and_cannot_sign_in() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    assert_snapshot!(admin.delete(&path_of(&ana)).await.snapshot(), @r#"
    200 OK
    {
      "created_at": "2026-11-23T09:00:00Z",
      "email": "person2@clinic.example",
      "full_name": "Ana Ruiz",
      "id": "[id]",
      "is_active": false,
      "is_admin": false,
      "last_login": "2026-11-23T09:00:00Z",
      "lock": null,
      "mfa_enabled": false,
      "must_change_password": false,
      "role": "user",
      "sessions": 0,
      "updated_at": "2026-11-23T09:00:00Z",
      "version": 2
    }
    "#);
    ana.get("/api/users/me").await.assert_status(401).assert_problem("session_ended");
    let answer = ana.try_sign_in(&ana.email, crate::support::PASSWORD).await;
    answer.assert_status(403).assert_problem("account_inactive");
}

#[on_each_engine]
async fn deactivating_twice_is_deactivating_once() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    let first = admin.delete(&path_of(&ana)).await.assert_status(200);
    let before = app.audited().await;
    let second = admin.delete(&path_of(&ana)).await.assert_status(200);
    assert_eq!(first.json(), second.json());
    assert_eq!(app.audited().await, before);
}

#[on_each_engine]
async fn an_edit_deactivates_and_brings_back_too() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    admin.put_version(&path_of(&ana), 1, json!({"is_active": false})).await.assert_status(200);
    ana.get("/api/users/me").await.assert_status(401).assert_problem("session_ended");
    admin.put_version(&path_of(&ana), 2, json!({"is_active": true})).await.assert_status(200);
    ana.get("/api/users/me").await.assert_status(401).assert_problem("session_ended");
    assert_eq!(
        app.audited().await[2..],
        ["account_deactivated", "session_ended", "account_restored"].map(str::to_owned)
    );
}
