//! What the log says of requests, and what it never says. The whole suite is watched for secrets in it
//! (`support/watch.rs`); here is what the watch finds and what a line holds.

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use http::{Method, header};
use serde_json::{Value, json};

use crate::support::{Engine, LogWatch, PASSWORD, Person, TestAnswer, TestApp};

/// The id of a request that no other request of the suite has, which both engines' tests may be part of.
fn id(of: &str) -> String {
    format!("{of}-{:?}", Engine::current())
}

/// The suite's lines of JSON about the request with this id.
fn lines_about(id: &str) -> Vec<Value> {
    let log = LogWatch::of_suite().log();
    let mentions = log.lines().filter(|line| line.contains(id));
    let objects = mentions.filter_map(|line| serde_json::from_str::<Value>(line).ok());
    objects.filter(|object| object["request_id"] == id || object["span"]["request_id"] == id).collect()
}

/// Those of them that say how it was answered.
fn answered(id: &str) -> Vec<Value> {
    lines_about(id).into_iter().filter(|line| line["message"] == "answered").collect()
}

async fn ask(person: &Person, method: Method, path: &str, id: &str) -> TestAnswer {
    person.send(person.request(method, path).header("x-request-id", id)).await
}

/// This test's own log, apart from the suite's.
fn watch_here() -> (LogWatch, tracing::subscriber::DefaultGuard) {
    let watch = LogWatch::default();
    let guard = tracing::subscriber::set_default(watch.subscriber());
    (watch, guard)
}

#[on_each_engine]
async fn a_planted_secret_is_found_in_either_format() {
    let (watch, _guard) = watch_here();
    for (name, secret) in [
        ("email", "o'brien+ward@clinic.example"),
        ("password", "tab\tquote\"and \\ backslash"),
        ("refresh_token", "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl"),
        ("temporary_password", "kettle-marble-7"),
    ] {
        let before = watch.find_leaks().len();
        watch.remember_body(&json!({"inner": [{name: secret}]}).to_string());
        assert_eq!(watch.find_leaks().len(), before, "nothing was logged yet");
        tracing::debug!(cause = secret, "it did not work");
        assert_eq!(
            watch.find_leaks().len(),
            before + 2,
            "{name} as text and as JSON: {:?}",
            watch.find_leaks()
        );
    }
    watch.remember_body("email,full_name\nana@clinic.example,Ana\n");
    tracing::trace!("imported ana@clinic.example");
    assert_eq!(watch.find_leaks().len(), 10);
}

#[on_each_engine]
async fn a_handler_that_logs_what_it_was_sent_is_found() {
    async fn tell_all(body: Bytes) {
        tracing::info!("it sent {}", String::from_utf8_lossy(&body));
    }
    let app = TestApp::start().await.with_routes(Router::new().route("/tell", post(tell_all)));
    // From here on nothing is done in other threads, which this log would not see.
    let (watch, _guard) = watch_here();
    let body = json!({"email": "planted@clinic.example"});
    watch.remember_body(&body.to_string());
    app.anonymous().post("/tell", body).await.assert_status(200);
    assert_eq!(watch.find_leaks().len(), 2, "{}", watch.log());
}

#[on_each_engine]
async fn a_request_is_one_line_with_its_id_route_status_duration_and_account() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let path = format!("/api/users/{}?note=typed-by-somebody", admin.id);
    let id = id("one-line");
    ask(&admin, Method::GET, &path, &id).await.assert_status(200);
    let [line] = answered(&id).try_into().expect("one line");
    assert_eq!(line["level"], "INFO");
    assert_eq!(line["method"], "GET");
    assert_eq!(line["route"], "/api/users/{id}");
    assert_eq!(line["status"], 200);
    assert_eq!(line["user_id"], admin.id.to_string());
    assert!(line["duration_ms"].as_f64().is_some_and(|duration| duration > 0.0), "{line}");
    assert!(!LogWatch::of_suite().log().contains("typed-by-somebody"));
}

#[on_each_engine]
async fn a_sign_in_is_logged_under_the_account_and_a_failed_one_under_none() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    let (right, wrong) = (id("right-sign-in"), id("wrong-sign-in"));
    for (id, password, status) in [(&right, PASSWORD, 200), (&wrong, "wrong", 401)] {
        let request = app.anonymous().request(Method::POST, "/api/auth/login").header("x-request-id", id);
        let body = json!({"email": ana.email, "password": password});
        app.anonymous().send_json(request, body).await.assert_status(status);
    }
    let [right] = answered(&right).try_into().expect("one line");
    let [wrong] = answered(&wrong).try_into().expect("one line");
    assert_eq!((&right["user_id"], &right["status"]), (&ana.id.to_string().into(), &200.into()));
    assert_eq!((&wrong["user_id"], &wrong["status"]), (&Value::Null, &401.into()));
}

#[on_each_engine]
async fn what_a_stranger_chooses_writes_nothing_into_the_log() {
    let app = TestApp::start().await;
    let stranger = app.anonymous();
    let planted = "PLANTED-BY-A-STRANGER";
    let method = Method::from_bytes(planted.as_bytes()).expect("a method");
    let request = stranger
        .request(method, &format!("/{planted}/%0a?{planted}={planted}"))
        .header("x-request-id", format!("{planted} {planted}"))
        .header(header::USER_AGENT, format!("{planted}\u{9b}31m"))
        .header(header::REFERER, planted)
        .header("x-forwarded-for", planted)
        .header(header::AUTHORIZATION, format!("Bearer {planted}"));
    let answer = stranger.send(request).await.assert_status(404);
    let lines = answered(answer.header("x-request-id").expect("an id"));
    assert!(lines.iter().any(|line| line["method"] == "another" && line["route"] == "-"), "{lines:?}");
    assert!(!LogWatch::of_suite().log().contains(planted));
}

#[on_each_engine]
async fn a_failure_is_logged_under_the_id_that_the_answer_names() {
    let app = TestApp::start().await;
    let ana = app.staff().await;
    app.state.database.clone().close().await.expect("closes");
    let id = id("a-failure");
    let answer = ask(&ana, Method::GET, "/api/users/me", &id).await.assert_status(503);
    assert_eq!(answer.json()["request_id"], id);
    let lines = lines_about(&id);
    let failure = lines.iter().find(|line| line["level"] == "ERROR").expect("the failure");
    assert_eq!(failure["message"], "the database does not answer");
    assert!(failure["cause"].is_string());
}
