//! `POST /api/auth/step-up`, and what a fresh session may do.

use std::num::NonZeroU32;

use chrono::Duration;
use insta::assert_snapshot;
use serde_json::{Value, json};
use voiceassist_gateway::limits::{Allowance, Allowances};

use crate::support::{PASSWORD, Person, Setup, TestAnswer, TestApp};

async fn step_up(person: &Person, password: &str) -> TestAnswer {
    person.post("/api/auth/step-up", json!({"password": password})).await
}

async fn move_to(person: &Person, version: i64, email: &str) -> TestAnswer {
    person.put_version("/api/users/me", version, json!({"email": email})).await
}

#[on_each_engine]
async fn it_is_for_those_who_are_signed_in_with_a_password_of_their_own() {
    let app = TestApp::start().await;
    step_up(&app.anonymous(), PASSWORD).await.assert_status(401).assert_problem("token_missing");
    let nour = app.newcomer().await;
    step_up(&nour, PASSWORD).await.assert_status(403).assert_problem("password_change_required");
    for person in [app.staff().await, app.administrator().await] {
        step_up(&person, PASSWORD).await.assert_status(200);
    }
}

#[on_each_engine]
async fn the_password_makes_the_session_fresh_for_five_minutes() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    app.wait(Duration::minutes(6));
    move_to(&ana, 1, "ana@clinic.example").await.assert_status(403).assert_problem("step_up_required");
    assert_snapshot!(step_up(&ana, PASSWORD).await.snapshot(), @r#"
    200 OK
    {
      "fresh_until": "2026-11-23T09:11:00Z"
    }
    "#);
    app.wait(Duration::seconds(4 * 60 + 59));
    move_to(&ana, 1, "ana@clinic.example").await.assert_status(200);
    app.wait(Duration::seconds(1));
    move_to(&ana, 2, "ana.ruiz@clinic.example").await.assert_status(403).assert_problem("step_up_required");
    let event = app.audit_events().await.into_iter().find(|event| event.action == "stepped_up");
    let event = event.expect("it is recorded");
    assert_eq!((event.actor_id, event.target_id), (Some(ana.id), Some(ana.id.to_string())));
}

#[on_each_engine]
async fn a_sign_in_counts_as_fresh_and_a_refresh_does_not() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    move_to(&ana, 1, "ana@clinic.example").await.assert_status(200);
    app.wait(Duration::minutes(6));
    let pair = ana.post("/api/auth/refresh", json!({"refresh_token": ana.refresh_token})).await;
    let ana = ana.with_pair(&pair.assert_status(200));
    move_to(&ana, 2, "ana.ruiz@clinic.example").await.assert_status(403).assert_problem("step_up_required");
    let again = ana.sign_in("ana@clinic.example", PASSWORD).await;
    move_to(&again, 2, "ana.ruiz@clinic.example").await.assert_status(200);
}

#[on_each_engine]
async fn only_the_session_that_gave_the_password_is_fresh_and_a_temporary_one_is_not_enough() {
    let app = TestApp::start().await;
    let desk = app.staff().await;
    let phone = desk.sign_in(&desk.email, PASSWORD).await;
    app.wait(Duration::minutes(6));
    step_up(&phone, PASSWORD).await.assert_status(200);
    move_to(&desk, 1, "ana@clinic.example").await.assert_status(403).assert_problem("step_up_required");
    move_to(&phone, 1, "ana@clinic.example").await.assert_status(200);
    let nour = app.newcomer().await;
    move_to(&nour, 1, "nour@clinic.example").await.assert_status(403).assert_problem("step_up_required");
}

#[on_each_engine]
async fn another_address_ends_the_other_sessions_and_is_signed_in_with() {
    let app = TestApp::start().await;
    let (desk, other) = (app.staff().await, app.staff().await);
    let phone = desk.sign_in(&desk.email, PASSWORD).await;
    move_to(&desk, 1, &other.email).await.assert_status(409).assert_problem("email_taken");
    phone.get("/api/auth/me").await.assert_status(200);
    let moved = move_to(&desk, 1, "ana@clinic.example").await.assert_status(200).json();
    assert_eq!((&moved["email"], &moved["version"]), (&json!("ana@clinic.example"), &json!(2)));
    phone.get("/api/auth/me").await.assert_status(401).assert_problem("session_ended");
    desk.get("/api/auth/me").await.assert_status(200);
    desk.try_sign_in(&desk.email, PASSWORD).await.assert_status(401);
    desk.sign_in("ana@clinic.example", PASSWORD).await;
    let trail = app.audited().await;
    assert_eq!(trail[3..5], ["account_updated", "session_ended"]);
}

#[on_each_engine]
async fn an_administrators_own_address_follows_the_same_rule() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let own = format!("/api/users/{}", admin.id);
    let elsewhere = admin.sign_in(&admin.email, PASSWORD).await;
    app.wait(Duration::minutes(6));
    let moved = |version| admin.put_version(&own, version, json!({"email": "tomas@clinic.example"}));
    moved(1).await.assert_status(403).assert_problem("step_up_required");
    step_up(&admin, PASSWORD).await.assert_status(200);
    moved(1).await.assert_status(200);
    admin.get("/api/users").await.assert_status(200);
    elsewhere.get("/api/users").await.assert_status(401).assert_problem("session_ended");
}

#[on_each_engine]
async fn a_wrong_password_is_said_at_its_field_and_counts_towards_the_delay() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    app.wait(Duration::minutes(6));
    for _ in 0..5 {
        let wrong = step_up(&ana, "a wrong password").await.assert_status(403);
        wrong.assert_problem("wrong_password").assert_refused_fields(&["password: wrong_password"]);
    }
    let locked = step_up(&ana, PASSWORD).await.assert_status(429).assert_problem("account_locked");
    assert_eq!(locked.header("retry-after"), Some("1"));
    ana.try_sign_in(&ana.email, PASSWORD).await.assert_status(429).assert_problem("account_locked");
    let event = app.audit_events().await.pop().expect("an event");
    let more: Value = serde_json::from_str(event.after.as_deref().expect("more")).expect("JSON");
    assert_eq!(
        (event.action.as_str(), &more),
        ("sign_in_failed", &json!({"reason": "wrong_password", "failures": 5}))
    );
    move_to(&ana, 1, "ana@clinic.example").await.assert_status(403).assert_problem("step_up_required");

    app.wait(Duration::seconds(1));
    step_up(&ana, PASSWORD).await.assert_status(200);
    let shown = admin.get(&format!("/api/users/{}", ana.id)).await.json();
    assert_eq!(shown["lock"], Value::Null, "the right password resets the delay");
}

#[on_each_engine]
async fn guesses_side_by_side_do_not_outrun_the_delay() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    let guesses = (0..30).map(|number| {
        let ana = ana.clone();
        async move { step_up(&ana, &format!("guess number {number}")).await.status.as_u16() }
    });
    let statuses = futures_util::future::join_all(guesses).await;
    assert_eq!(statuses.iter().filter(|status| **status == 403).count(), 5, "{statuses:?}");
}

#[on_each_engine]
async fn it_is_limited_together_with_signing_in() {
    let ten = Allowance::per_minute(NonZeroU32::new(10).expect("not 0"));
    let setup = Setup::default();
    let allowances = Allowances { login: ten, ..setup.allowances };
    let app = TestApp::start_with(Setup { allowances, ..setup }).await;
    let ana = app.staff().await;
    for _ in 0..9 {
        step_up(&ana, PASSWORD).await.assert_status(200);
    }
    let refused = step_up(&ana, PASSWORD).await.assert_status(429).assert_problem("rate_limited");
    assert!(refused.header("retry-after").is_some() && refused.header("ratelimit").is_some());
    ana.try_sign_in(&ana.email, PASSWORD).await.assert_status(429).assert_problem("rate_limited");
}

#[on_each_engine]
async fn a_clock_that_went_back_makes_nothing_fresh() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    app.set_clock(Duration::minutes(-3));
    move_to(&ana, 1, "ana@clinic.example").await.assert_status(403).assert_problem("step_up_required");
    step_up(&ana, PASSWORD).await.assert_status(200);
    move_to(&ana, 1, "ana@clinic.example").await.assert_status(200);
}
