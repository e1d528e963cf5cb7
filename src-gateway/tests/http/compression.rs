//! Smaller answers: to those who ask, where it is worth it, and never where a token is in the answer.

use std::io::Read;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::get;
use flate2::read::GzDecoder;
use futures_util::StreamExt;
use http::{HeaderMap, Method, header};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::support::{Person, TestApp};

/// Headers and body as they go over the wire.
async fn fetch(person: &Person, path: &str, accepts: &str) -> (HeaderMap, Vec<u8>) {
    let request = person.request(Method::GET, path).header(header::ACCEPT_ENCODING, accepts);
    let response = person.open(request.body(Body::empty()).expect("a request")).await;
    let (parts, body) = response.into_parts();
    (parts.headers, axum::body::to_bytes(body, usize::MAX).await.expect("arrives").to_vec())
}

fn unpack(packed: &[u8]) -> String {
    let mut text = String::new();
    GzDecoder::new(packed).read_to_string(&mut text).expect("gzip");
    text
}

#[on_each_engine]
async fn a_list_and_a_table_are_smaller_for_those_who_ask_and_the_same() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    app.create_crowd(100).await;
    for path in ["/api/users?limit=100", "/api/users/export"] {
        let (plain_headers, plain) = fetch(&admin, path, "identity").await;
        let (headers, packed) = fetch(&admin, path, "br, gzip;q=0.8").await;
        assert_eq!(plain_headers.get("content-encoding"), None);
        for headers in [&plain_headers, &headers] {
            assert!(headers.get_all("vary").iter().any(|value| value == "accept-encoding"), "{headers:?}");
        }
        assert_eq!(headers["content-encoding"], "gzip", "{path}");
        assert_eq!(unpack(&packed), String::from_utf8(plain.clone()).expect("UTF-8"));
        assert!(packed.len() * 3 < plain.len(), "{} of {}", packed.len(), plain.len());
    }
}

#[on_each_engine]
async fn what_is_small_or_not_asked_for_stays_as_it_is() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    app.create_crowd(50).await;
    for (path, accepts) in [
        ("/health", "gzip"),
        ("/api/users/me", "gzip"),
        ("/api/users", "br"),
        ("/api/users", "*"),
        ("/api/users", "gzip;q=0"),
        ("/api/users", "identity;q=0"),
    ] {
        let (headers, body) = fetch(&admin, path, accepts).await;
        assert_eq!(headers.get("content-encoding"), None, "{path} for {accepts}");
        assert!(serde_json::from_slice::<Value>(&body).is_ok());
    }
}

#[on_each_engine]
async fn an_answer_with_a_token_or_a_password_is_never_compressed() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let token = admin.refresh_token.clone().expect("a token");
    for (path, body) in [
        ("/api/auth/login", json!({"email": admin.email, "password": crate::support::PASSWORD})),
        ("/api/auth/refresh", json!({"refresh_token": token})),
        ("/api/users", json!({"email": "nour@clinic.example", "full_name": "n".repeat(100)})),
    ] {
        let request = admin.request(Method::POST, path).header(header::ACCEPT_ENCODING, "gzip");
        let answer = admin.send_json(request, body).await;
        assert!(answer.status.is_success(), "{}", answer.body);
        assert_eq!(answer.header("content-encoding"), None, "{path}");
        assert!(answer.body.contains("token\"") || answer.body.contains("temporary_password"));
    }
}

#[on_each_engine]
async fn an_answer_to_anything_but_a_get_stays_as_it_is_however_large() {
    async fn answer_much() -> axum::Json<Vec<&'static str>> {
        axum::Json(vec!["much of the same"; 1_000])
    }
    let routes = Router::new().route("/much", get(answer_much).post(answer_much).put(answer_much));
    let app = TestApp::start().await.with_routes(routes);
    let nobody = app.anonymous();
    for (method, coding) in
        [(Method::GET, true), (Method::POST, false), (Method::PUT, false), (Method::HEAD, false)]
    {
        let request = nobody.request(method.clone(), "/much").header(header::ACCEPT_ENCODING, "gzip");
        let response = nobody.open(request.body(Body::empty()).expect("a request")).await;
        assert_eq!(response.headers().contains_key("content-encoding"), coding, "{method}");
    }
}

#[on_each_engine]
async fn what_is_made_while_it_is_sent_does_not_wait_for_its_end() {
    let go_on = Arc::new(Notify::new());
    let released = go_on.clone();
    let routes = Router::new().route(
        "/slow",
        get(move || async move {
            let first = async { Ok::<_, std::io::Error>(Bytes::from("first\n".repeat(10))) };
            let second = async move {
                released.notified().await;
                Ok(Bytes::from("second\n"))
            };
            let pieces = futures_util::stream::once(first).chain(futures_util::stream::once(second));
            ([(header::CONTENT_TYPE, "text/csv")], Body::from_stream(pieces))
        }),
    );
    let app = TestApp::start().await.with_routes(routes);
    let nobody = app.anonymous();
    let request = nobody.request(Method::GET, "/slow").header(header::ACCEPT_ENCODING, "gzip");
    let response = nobody.open(request.body(Body::empty()).expect("a request")).await;
    assert_eq!(response.headers()["content-encoding"], "gzip");
    let mut pieces = response.into_body().into_data_stream();
    let mut packed = Vec::new();
    let mut seen = String::new();
    while !seen.contains("first\n") {
        packed.extend_from_slice(&pieces.next().await.expect("more comes").expect("arrives"));
        let mut so_far = vec![0; 1_000];
        let count = GzDecoder::new(packed.as_slice()).read(&mut so_far).unwrap_or(0);
        seen = String::from_utf8_lossy(&so_far[..count]).into_owned();
    }
    go_on.notify_one();
    while let Some(piece) = pieces.next().await {
        packed.extend_from_slice(&piece.expect("arrives"));
    }
    assert!(unpack(&packed).ends_with("first\nsecond\n"));
}

#[on_each_engine]
async fn a_table_that_breaks_off_is_not_taken_for_the_whole_when_it_is_compressed() {
    let routes = Router::new().route(
        "/broken",
        get(|| async {
            let pieces =
                [Ok(Bytes::from("row\n".repeat(1_000))), Err(std::io::Error::other("the database went"))];
            ([(header::CONTENT_TYPE, "text/csv")], Body::from_stream(futures_util::stream::iter(pieces)))
        }),
    );
    let app = TestApp::start().await.with_routes(routes);
    let nobody = app.anonymous();
    let request = nobody.request(Method::GET, "/broken").header(header::ACCEPT_ENCODING, "gzip");
    let response = nobody.open(request.body(Body::empty()).expect("a request")).await;
    assert!(axum::body::to_bytes(response.into_body(), usize::MAX).await.is_err());
}
