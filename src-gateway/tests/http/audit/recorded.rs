//! What must be in the trail is in it, with what was before and after, and no secret is.

use chrono::Duration;
use serde_json::{Value, json};

use super::list;
use crate::support::{PASSWORD, Person, TestApp};

const NEW_PASSWORD: &str = "quiet lantern copper field";

/// The newest event of this kind.
async fn newest(admin: &Person, action: &str) -> Value {
    let items = list(admin, &format!("action={action}&limit=1")).await;
    items.into_iter().next().unwrap_or_else(|| panic!("{action} was not recorded"))
}

#[on_each_engine]
async fn signing_in_and_out_failing_and_a_used_refresh_token_are_recorded() {
    let app = TestApp::start().await;
    let (ana, admin) = (app.staff().await, app.administrator().await);
    ana.try_sign_in(&ana.email, "not the password").await.assert_status(401);
    let failed = newest(&admin, "sign_in_failed").await;
    assert_eq!(failed["after"], json!({"reason": "invalid_credentials", "failures": 1}));
    assert_eq!(failed["target"]["id"], ana.id.to_string());

    let again = ana.sign_in(&ana.email, PASSWORD).await;
    let signed_in = newest(&admin, "sign_in").await;
    assert_eq!(signed_in["after"]["device"], "test suite");
    again.post_nothing("/api/auth/logout").await.assert_status(200);
    assert_eq!(newest(&admin, "sign_out").await["after"]["session"], signed_in["after"]["session"]);

    let token = json!({"refresh_token": ana.refresh_token});
    ana.post("/api/auth/refresh", token.clone()).await.assert_status(200);
    app.wait(Duration::seconds(11));
    ana.post("/api/auth/refresh", token).await.assert_status(401).assert_problem("refresh_reused");
    assert_eq!(newest(&admin, "refresh_reused").await["actor"]["id"], ana.id.to_string());
}

#[on_each_engine]
async fn every_change_of_an_account_is_recorded_with_before_and_after() {
    let app = TestApp::start().await;
    let (ana, admin) = (app.staff().await, app.administrator().await);
    let path = format!("/api/users/{}", ana.id);
    let created = json!({"email": "nour@clinic.example", "full_name": "Nour Haddad"});
    admin.post("/api/users", created).await.assert_status(201);
    let event = newest(&admin, "account_created").await;
    assert!(event["before"].is_null() && event["after"]["email"] == "nour@clinic.example");

    let passwords = json!({"current_password": PASSWORD, "new_password": NEW_PASSWORD});
    ana.put("/api/users/me/password", passwords).await.assert_status(200);
    admin.put_version(&path, 2, json!({"must_change_password": true})).await.assert_status(200);
    admin.delete(&path).await.assert_status(200);
    admin.post_nothing(&format!("{path}/restore")).await.assert_status(200);
    admin.post_nothing(&format!("{path}/password-reset")).await.assert_status(200);
    ana.try_sign_in(&ana.email, "not the password").await.assert_status(401);
    admin.post_nothing(&format!("{path}/unlock")).await.assert_status(200);
    for (action, member, before, after) in [
        ("password_changed", "must_change_password", json!(false), json!(false)),
        ("account_updated", "must_change_password", json!(false), json!(true)),
        ("account_deactivated", "is_active", json!(true), json!(false)),
        ("account_restored", "is_active", json!(false), json!(true)),
        ("password_reset", "must_change_password", json!(true), json!(true)),
        ("unlocked", "failures", json!(1), json!(0)),
    ] {
        let event = newest(&admin, action).await;
        assert_eq!((&event["before"][member], &event["after"][member]), (&before, &after), "{action}");
        assert_eq!(event["target"]["id"], ana.id.to_string(), "{action}");
    }
}

#[on_each_engine]
async fn the_end_of_sessions_is_recorded_with_its_reason_and_which_it_was() {
    let app = TestApp::start().await;
    let (ana, admin) = (app.staff().await, app.administrator().await);
    let sessions = format!("/api/users/{}/sessions", ana.id);
    let session = admin.get(&sessions).await.json()["items"][0]["id"].clone();
    admin.delete(&format!("{sessions}/{}", session.as_str().expect("an id"))).await.assert_status(200);
    let expected = json!({"reason": "ended_by_administrator", "ended": 1, "session": session});
    assert_eq!(newest(&admin, "session_ended").await["after"], expected);
}

#[on_each_engine]
async fn no_password_hash_or_token_is_ever_in_the_trail() {
    let app = TestApp::start().await;
    let (ana, admin) = (app.staff().await, app.administrator().await);
    let passwords = json!({"current_password": PASSWORD, "new_password": NEW_PASSWORD});
    let pair = ana.put("/api/users/me/password", passwords).await.assert_status(200);
    let ana = ana.with_pair(&pair);
    let reset = admin.post_nothing(&format!("/api/users/{}/password-reset", ana.id)).await.json();
    let temporary = reset["temporary_password"].as_str().expect("a password").to_owned();
    // Somebody types the password where the address belongs.
    ana.try_sign_in(&temporary, PASSWORD).await.assert_status(401);
    let trail = admin.get("/api/audit/export?format=ndjson").await.assert_status(200).body;
    let tokens = [&ana.access_token, &ana.refresh_token, &admin.access_token]
        .map(|token| token.clone().expect("a token"));
    for secret in [PASSWORD, NEW_PASSWORD, &temporary, "$2b$", &tokens[0], &tokens[1], &tokens[2]] {
        assert!(!trail.contains(secret), "a secret is in the trail");
    }
}
