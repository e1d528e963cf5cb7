//! Bad bodies: first every field for itself, then the body as a whole.

use serde_json::{Value, json};

use super::{
    CANARY, Kind, assert_names_field, assert_no_echo, assert_refused_silently, routes, send, send_json,
};
use crate::support::TestApp;

/// Bad values of a field with the code that each is refused with; none where it may be taken or be
/// refused for another reason, such as a wrong password.
fn bad_values(kind: Kind) -> Vec<(Value, Option<&'static str>)> {
    let text = |suffix: &str| json!(format!("{CANARY}{suffix}"));
    let wrong_type = Some("wrong_type");
    let mut values = vec![(json!(7), wrong_type)];
    if kind != Kind::Ids {
        values.push((json!([CANARY]), wrong_type));
    }
    if kind != Kind::Object {
        values.push((json!({CANARY: CANARY}), wrong_type));
    }
    values.extend(match kind {
        Kind::Email => vec![
            (json!(true), wrong_type),
            (json!(""), Some("required")),
            (json!(" \t\n "), Some("required")),
            (text(&format!("{}@clinic.example", "x".repeat(300))), Some("too_long")),
            (text("\u{0}\u{7}@clinic.example"), Some("not_allowed")),
            (text("\u{202e}@clinic.example"), Some("not_allowed")),
            (text("\u{200f}@clinic.example"), Some("not_allowed")),
        ],
        Kind::Name => vec![
            (json!(false), wrong_type),
            (json!(""), Some("required")),
            (json!("\u{a0}  "), Some("required")),
            (text(&"é".repeat(200)), Some("too_long")),
            (text("\u{0}x"), Some("not_allowed")),
            (text("\u{1b}[31mx"), Some("not_allowed")),
            (text("\u{202e}x"), Some("not_allowed")),
            (text("\u{200f}x"), Some("not_allowed")),
        ],
        Kind::Password | Kind::Token => vec![
            (json!(true), wrong_type),
            (json!(""), Some("required")),
            (json!("    "), None),
            (text(&"x".repeat(5_000)), Some("too_long")),
            (text("\u{0}\u{7}"), None),
            (text("\u{202e}"), None),
        ],
        Kind::Choice => vec![
            (json!(true), wrong_type),
            (json!(""), Some("not_a_choice")),
            (json!(" user "), Some("not_a_choice")),
            (json!("ADMIN"), Some("not_a_choice")),
            (text("\u{0}\u{202e}"), Some("not_a_choice")),
            (text(&"x".repeat(5_000)), Some("not_a_choice")),
        ],
        Kind::Flag => vec![
            (json!(""), wrong_type),
            (json!(0), wrong_type),
            (json!("yes"), wrong_type),
            (text("\u{0}\u{202e}"), wrong_type),
            (text(&"x".repeat(5_000)), wrong_type),
        ],
        Kind::Ids => vec![
            (text(""), wrong_type),
            (json!([]), Some("required")),
            (json!([7]), wrong_type),
            (json!([[CANARY]]), wrong_type),
            (json!([CANARY]), Some("not_an_id")),
            (json!([format!("{CANARY}\u{0}\u{202e}")]), Some("not_an_id")),
            (json!(["0190b2f0000070008000000000000001"]), Some("not_an_id")),
            (json!(vec![""; 1_001]), Some("too_many")),
        ],
        Kind::CloudId => vec![
            (json!(true), wrong_type),
            (json!(""), Some("required")),
            (json!("   "), Some("required")),
            (json!(" \t "), Some("not_allowed")),
            (text("/../admin"), Some("not_allowed")),
            (text("%2f"), Some("not_allowed")),
            (text("?key=quota"), Some("not_allowed")),
            (json!(".."), Some("not_allowed")),
            (text("\u{0}\u{202e}"), Some("not_allowed")),
            (text(&"x".repeat(5_000)), Some("too_long")),
        ],
        Kind::Object => vec![
            (text(""), wrong_type),
            (json!(true), wrong_type),
            // Beside ids, which are sound.
            (json!({CANARY: CANARY}), Some("not_together")),
        ],
    });
    values
}

#[on_each_engine]
async fn every_bad_value_of_every_field_is_refused_at_that_field_without_an_echo() {
    let app = TestApp::start().await;
    for route in routes() {
        for (field, kind, _) in route.fields {
            for (value, code) in bad_values(*kind) {
                let mut body = route.sound.as_object().expect("an object").clone();
                let shown: String = value.to_string().chars().take(60).collect();
                body.insert((*field).to_owned(), value);
                let answer = send_json(&app, &route, &body).await;
                let what = format!("{} {} with {field} = {shown}", route.method, route.path);
                match code {
                    Some(code) => assert_names_field(&answer, field, code, &what),
                    None => assert_no_echo(&answer, &what),
                }
            }
        }
    }
}

#[on_each_engine]
async fn what_must_be_there_is_asked_for_and_null_is_not_there() {
    let app = TestApp::start().await;
    for route in routes() {
        for (field, _, is_required) in route.fields {
            for value in [None, Some(Value::Null)] {
                let mut body = route.sound.as_object().expect("an object").clone();
                body.remove(*field);
                body.extend(value.clone().map(|value| ((*field).to_owned(), value)));
                let answer = send_json(&app, &route, &body).await;
                let what = format!("{} {} with {field} = {value:?}", route.method, route.path);
                assert_no_echo(&answer, &what);
                if *is_required {
                    assert_names_field(&answer, field, "required", &what);
                } else if let Some(errors) = answer.json()["errors"].as_array() {
                    assert!(errors.iter().all(|error| error["field"] != *field), "{what}: {}", answer.body);
                }
            }
        }
    }
}

#[on_each_engine]
async fn a_megabyte_in_any_field_is_too_much() {
    let app = TestApp::start().await;
    let megabyte = CANARY.repeat(1_000_000 / CANARY.len());
    for route in routes() {
        for (field, ..) in route.fields {
            let mut body = route.sound.as_object().expect("an object").clone();
            body.insert((*field).to_owned(), json!(megabyte));
            let answer = send_json(&app, &route, &body).await;
            assert_refused_silently(&answer, route.path);
            assert_eq!(answer.status, 413, "{} {}", route.path, answer.body);
        }
    }
}

#[on_each_engine]
async fn a_field_given_twice_is_named() {
    let app = TestApp::start().await;
    for route in routes() {
        for (field, ..) in route.fields {
            let body = format!(r#"{{"{field}": "{CANARY}", "{field}": "{CANARY}"}}"#);
            let answer = send(&app, &route, Some("application/json"), body.into_bytes()).await;
            assert_names_field(&answer, field, "duplicate", route.path);
            assert_eq!(answer.status, 400);
        }
    }
}

#[on_each_engine]
async fn a_body_that_is_no_object_of_json_is_refused_by_every_route() {
    let app = TestApp::start().await;
    let deep = format!(r#"{{"{CANARY}": {}{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    let bodies: [Vec<u8>; 9] = [
        deep.into_bytes(),
        "[".repeat(60_000).into_bytes(),
        format!("[\"{CANARY}\"]").into_bytes(),
        format!("\"{CANARY}\"").into_bytes(),
        b"null".to_vec(),
        format!("{{\"email\": \"{CANARY}").into_bytes(),
        format!("{{}} {CANARY}").into_bytes(),
        [b"{\"email\": \"".as_slice(), CANARY.as_bytes(), b"\xff\xfe\"}"].concat(),
        [b"{\"".as_slice(), CANARY.as_bytes(), b"\xc3\x28\": 1}"].concat(),
    ];
    for route in routes() {
        for body in &bodies {
            let answer = send(&app, &route, Some("application/json"), body.clone()).await;
            let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
            assert_refused_silently(&answer, &format!("{} with {shown}", route.path));
            assert_eq!(answer.status, 400, "{} with {shown}: {}", route.path, answer.body);
        }
    }
}

#[on_each_engine]
async fn a_body_that_is_called_something_else_is_refused_by_every_route() {
    let app = TestApp::start().await;
    let odd = format!("text/{CANARY}");
    let kinds = [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("application/xml"),
        Some(&odd),
    ];
    for route in routes() {
        for kind in kinds {
            let answer = send(&app, &route, kind, route.sound.to_string().into_bytes()).await;
            assert_refused_silently(&answer, &format!("{} as {kind:?}", route.path));
            assert_eq!(answer.status, 415, "{} as {kind:?}: {}", route.path, answer.body);
        }
    }
}

#[on_each_engine]
async fn unknown_fields_are_ignored_and_never_echoed() {
    let app = TestApp::start().await;
    for route in routes() {
        let mut body = route.sound.as_object().expect("an object").clone();
        body.insert(CANARY.to_owned(), json!({CANARY: [CANARY]}));
        let answer = send_json(&app, &route, &body).await;
        assert_no_echo(&answer, route.path);
        assert!(!matches!(answer.status.as_u16(), 400 | 413 | 415 | 422), "{} {}", route.path, answer.body);
    }
}
