//! Every field of every route under `/api/auth`, given what no client sends on purpose.

use http::Method;
use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp};

/// The routes that read a body, with one that they take.
fn routes() -> [(&'static str, Value); 4] {
    [
        ("/api/auth/register", json!({"email": "ana@a.example", "password": PASSWORD, "full_name": "Ana"})),
        ("/api/auth/login", json!({"email": "ana@a.example", "password": PASSWORD})),
        ("/api/auth/refresh", json!({"refresh_token": "a.b.c"})),
        ("/api/auth/logout", json!({"refresh_token": "a.b.c"})),
    ]
}

/// What a field is given, and whether a field may be left out for it.
fn bad_values() -> Vec<Value> {
    vec![
        json!(null),
        json!(7),
        json!(true),
        json!(["a"]),
        json!({"a": 1}),
        json!(""),
        json!("   "),
        json!("a\u{0}b hunter2"),
        json!("hunter2\u{202e}@clinic.example"),
        json!("x".repeat(60_000)),
        json!("hunter2\r\nX-Injected: yes"),
    ]
}

#[on_each_engine]
async fn whatever_a_field_holds_the_answer_is_a_problem_without_an_echo() {
    for (path, body) in routes() {
        // One each: what one route took must not be an account for the next.
        let app = TestApp::start().await;
        for field in body.as_object().expect("an object").keys() {
            for bad in bad_values() {
                let mut body = body.clone();
                body[field] = bad.clone();
                let answer = app.anonymous().post(path, body).await;
                let status = answer.status.as_u16();
                let shown = format!("{path} {field} {:.40} → {status} {}", bad.to_string(), answer.body);
                // A password may hold any character; what is taken here is a strong one.
                let is_taken =
                    status == 201 && field == "password" && bad.as_str().is_some_and(|text| text.len() > 12);
                assert!((400..500).contains(&status) || is_taken, "{shown}");
                assert!(!answer.body.contains("hunter2") && answer.body.len() < 2_000, "{shown}");
                if status == 422 {
                    let errors = answer.json()["errors"].clone();
                    let errors = errors.as_array().expect("fields are named");
                    assert!(errors.iter().all(|error| error["field"] == field.as_str()), "{shown}");
                }
            }
        }
    }
}

#[on_each_engine]
async fn bodies_that_are_no_json_object_are_refused_as_such() {
    let app = TestApp::start().await;
    let deep = format!("{{\"email\": {}1{}}}", "[".repeat(40), "]".repeat(40));
    let duplicate = r#"{"email": "a@a.example", "email": "b@b.example", "password": "hunter2"}"#;
    let cases: [(&str, Vec<u8>, u16, &str); 9] = [
        ("application/json", b"".to_vec(), 400, "malformed_body"),
        ("application/json", b"[]".to_vec(), 400, "malformed_body"),
        ("application/json; charset=utf-8", b"{".to_vec(), 400, "malformed_body"),
        ("application/json", b"{\"email\": \"\xff\"}".to_vec(), 400, "malformed_body"),
        ("application/json", deep.into_bytes(), 400, "malformed_body"),
        ("application/json", duplicate.as_bytes().to_vec(), 400, "malformed_body"),
        ("application/json", vec![b' '; 1024 * 1024], 413, "body_too_large"),
        ("text/plain", b"{}".to_vec(), 415, "unsupported_media_type"),
        ("application/x-www-form-urlencoded", b"email=a".to_vec(), 415, "unsupported_media_type"),
    ];
    for (path, _) in routes() {
        for (kind, body, status, code) in &cases {
            if path.ends_with("logout") && body.is_empty() {
                continue;
            }
            let answer = app.anonymous().send_bytes(Method::POST, path, kind, body.clone()).await;
            answer.assert_status(*status).assert_problem(code);
        }
    }
}

#[on_each_engine]
async fn a_field_given_twice_is_named() {
    let app = TestApp::start().await;
    let body = r#"{"email": "a@a.example", "email": "b@b.example"}"#;
    let answer = app.anonymous().send_bytes(Method::POST, "/api/auth/login", "application/json", body).await;
    answer.assert_problem("malformed_body").assert_refused_fields(&["email: duplicate"]);
}
