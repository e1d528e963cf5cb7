//! The `users` table of the report.

use serde_json::json;

use super::{create, describe, found_report_clinic, list, migrate};
use crate::support::{Clinic, PASSWORD};

fn adopt_and_use(id_type: &str) {
    let database = found_report_clinic(id_type);
    let (clinic, adopted) = migrate(&database);
    let said = adopted.assert_done().said;
    assert!(said.contains("Adopted 3 accounts, 1 of them active administrators."), "{said}");
    assert!(said.contains("a default in columns that are not this gateway's: is_admin."), "{said}");

    let gateway = clinic.serve();
    let token = gateway.sign_in("ana.ruiz@CLINIC.example", PASSWORD);
    let accounts = list(&gateway, &token);
    let seen: Vec<_> = accounts
        .iter()
        .map(|account| (&account["email"], &account["role"], &account["is_active"], &account["version"]))
        .collect();
    assert_eq!(
        seen,
        [
            (&json!("Ana.Ruiz@clinic.example"), &json!("admin"), &json!(true), &json!(1)),
            (&json!("ben@clinic.example"), &json!("user"), &json!(true), &json!(1)),
            (&json!("cleo@clinic.example"), &json!("user"), &json!(false), &json!(1)),
        ]
    );
    // Times without a zone were UTC, and are kept to the millisecond.
    assert_eq!(accounts[0]["created_at"], "2025-11-20T09:30:00.123Z");
    assert_eq!(accounts[1]["updated_at"], "2025-11-20T09:31:00Z");
    assert_eq!(accounts[1]["last_login"], json!(null));
    // As any other account, in any case.
    let (_, found) = gateway.call("GET", "/api/users?search=%C3%B6zT%C3%9CRK", &token, None);
    assert_eq!(found["items"][0]["id"], "6f1de3a0-3b5c-4f6e-9a52-0c3f5d2e7a02", "{found}");

    gateway.sign_in("ben@clinic.example", PASSWORD);
    let inactive = json!({"email": "cleo@clinic.example", "password": PASSWORD});
    assert_eq!(gateway.call("POST", "/api/auth/login", "", Some(inactive)).0, 403);
    assert_eq!(create(&gateway, &token, "BEN@clinic.example").0, 409);
    let (status, made) = create(&gateway, &token, "dana@clinic.example");
    assert_eq!(status, 201, "{made}");

    // The other application's table still refers to its person.
    let theirs = "SELECT u.full_name, s.title FROM sessions s JOIN users u ON u.id = s.user_id";
    assert_eq!(database.run(theirs), "Ben Öztürk|A conversation");
    let refer = "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND confrelid = 'users'::regclass
                    AND conrelid IN ('sessions'::regclass, 'sign_in_sessions'::regclass)";
    assert_eq!(database.run(refer), "2", "theirs and this gateway's");
    assert_eq!(database.run("SELECT is_admin FROM users WHERE email LIKE 'Ana%'"), "t", "it is kept");
    assert_eq!(database.run("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'voiceassist%'"), "0");

    let checked = clinic.run(&["audit", "verify"]).assert_done();
    assert!(checked.said.contains("intact"), "{checked:?}");
    let event = database.run("SELECT action, after FROM audit_events WHERE sequence = 1");
    assert!(event.starts_with("database_adopted|") && event.contains(r#""accounts":3"#), "{event}");
}

#[test]
fn people_sign_in_with_their_old_passwords_and_everything_is_where_it_was() {
    adopt_and_use("uuid");
}

#[test]
fn so_they_do_where_ids_are_texts() {
    adopt_and_use("varchar(36)");
}

#[test]
fn a_second_time_changes_nothing() {
    let database = found_report_clinic("uuid");
    let (clinic, adopted) = migrate(&database);
    adopted.assert_done();
    let before = describe(&database);
    let again = clinic.run(&["migrate"]).assert_done();
    assert!(!again.said.contains("Adopted") && again.said.contains("up to date"), "{again:?}");
    assert_eq!(describe(&database), before);
    assert_eq!(database.run("SELECT count(*) FROM audit_events"), "1");
}

#[test]
fn of_several_at_once_one_adopts() {
    let database = found_report_clinic("uuid");
    let said: Vec<String> = std::thread::scope(|scope| {
        let running: Vec<_> =
            (0..4).map(|_| scope.spawn(|| migrate(&database).1.assert_done().said)).collect();
        running.into_iter().map(|one| one.join().expect("ends")).collect()
    });
    assert_eq!(said.iter().filter(|said| said.contains("Adopted 3 accounts")).count(), 1, "{said:?}");
    assert_eq!(database.run("SELECT count(*) FROM audit_events"), "1");
}

#[test]
fn nobody_adopts_by_accident() {
    let database = found_report_clinic("uuid");
    let before = describe(&database);
    let clinic = Clinic::beside(&database.url);
    for arguments in
        [&["serve", "--listen", "127.0.0.1:0"][..], &["recover-admin", "--email", "ana.ruiz@clinic.example"]]
    {
        clinic.run(arguments).assert_refused("run `voiceassist-gateway migrate`");
    }
    assert_eq!(describe(&database), before);
}
