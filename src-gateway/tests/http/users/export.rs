//! `GET /api/users/export`.

use serde_json::{Value, json};
use voiceassist_contract::accounts::Role;

use super::change_row;
use crate::support::{Person, TestAnswer, TestApp, read_table};

async fn export(admin: &Person, query: &str) -> TestAnswer {
    admin.get(&format!("/api/users/export?{query}")).await.assert_status(200)
}

/// The ids of the table's rows.
fn ids(table: &TestAnswer) -> Vec<String> {
    read_table(table).1.into_iter().map(|row| row[0].clone()).collect()
}

#[on_each_engine]
async fn a_table_has_every_account_with_what_is_known_of_it() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    app.wait(chrono::Duration::seconds(5));
    let id = app.create_account("Nour \"Nan\" Haddad, RN", "Nour@clinic.example", Role::User, true).await;
    let answer = export(&admin, "").await;
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    let disposition = Some("attachment; filename=\"accounts-2026-11-23.csv\"");
    assert_eq!(answer.header("content-disposition"), disposition);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let (header, rows) = read_table(&answer);
    assert_eq!(
        header.join(" "),
        "id email full_name role is_active must_change_password created_at updated_at last_login locked_until"
    );
    let (nour, made) = (id.to_string(), "2026-11-23T09:00:05.000Z");
    assert_eq!(
        rows[0],
        [
            nour.as_str(),
            "Nour@clinic.example",
            "Nour \"Nan\" Haddad, RN",
            "user",
            "true",
            "true",
            made,
            made,
            "",
            ""
        ]
    );
    let start = "2026-11-23T09:00:00.000Z";
    assert_eq!(rows[1][3..], ["admin", "true", "false", start, start, start, ""]);
    assert_eq!(rows.len(), 2);
    assert!(!answer.body.contains("$2b$"), "a hash is in the table");
}

#[on_each_engine]
async fn a_name_that_is_a_formula_is_no_formula_in_the_table() {
    let app = TestApp::start().await;
    let admin = app.somebody("=HYPERLINK(\"http://e.example\")", Role::Admin).await;
    app.create_account("@SUM(A1)", "-1+1@clinic.example", Role::User, false).await;
    let (_, rows) = read_table(&export(&admin, "sort=created_at").await);
    let cells: Vec<&str> = rows.iter().flat_map(|row| [row[1].as_str(), row[2].as_str()]).collect();
    assert!(cells.contains(&"'=HYPERLINK(\"http://e.example\")"), "{cells:?}");
    assert!(cells.contains(&"'@SUM(A1)") && cells.contains(&"'-1+1@clinic.example"), "{cells:?}");
}

#[on_each_engine]
async fn the_table_shows_what_the_list_shows_in_its_order_however_much_that_is() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    app.create_crowd(1_203).await;
    app.staff().await;
    let everybody = ids(&export(&admin, "").await);
    assert_eq!(everybody.len(), 1_205);
    for query in [
        "sort=email&order=desc",
        "sort=created_at",
        "search=crowd0010",
        "role=admin",
        "status=never_signed_in&sort=status",
        "inactive_since=2026-11-23T10:00:00Z&sort=last_login&order=desc",
    ] {
        let listed = admin.get(&format!("/api/users?limit=200&{query}")).await.assert_status(200).json();
        let listed_ids: Vec<String> = listed["items"]
            .as_array()
            .expect("items")
            .iter()
            .map(|item| item["id"].as_str().expect("an id").to_owned())
            .collect();
        let exported = ids(&export(&admin, query).await);
        assert_eq!(exported[..listed_ids.len()], listed_ids, "{query}");
        assert_eq!(listed["total"], exported.len(), "{query}");
    }
    let (header, nobody) = read_table(&export(&admin, "search=nobody+at+all").await);
    assert_eq!((header.len(), nobody.len()), (10, 0));
}

#[on_each_engine]
async fn an_export_is_recorded_with_what_was_asked_for() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    export(&admin, "search=ana&status=active&sort=email&order=desc").await;
    let event = app.audit_events().await.pop().expect("an event");
    assert_eq!((event.action.as_str(), event.actor_id), ("accounts_exported", Some(admin.id)));
    let more: Value = serde_json::from_str(event.after.as_deref().expect("more")).expect("JSON");
    let filter = json!({"search": "ana", "status": "active", "role": null, "inactive_since": null});
    assert_eq!(more, json!({"filter": filter, "sort": "email", "order": "desc"}));
    let listed = admin.get("/api/audit?action=accounts_exported").await.assert_status(200).json();
    assert_eq!(listed["total"], 1);
}

#[on_each_engine]
async fn every_bad_parameter_is_refused_by_name_without_an_echo_and_nothing_is_recorded() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    for (query, refused) in [
        ("sort=canary7Q", "sort: not_a_choice"),
        ("order=canary7Q", "order: not_a_choice"),
        ("status=canary7Q", "status: not_a_choice"),
        ("role=canary7Q", "role: not_a_choice"),
        ("role=user&role=user", "role: wrong_type"),
        ("inactive_since=canary7Q", "inactive_since: not_a_time"),
        ("search=canary7Q%00", "search: not_allowed"),
    ] {
        let answer = admin.get(&format!("/api/users/export?{query}")).await.assert_status(422);
        let answer = answer.assert_problem("invalid_input").assert_refused_fields(&[refused]);
        assert!(!answer.body.contains("canary7Q"), "{}", answer.body);
    }
    assert_eq!(app.audited().await, ["sign_in"]);
}

#[on_each_engine]
async fn a_lock_is_shown_with_its_end() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    let until = app.now() + chrono::Duration::minutes(15);
    change_row(&app, ana.id, |row| row.locked_until = Some(until)).await;
    let (_, rows) = read_table(&export(&admin, "status=locked").await);
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0][0].as_str(), rows[0][9].as_str()),
        (&*ana.id.to_string(), "2026-11-23T09:15:00.000Z")
    );
}
