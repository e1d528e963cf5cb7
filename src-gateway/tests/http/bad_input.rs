//! Bad input, asked of every field of every route that takes a body, and of every query parameter: the
//! answer is a problem with the field's name, never a failure of the server, never an echo.

use http::Method;
use serde_json::{Map, Value, json};

use crate::support::{PASSWORD, Person, TestAnswer, TestApp};

mod bodies;
mod query;

/// Part of every bad value; it must not be found in any answer.
const CANARY: &str = "canary7Q";

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Email,
    Name,
    /// Any text may be a password; whether it is the right or a good one is another question.
    Password,
    Token,
    Choice,
    Flag,
    Ids,
    /// An object whose members have tests of their own.
    Object,
    /// An id in Nextcloud.
    CloudId,
}

/// Who asks.
#[derive(Clone, Copy)]
enum Asker {
    Anonymous,
    Staff,
    Administrator,
}

/// A route that takes a body.
struct Route {
    method: Method,
    path: &'static str,
    asker: Asker,
    /// A body without a fault.
    sound: Value,
    /// Its fields: name, content, whether it must be there.
    fields: &'static [(&'static str, Kind, bool)],
}

/// Every route that takes a body. `{id}` is somebody else's account.
fn routes() -> Vec<Route> {
    let new_password = "quiet lantern copper field";
    let route = |method, path, asker, sound, fields| Route { method, path, asker, sound, fields };
    vec![
        route(
            Method::POST,
            "/api/auth/register",
            Asker::Anonymous,
            json!({"email": "nour@clinic.example", "password": PASSWORD, "full_name": "Nour Haddad"}),
            &[
                ("email", Kind::Email, true),
                ("password", Kind::Password, true),
                ("full_name", Kind::Name, true),
            ],
        ),
        route(
            Method::POST,
            "/api/auth/login",
            Asker::Anonymous,
            json!({"email": "nobody@clinic.example", "password": PASSWORD}),
            &[("email", Kind::Email, true), ("password", Kind::Password, true)],
        ),
        route(
            Method::POST,
            "/api/auth/refresh",
            Asker::Anonymous,
            json!({"refresh_token": "no token"}),
            &[("refresh_token", Kind::Token, true)],
        ),
        route(
            Method::POST,
            "/api/auth/logout",
            Asker::Anonymous,
            json!({"refresh_token": "no token"}),
            &[("refresh_token", Kind::Token, false)],
        ),
        route(
            Method::POST,
            "/api/auth/step-up",
            Asker::Staff,
            json!({"password": PASSWORD}),
            &[("password", Kind::Password, true)],
        ),
        route(
            Method::PUT,
            "/api/users/me",
            Asker::Staff,
            json!({"full_name": "Ana Ruiz"}),
            &[("full_name", Kind::Name, false), ("email", Kind::Email, false)],
        ),
        route(
            Method::PUT,
            "/api/users/me/password",
            Asker::Staff,
            json!({"current_password": PASSWORD, "new_password": new_password}),
            &[("current_password", Kind::Password, true), ("new_password", Kind::Password, true)],
        ),
        route(
            Method::POST,
            "/api/users",
            Asker::Administrator,
            json!({"email": "nour@clinic.example", "full_name": "Nour Haddad"}),
            &[
                ("email", Kind::Email, true),
                ("full_name", Kind::Name, true),
                ("role", Kind::Choice, false),
                ("password", Kind::Password, false),
                ("must_change_password", Kind::Flag, false),
            ],
        ),
        route(
            Method::PUT,
            "/api/users/{id}",
            Asker::Administrator,
            json!({}),
            &[
                ("email", Kind::Email, false),
                ("full_name", Kind::Name, false),
                ("role", Kind::Choice, false),
                ("is_active", Kind::Flag, false),
                ("must_change_password", Kind::Flag, false),
            ],
        ),
        route(
            Method::POST,
            "/api/users/bulk",
            Asker::Administrator,
            json!({"action": "activate", "ids": ["0190b2f0-0000-7000-8000-000000000001"]}),
            &[
                ("action", Kind::Choice, true),
                ("role", Kind::Choice, false),
                ("ids", Kind::Ids, true),
                ("filter", Kind::Object, false),
                ("dry_run", Kind::Flag, false),
            ],
        ),
        route(
            Method::POST,
            "/api/users/{id}/nextcloud/provision",
            Asker::Administrator,
            json!({"nextcloud_id": "ana"}),
            &[("nextcloud_id", Kind::CloudId, false)],
        ),
    ]
}

/// The route's asker, new, and the path with somebody's id.
async fn arrive(app: &TestApp, route: &Route) -> (Person, String) {
    let person = match route.asker {
        Asker::Anonymous => app.anonymous(),
        Asker::Staff => app.staff().await,
        Asker::Administrator => app.administrator().await,
    };
    let path = if route.path.contains("{id}") {
        route.path.replace("{id}", &app.staff().await.id.to_string())
    } else {
        route.path.to_owned()
    };
    (person, path)
}

/// Sends these bytes as the route's body.
async fn send(app: &TestApp, route: &Route, kind: Option<&str>, body: Vec<u8>) -> TestAnswer {
    let (person, path) = arrive(app, route).await;
    let mut request = person.request(route.method.clone(), &path).header("if-match", "\"1\"");
    if let Some(kind) = kind {
        request = request.header("content-type", kind);
    }
    person.send_body(request, body).await
}

async fn send_json(app: &TestApp, route: &Route, body: &Map<String, Value>) -> TestAnswer {
    let bytes = serde_json::to_vec(body).expect("JSON");
    send(app, route, Some("application/json"), bytes).await
}

/// Fails unless the answer is a problem with a status of the 400s that does not repeat the canary.
#[track_caller]
fn assert_refused_silently(answer: &TestAnswer, what: &str) {
    assert!(answer.status.is_client_error(), "{what}: {} {}", answer.status, answer.body);
    assert_no_echo(answer, what);
    answer.clone().assert_problem(answer.json()["code"].as_str().expect("a code"));
}

#[track_caller]
fn assert_no_echo(answer: &TestAnswer, what: &str) {
    assert!(!answer.status.is_server_error(), "{what}: {} {}", answer.status, answer.body);
    assert!(!answer.body.contains(CANARY), "{what}: {}", answer.body);
    let in_a_header =
        answer.headers.values().any(|value| String::from_utf8_lossy(value.as_bytes()).contains(CANARY));
    assert!(!in_a_header, "{what}: {:?}", answer.headers);
}

/// Fails unless the answer names the field with this code.
#[track_caller]
fn assert_names_field(answer: &TestAnswer, field: &str, code: &str, what: &str) {
    assert_refused_silently(answer, what);
    let problem = answer.json();
    let errors = problem["errors"].as_array().unwrap_or_else(|| panic!("{what}: {}", answer.body));
    let is_named = errors.iter().any(|error| error["field"] == field && error["code"] == code);
    assert!(is_named, "{what}: wanted {code} at {field} in {}", answer.body);
}
