//! `POST /api/users/import`.

use http::Method;
use serde_json::{Value, json};

use crate::support::{PASSWORD, Person, TestAnswer, TestApp};

mod again;
mod existing;
mod large;
mod passwords;
mod tables;

const PATH: &str = "/api/users/import";

/// Two people and what a table may say of them.
const TABLE: &str = "email,full_name,role,is_active\n\
    nour@clinic.example,Nour Haddad,user,true\n\
    ben@clinic.example,\"O'Neill, Ben\",admin,false\n";

async fn send(admin: &Person, query: &str, table: impl Into<axum::body::Body>) -> TestAnswer {
    admin.send_bytes(Method::POST, &format!("{PATH}?{query}"), "text/csv", table).await
}

/// The results of the rows, and the last line's figures.
fn read(answer: &TestAnswer) -> (Vec<Value>, Value) {
    let mut lines: Vec<Value> =
        answer.body.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    let last = lines.pop().expect("a last line");
    (lines, last["summary"].clone())
}

async fn import(admin: &Person, query: &str, table: impl Into<axum::body::Body>) -> (Vec<Value>, Value) {
    read(&send(admin, query, table).await.assert_status(200))
}

/// Created, updated, unchanged and refused.
fn figures(summary: &Value) -> [u64; 4] {
    ["created", "updated", "unchanged", "refused"].map(|name| summary[name].as_u64().expect("a number"))
}

async fn accounts(admin: &Person) -> Vec<Value> {
    let listed = admin.get("/api/users?limit=200&sort=email").await.assert_status(200).json();
    listed["items"].as_array().expect("items").clone()
}

#[on_each_engine]
async fn a_row_becomes_an_account_with_its_own_event_and_no_password() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let answer = send(&admin, "", TABLE).await.assert_status(200);
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    let (rows, summary) = read(&answer);
    let people = accounts(&admin).await;
    assert_eq!(rows[0], json!({"row": 2, "outcome": "created", "id": people[1]["id"]}));
    assert_eq!(rows[1], json!({"row": 3, "outcome": "created", "id": people[0]["id"]}));
    assert_eq!(
        summary,
        json!({"dry_run": false, "rows": 2, "created": 2, "updated": 0, "unchanged": 0, "refused": 0,
            "ignored_columns": 0})
    );
    let of = |member: &str| [people[0][member].clone(), people[1][member].clone()];
    assert_eq!(of("full_name"), [json!("O'Neill, Ben"), json!("Nour Haddad")]);
    assert_eq!(of("role"), [json!("admin"), json!("user")]);
    assert_eq!(of("is_active"), [json!(false), json!(true)]);
    assert_eq!(of("must_change_password"), [json!(true), json!(true)]);

    let events = app.audit_events().await;
    let words: Vec<&str> = events.iter().map(|event| event.action.as_str()).collect();
    assert_eq!(words, ["sign_in", "accounts_imported", "account_created", "account_created"]);
    let asked: Value = serde_json::from_str(events[1].after.as_deref().expect("after")).expect("JSON");
    assert_eq!(asked, json!({"rows": 2, "existing": "keep", "passwords": "none"}));
    assert!(events[1..].iter().all(|event| event.actor_id == Some(admin.id)));
    assert_eq!(events[1].request_id, events[3].request_id);
    let made: Value = serde_json::from_str(events[2].after.as_deref().expect("after")).expect("JSON");
    assert_eq!(
        (&events[2].target_id, &made["email"]),
        (&people[1]["id"].as_str().map(str::to_owned), &json!("nour@clinic.example"))
    );

    for guess in ["", "!", PASSWORD] {
        let refused = app.anonymous().try_sign_in("nour@clinic.example", guess).await;
        assert!(refused.status == 401 || guess.is_empty(), "{guess:?}: {}", refused.body);
    }
    let path = format!("/api/users/{}/password-reset", people[1]["id"].as_str().expect("an id"));
    let reset = admin.post_nothing(&path).await.assert_status(200).json();
    let password = reset["temporary_password"].as_str().expect("a password");
    app.anonymous().sign_in("nour@clinic.example", password).await;
}

#[on_each_engine]
async fn a_dry_run_says_what_would_be_and_does_and_records_nothing() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let table = format!("{TABLE}{},Tomás Weber,user,\nnobody,,king,maybe\n", admin.email);
    for query in ["dry_run", "dry_run=true", "dry_run=true&existing=update"] {
        let (rows, summary) = import(&admin, query, table.clone()).await;
        let outcomes: Vec<&Value> = rows.iter().map(|row| &row["outcome"]).collect();
        assert_eq!(outcomes[..2], ["created", "created"]);
        assert_eq!(outcomes[3], "refused");
        let own = if query.ends_with("update") { json!("own_account") } else { Value::Null };
        assert_eq!(rows[2]["code"], own, "{query}");
        assert_eq!((&summary["dry_run"], &summary["rows"]), (&json!(true), &json!(4)));
    }
    assert_eq!(accounts(&admin).await.len(), 1);
    assert_eq!(app.audited().await, ["sign_in"]);
}

#[on_each_engine]
async fn what_is_wrong_with_a_row_is_said_by_column_without_an_echo_and_the_others_are_done() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let table = "email,full_name,role,is_active\n\
        canary7Q,Nour Haddad,user,\n\
        ,,,\n\
        a@clinic.example,,canary7Q,canary7Q\n\
        b@clinic.example,canary7Q\u{202e},,\n\
        c@clinic.example,Ruiz, Ana,user,true\n\
        d@clinic.example\n\
        D@clinic.example,Dunja,USER,YES\n\
        d@CLINIC.example,Dunja canary7Q,user,\n";
    let answer = send(&admin, "", table).await.assert_status(200);
    assert!(!answer.body.contains("canary7Q"), "{}", answer.body);
    let (rows, summary) = read(&answer);
    let described: Vec<String> = rows
        .iter()
        .map(|row| {
            let errors = row["errors"].as_array().cloned().unwrap_or_default();
            let errors: Vec<String> = errors
                .iter()
                .map(|error| {
                    format!(" {}:{}", error["field"].as_str().expect("a"), error["code"].as_str().expect("b"))
                })
                .collect();
            format!("{} {}{}", row["row"], row["outcome"].as_str().expect("an outcome"), errors.concat())
        })
        .collect();
    assert_eq!(
        described,
        [
            "2 refused email:not_an_email",
            "4 refused full_name:required role:not_a_choice is_active:not_a_choice",
            "5 refused full_name:not_allowed",
            "6 refused row:too_many_cells",
            "7 refused full_name:required",
            "8 created",
            "9 refused email:duplicate",
        ]
    );
    assert!(rows.iter().filter(|row| row["outcome"] == "refused").all(|row| row["code"] == "invalid_input"));
    assert_eq!(figures(&summary), [1, 0, 0, 6]);
    assert_eq!(accounts(&admin).await.len(), 2);
}
