//! Tables as programs and attackers make them.

use http::Method;
use serde_json::json;

use super::{PATH, accounts, figures, import, send};
use crate::support::TestApp;

#[on_each_engine]
async fn columns_are_known_in_every_usual_spelling_and_order() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    for (number, table) in [
        "email,full_name\nnew0@clinic.example,Nour Haddad",
        "\u{feff}Name;E-Mail\r\nNour Haddad;new1@clinic.example\r\n",
        "\"Full Name\"\t\"EMAIL\"\t\"Ward\"\n\"Nour Haddad\"\t\"new2@clinic.example\"\t\"3, north\"\n",
        "\n\nmail,fullname,,\n\nnew3@clinic.example,  Nour Haddad ,,\n,,,\n",
    ]
    .into_iter()
    .enumerate()
    {
        let (rows, summary) = import(&admin, "", table).await;
        assert_eq!(figures(&summary), [1, 0, 0, 0], "{table:?}: {rows:?}");
        let email = format!("new{number}@clinic.example");
        let found = admin.get(&format!("/api/users?search={email}")).await.json();
        assert_eq!(found["items"][0]["full_name"], "Nour Haddad");
        assert_eq!((&found["items"][0]["role"], &found["total"]), (&json!("user"), &json!(1)));
        assert_eq!(summary["ignored_columns"], [0, 0, 1, 2][number]);
    }
}

#[on_each_engine]
async fn what_was_exported_is_imported_as_it_was_formulas_and_all() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let table =
        "email,name\n=1@clinic.example,=1+1\n-a@clinic.example,\"'=b; \"\"c\"\"\"\n+c@clinic.example,'tis\n";
    let (_, summary) = import(&admin, "", table).await;
    assert_eq!(figures(&summary), [3, 0, 0, 0]);
    let exported = admin.get("/api/users/export").await.assert_status(200).body;
    let before = accounts(&admin).await;
    let (rows, summary) = import(&admin, "existing=update", exported.clone()).await;
    assert_eq!(figures(&summary), [0, 0, 4, 0], "{rows:?}");
    assert_eq!(accounts(&admin).await, before);

    let elsewhere = TestApp::start().await;
    let other = elsewhere.administrator().await;
    let (rows, summary) = import(&other, "", exported).await;
    assert_eq!(figures(&summary), [3, 0, 1, 0], "{rows:?}");
    let names = |people: Vec<serde_json::Value>| -> Vec<(serde_json::Value, serde_json::Value)> {
        people.into_iter().map(|person| (person["email"].clone(), person["full_name"].clone())).collect()
    };
    assert_eq!(names(accounts(&other).await), names(before));
}

#[on_each_engine]
async fn a_table_that_cannot_be_read_is_refused_with_its_row_and_column_and_changes_nothing() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let sound = "email,full_name,canary7Q\nnour@clinic.example,Nour Haddad,1\n";
    let with = |row: &[u8]| [sound.as_bytes(), row].concat();
    let long = "canary7Q".repeat(1_000_000 / 8);
    let wide = format!("ben@clinic.example{}", ",canary7Q".repeat(60));
    let rows = |count: usize| -> String {
        (0..count).map(|number| format!("new{number}@clinic.example,Nour Haddad,\n")).collect()
    };
    for (table, refused) in [
        (Vec::new(), vec!["body: required"]),
        (b"\n\n,,\n".to_vec(), vec!["body: required"]),
        (b"canary7Q".to_vec(), vec!["email: missing_column", "full_name: missing_column"]),
        (b"email,mail,role\n".to_vec(), vec!["email: duplicate", "full_name: missing_column"]),
        (
            with(b"ben@clinic.example,\"canary7Q,2\ncarl@clinic.example,Carl,3\n"),
            vec!["rows.3: unbalanced_quotes"],
        ),
        (with(b"\nben@clinic.example,canary7Q \xe9,2\n"), vec!["rows.4.full_name: not_utf8"]),
        (with(b"ben@clinic.example,Ben,\xff\xfe\n"), vec!["rows.3.column_3: not_utf8"]),
        (b"\xff\xfee\0m\0a\0i\0l\0".to_vec(), vec!["rows.1.column_1: not_utf8"]),
        (with(format!("ben@clinic.example,{long},\n").as_bytes()), vec!["rows.3.full_name: too_long"]),
        (with(format!("{long}@clinic.example,Ben,\n").as_bytes()), vec!["rows.3.email: too_long"]),
        (with(format!("ben@clinic.example,Ben,\"{long}\"\n").as_bytes()), vec!["rows.3.column_3: too_long"]),
        (with(wide.as_bytes()), vec!["rows.3: too_many_columns"]),
        (with(rows(10_000).as_bytes()), vec!["rows.10002: too_many_rows"]),
        (",".repeat(1_000_000).into_bytes(), vec!["rows.1: too_many_columns"]),
        ("\"".repeat(999_999).into_bytes(), vec!["rows.1: unbalanced_quotes"]),
        ("\"".repeat(1_000_000).into_bytes(), vec!["rows.1.column_1: too_long"]),
    ] {
        let shown = String::from_utf8_lossy(&table[..table.len().min(60)]).into_owned();
        let answer = send(&admin, "", table).await;
        assert_eq!(answer.status, 422, "{shown:?}: {}", answer.body);
        let answer = answer.assert_problem("invalid_input").assert_refused_fields(&refused);
        assert!(!answer.body.contains("canary7Q"), "{}", answer.body);
    }
    assert_eq!((accounts(&admin).await.len(), app.audited().await), (1, vec!["sign_in".to_owned()]));
}

#[on_each_engine]
async fn what_is_no_table_or_too_large_is_refused() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    for kind in ["application/json", "text/plain", "text/csv+canary7Q", "multipart/form-data; boundary=x"] {
        let answer = admin.send_bytes(Method::POST, PATH, kind, super::TABLE).await;
        answer.assert_status(415).assert_problem("unsupported_media_type");
    }
    admin.post_nothing(PATH).await.assert_status(415);
    let large = send(&admin, "", " ".repeat(4 * 1024 * 1024 + 1)).await;
    large.assert_status(413).assert_problem("body_too_large");
    let named = admin.send_bytes(Method::POST, PATH, "Text/CSV; charset=utf-8", super::TABLE).await;
    named.assert_status(200);
}

#[on_each_engine]
async fn every_bad_parameter_is_refused_by_name_without_an_echo() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    for (query, refused) in [
        ("dry_run=canary7Q", "dry_run: wrong_type"),
        ("dry_run=1", "dry_run: wrong_type"),
        ("dry_run&dry_run", "dry_run: wrong_type"),
        ("existing=canary7Q", "existing: not_a_choice"),
        ("existing=", "existing: not_a_choice"),
        ("passwords=canary7Q", "passwords: not_a_choice"),
        ("passwords=NONE", "passwords: not_a_choice"),
    ] {
        let answer = send(&admin, query, super::TABLE).await.assert_status(422);
        let answer = answer.assert_problem("invalid_input").assert_refused_fields(&[refused]);
        assert!(!answer.body.contains("canary7Q"), "{}", answer.body);
    }
    assert_eq!(app.audited().await, ["sign_in"]);
}
