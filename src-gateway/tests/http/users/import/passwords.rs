//! What imported people sign in with.

use serde_json::{Value, json};

use super::{TABLE, accounts, import, send};
use crate::support::TestApp;

#[on_each_engine]
async fn temporary_passwords_are_shown_once_and_are_nowhere_else() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let (rows, _) = import(&admin, "passwords=temporary", TABLE).await;
    let passwords: Vec<&str> =
        rows.iter().map(|row| row["temporary_password"].as_str().expect("a password")).collect();
    assert_ne!(passwords[0], passwords[1]);
    let nour = app.anonymous().sign_in("nour@clinic.example", passwords[0]).await;
    nour.get("/api/auth/sessions").await.assert_status(403).assert_problem("password_change_required");

    let (rows, _) = import(&admin, "passwords=temporary", TABLE).await;
    assert!(rows.iter().all(|row| row["outcome"] == "unchanged" && row["temporary_password"] == Value::Null));
    app.anonymous().sign_in("nour@clinic.example", passwords[0]).await;
    let trail = admin.get("/api/audit/export?format=ndjson").await.assert_status(200).body;
    assert!(passwords.iter().all(|password| !trail.contains(password)) && !trail.contains("$2b$"));
}

#[on_each_engine]
async fn more_new_accounts_than_can_be_hashed_soon_are_refused_before_anything_is_done() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let table = |count: usize| -> String {
        let rows = (0..count).map(|number| format!("new{number}@clinic.example,Nour Haddad\n"));
        ["email,name\n".to_owned()].into_iter().chain(rows).collect()
    };
    for query in ["passwords=temporary", "passwords=temporary&dry_run"] {
        let answer = send(&admin, query, table(201)).await.assert_status(422);
        answer.assert_problem("invalid_input").assert_refused_fields(&["passwords: too_many"]);
    }
    assert_eq!(accounts(&admin).await.len(), 1);
    let (_, summary) = import(&admin, "passwords=temporary", table(200)).await;
    assert_eq!(summary["created"], json!(200));
    let (_, summary) = import(&admin, "passwords=temporary", table(201)).await;
    assert_eq!((&summary["created"], &summary["unchanged"]), (&json!(1), &json!(200)), "only new ones count");
}
