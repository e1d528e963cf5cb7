//! `POST /api/users`.

use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{PASSWORD, TestApp};

#[on_each_engine]
async fn without_a_password_a_temporary_one_is_made_that_lets_in_and_must_be_changed() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let body =
        json!({"email": " Nour@Clinic.example ", "full_name": "Nour Haddad", "must_change_password": false});
    let answer = admin.post("/api/users", body).await;
    assert_snapshot!(answer.snapshot(), @r#"
    201 Created
    {
      "created_at": "2026-11-23T09:00:00Z",
      "email": "Nour@Clinic.example",
      "full_name": "Nour Haddad",
      "id": "[id]",
      "is_active": true,
      "is_admin": false,
      "last_login": null,
      "lock": null,
      "mfa_enabled": false,
      "must_change_password": true,
      "role": "user",
      "sessions": 0,
      "temporary_password": "[temporary_password]",
      "updated_at": "2026-11-23T09:00:00Z",
      "version": 1
    }
    "#);
    let created = answer.json();
    let location = answer.header("location").expect("it says where the account is");
    assert_eq!(location, format!("/api/users/{}", created["id"].as_str().expect("an id")));

    let temporary = created["temporary_password"].as_str().expect("a temporary password");
    let nour = app.anonymous().sign_in("nour@clinic.example", temporary).await;
    nour.get("/api/auth/sessions").await.assert_status(403).assert_problem("password_change_required");
    assert_eq!(app.audited().await, ["sign_in", "account_created", "sign_in"]);
    let event = app.audit_events().await.swap_remove(1);
    assert!(!format!("{:?}{:?}", event.before, event.after).contains(temporary));
}

#[on_each_engine]
async fn a_password_that_is_given_is_never_shown_and_need_not_be_changed() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let body = json!({
        "email": "nour@clinic.example", "full_name": "Nour Haddad", "role": "admin",
        "password": PASSWORD, "must_change_password": false,
    });
    let answer = admin.post("/api/users", body).await.assert_status(201);
    assert!(
        !answer.body.contains(PASSWORD) && !answer.body.contains("temporary_password"),
        "{}",
        answer.body
    );
    app.anonymous().sign_in("nour@clinic.example", PASSWORD).await.get("/api/users").await.assert_status(200);
}

#[on_each_engine]
async fn a_weak_password_is_refused_at_its_field_with_every_rule_it_breaks() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let body = json!({"email": "nour@clinic.example", "full_name": "Nour Haddad", "password": "nour"});
    let answer = admin.post("/api/users", body).await.assert_status(422).assert_problem("password_too_weak");
    answer.assert_refused_fields(&["password: easy_to_guess", "password: personal", "password: too_short"]);
}

#[on_each_engine]
async fn every_mistake_is_named_at_once() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let answer = admin.post("/api/users", json!({"email": "nour", "role": "emperor"})).await;
    assert_snapshot!(answer.snapshot(), @r#"
    422 Unprocessable Entity
    {
      "code": "invalid_input",
      "detail": "Enter an address such as name@clinic.example.",
      "errors": [
        {
          "code": "not_an_email",
          "field": "email",
          "message": "Enter an address such as name@clinic.example."
        },
        {
          "code": "required",
          "field": "full_name",
          "message": "This is needed."
        },
        {
          "code": "not_a_choice",
          "field": "role",
          "message": "This is none of the possible values."
        }
      ],
      "request_id": "[request_id]",
      "status": 422,
      "title": "Input is not valid",
      "type": "/problems/invalid_input"
    }
    "#);
}

#[on_each_engine]
async fn an_address_that_somebody_has_is_refused_in_any_case() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let ana = app.staff().await;
    let body = json!({"email": ana.email.to_uppercase(), "full_name": "Somebody Else"});
    assert_snapshot!(admin.post("/api/users", body).await.snapshot(), @r#"
    409 Conflict
    {
      "code": "email_taken",
      "detail": "Another account has this e-mail address.",
      "errors": [
        {
          "code": "email_taken",
          "field": "email",
          "message": "Another account has this e-mail address."
        }
      ],
      "request_id": "[request_id]",
      "status": 409,
      "title": "E-mail address is taken",
      "type": "/problems/email_taken"
    }
    "#);
}

#[on_each_engine(2)]
async fn of_fifty_who_create_the_same_address_at_once_one_succeeds() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let attempts = (0..50).map(|number| {
        let admin = admin.clone();
        let email = if number % 2 == 0 { "nour@clinic.example" } else { "NOUR@clinic.example" };
        let body = json!({"email": email, "full_name": format!("Nour {number}")});
        tokio::spawn(async move { admin.post("/api/users", body).await })
    });
    let answers = join_all(attempts).await;
    let mut statuses: Vec<u16> =
        answers.iter().map(|answer| answer.as_ref().expect("answers").status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!((statuses[0], &statuses[1..]), (201, &[409; 49][..]));
    let created = app.audited().await.into_iter().filter(|action| action == "account_created").count();
    assert_eq!(created, 1);
}
