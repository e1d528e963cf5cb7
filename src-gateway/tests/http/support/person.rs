//! Somebody who sends requests.

use std::net::{IpAddr, SocketAddr};

use axum::body::{Body, HttpBody};
use axum::extract::ConnectInfo;
use axum::response::Response;
use http::{Method, Request, header};
use serde_json::{Value, json};
use tower::ServiceExt;
use voiceassist_contract::Id;

use super::described::assert_described;
use super::{LogWatch, TestAnswer, TestApp};

/// Somebody, signed in or not.
#[derive(Clone)]
pub struct Person {
    /// The account's id; nil for somebody without an account.
    pub id: Id,
    /// The address that was used to sign in.
    pub email: String,
    /// The access token.
    pub access_token: Option<String>,
    /// The refresh token.
    pub refresh_token: Option<String>,
    pub(super) app: TestApp,
    pub(super) address: IpAddr,
}

impl Person {
    pub(super) fn anonymous(app: TestApp, address: IpAddr) -> Self {
        Self { id: Id::nil(), email: String::new(), access_token: None, refresh_token: None, app, address }
    }

    /// The same person after signing in; the old tokens stay with the old one.
    pub async fn sign_in(&self, email: &str, password: &str) -> Self {
        let answer = self.try_sign_in(email, password).await.assert_status(200);
        Self { email: email.to_owned(), ..self.with_pair(&answer) }
    }

    /// The answer to a sign-in.
    pub async fn try_sign_in(&self, email: &str, password: &str) -> TestAnswer {
        self.app
            .anonymous_at(&self.address.to_string())
            .post("/api/auth/login", json!({"email": email, "password": password}))
            .await
    }

    /// The same person with the pair of tokens in `answer`.
    pub fn with_pair(&self, answer: &TestAnswer) -> Self {
        let token = |name: &str| answer.json()[name].as_str().map(str::to_owned);
        Self { access_token: token("access_token"), refresh_token: token("refresh_token"), ..self.clone() }
    }

    /// The same person, who speaks to this process from now on.
    pub fn at(&self, app: &TestApp) -> Self {
        Self { app: app.clone(), ..self.clone() }
    }

    /// `GET path`.
    pub async fn get(&self, path: &str) -> TestAnswer {
        self.send(self.request(Method::GET, path)).await
    }

    /// `POST path` with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> TestAnswer {
        self.send_json(self.request(Method::POST, path), body).await
    }

    /// `POST path` without a body.
    pub async fn post_nothing(&self, path: &str) -> TestAnswer {
        self.send(self.request(Method::POST, path)).await
    }

    /// `PUT path` with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> TestAnswer {
        self.send_json(self.request(Method::PUT, path), body).await
    }

    /// `PUT path` with a JSON body, based on this version.
    pub async fn put_version(&self, path: &str, version: i64, body: Value) -> TestAnswer {
        let request = self.request(Method::PUT, path).header(header::IF_MATCH, format!("\"{version}\""));
        self.send_json(request, body).await
    }

    /// `DELETE path`.
    pub async fn delete(&self, path: &str) -> TestAnswer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// `method path` with these bytes as the body, called this type.
    pub async fn send_bytes(
        &self,
        method: Method,
        path: &str,
        kind: &str,
        body: impl Into<Body>,
    ) -> TestAnswer {
        let request = self.request(method, path).header(header::CONTENT_TYPE, kind).body(body.into());
        self.call(request.expect("a request")).await
    }

    /// A request of this person, to be completed.
    pub fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let request = Request::builder().method(method).uri(path).header(header::USER_AGENT, "test suite");
        match &self.access_token {
            Some(token) => {
                LogWatch::of_suite().remember(token);
                request.header(header::AUTHORIZATION, format!("Bearer {token}"))
            }
            None => request,
        }
    }

    /// Sends a request without a body.
    pub async fn send(&self, request: http::request::Builder) -> TestAnswer {
        self.call(request.body(Body::empty()).expect("a request")).await
    }

    /// Sends a request with these bytes as the body, called what its headers say or nothing at all.
    pub async fn send_body(&self, request: http::request::Builder, body: impl Into<Body>) -> TestAnswer {
        self.call(request.body(body.into()).expect("a request")).await
    }

    /// Sends a request with a JSON body.
    pub async fn send_json(&self, request: http::request::Builder, body: Value) -> TestAnswer {
        let request = request.header(header::CONTENT_TYPE, "application/json").body(body.to_string().into());
        self.call(request.expect("a request")).await
    }

    async fn call(&self, request: Request<Body>) -> TestAnswer {
        // A body that has its size is text of a test; a stream would have to be taken apart.
        let (parts, body) = request.into_parts();
        let request = match body.size_hint().exact() {
            Some(_) => {
                let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a body in memory");
                LogWatch::of_suite().remember_body(&String::from_utf8_lossy(&bytes));
                Request::from_parts(parts, bytes.into())
            }
            None => Request::from_parts(parts, body),
        };
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let answer = TestAnswer::read(self.open(request).await).await;
        assert_described(&method, &path, &answer);
        answer
    }

    /// Sends a request and leaves the answer's body where it is.
    pub async fn open(&self, mut request: Request<Body>) -> Response {
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(self.address, 40_000)));
        let Ok(response) = self.app.router.clone().oneshot(request).await;
        response
    }
}
