//! `voiceassist-gateway recover-admin`.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use serde_json::{Value, json};
use voiceassist_gateway::tables::{audit_events, users};

use crate::support::{Clinic, EMAIL, PASSWORD};

async fn change_account(clinic: &Clinic, column: users::Column, value: impl Into<sea_orm::Value>) {
    let write = clinic.database().await.begin_write().await.expect("begins");
    users::Entity::update_many().col_expr(column, Expr::value(value)).exec(&write).await.expect("changes");
    write.commit().await.expect("commits");
}

async fn recovery_event(clinic: &Clinic) -> audit_events::Model {
    audit_events::Entity::find()
        .filter(audit_events::Column::Action.eq("administrator_recovered"))
        .order_by_desc(audit_events::Column::Sequence)
        .one(clinic.database().await.readers())
        .await
        .expect("reads")
        .expect("it was recorded")
}

fn json(text: Option<String>) -> Value {
    text.map(|text| serde_json::from_str(&text).expect("JSON")).unwrap_or_default()
}

#[tokio::test]
async fn an_administrator_who_was_locked_deactivated_and_demoted_gets_in_with_a_password_to_change() {
    let clinic = Clinic::found();
    let far = chrono::DateTime::from_timestamp(4_000_000_000, 0).expect("in range");
    change_account(&clinic, users::Column::Role, "user").await;
    change_account(&clinic, users::Column::IsActive, false).await;
    change_account(&clinic, users::Column::FailedSignIns, 40).await;
    change_account(&clinic, users::Column::LockedUntil, far).await;

    let recovered = clinic.run(&["recover-admin", "--email", " ADMIN@clinic.example"]).assert_done();
    let password = recovered.after("One-time password: ");
    assert!(recovered.said.contains("The account of Tomás Weber is an active administrator now"));

    let gateway = clinic.serve();
    let token = gateway.sign_in(EMAIL, &password);
    let (_, me) = gateway.call("GET", "/api/auth/me", &token, None);
    assert_eq!((&me["role"], &me["must_change_password"]), (&json!("admin"), &json!(true)));
    let (status, problem) = gateway.call("GET", "/api/users", &token, None);
    assert_eq!((status, &problem["code"]), (403, &json!("password_change_required")));
    let change = json!({"current_password": password, "new_password": "quiet lantern copper field"});
    let (status, pair) = gateway.call("PUT", "/api/users/me/password", &token, Some(change));
    assert_eq!(status, 200, "{pair}");
    let token = pair["access_token"].as_str().expect("a token");
    assert_eq!(gateway.call("GET", "/api/users", token, None).0, 200);

    let event = recovery_event(&clinic).await;
    let (before, after) = (json(event.before), json(event.after));
    assert_eq!((&before["role"], &before["is_active"]), (&json!("user"), &json!(false)));
    assert_eq!(before["failures"], 40);
    assert_eq!((&after["role"], &after["is_active"]), (&json!("admin"), &json!(true)));
    let user = after["operating_system_user"]["name"].as_str().expect("a user");
    assert_eq!(event.actor_name.as_deref(), Some(format!("{user} on the server").as_str()));
    assert!(recovered.said.contains(user));
    let trail = format!("{before}{after}");
    assert!(!trail.contains(&password) && !trail.contains("$2b$"));
    clinic.run(&["audit", "verify"]).assert_done();
}

#[test]
fn the_password_and_the_sessions_of_before_are_of_no_use_afterwards() {
    let clinic = Clinic::found();
    let gateway = clinic.serve();
    let token = gateway.sign_in(EMAIL, PASSWORD);
    let recovered = clinic.run(&["recover-admin", "--email", EMAIL]).assert_done();
    assert_eq!(recovered.after("Sessions ended: "), "1");
    let (status, problem) = gateway.call("GET", "/api/auth/me", &token, None);
    assert_eq!((status, &problem["code"]), (401, &json!("session_ended")));
    let body = json!({"email": EMAIL, "password": PASSWORD});
    assert_eq!(gateway.call("POST", "/api/auth/login", "", Some(body)).0, 401);

    let password = recovered.after("One-time password: ");
    let again = clinic.run(&["recover-admin", "--email", EMAIL]).assert_done();
    assert_ne!(again.after("One-time password: "), password);
}

#[tokio::test]
async fn somebody_without_an_account_needs_a_name_and_becomes_an_administrator() {
    let clinic = Clinic::found();
    let unnamed = clinic.run(&["recover-admin", "--email", "nour@clinic.example"]);
    unnamed.assert_refused("give the person's name with --name");
    let odd = clinic.run(&["recover-admin", "--email", "not an address", "--name", "Nour Haddad"]);
    odd.assert_refused("--email:");

    let arguments = ["recover-admin", "--email", "nour@clinic.example", "--name", "Nour Haddad"];
    let created = clinic.run(&arguments).assert_done();
    assert!(created.said.contains("The administrator Nour Haddad was created."));
    let token = clinic.serve().sign_in("nour@clinic.example", &created.after("One-time password: "));
    assert!(!token.is_empty());
    let event = recovery_event(&clinic).await;
    assert!(event.before.is_none());
    assert_eq!(json(event.after)["email"], "nour@clinic.example");
}
