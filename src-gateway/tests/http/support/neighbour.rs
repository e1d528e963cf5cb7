//! A service beside the gateway that answers what a test tells it, or what a real one was recorded to answer.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::Value;
use tokio::net::TcpListener;

/// What the service does with a request.
#[derive(Clone, Debug)]
pub enum Script {
    /// Answers this.
    Answer(StatusCode, HeaderMap, String),
    /// Answers nothing.
    Hang,
}

impl Script {
    /// Answers this body.
    pub fn body(status: u16, body: &str) -> Self {
        Self::Answer(StatusCode::from_u16(status).expect("a status"), HeaderMap::new(), body.to_owned())
    }

    /// Leads to another address.
    pub fn redirect(to: &str) -> Self {
        let location = HeaderValue::from_str(to).expect("a header value");
        Self::Answer(
            StatusCode::FOUND,
            HeaderMap::from_iter([(http::header::LOCATION, location)]),
            String::new(),
        )
    }

    /// What Nextcloud 29.0.6 answered in the exchange with this name.
    pub fn recorded(name: &str) -> Self {
        let text = include_str!("../../recordings/nextcloud-29.json");
        let all: Vec<Value> = serde_json::from_str(text).expect("recordings");
        let one = all.iter().find(|exchange| exchange["name"] == name);
        let one = one.unwrap_or_else(|| panic!("{name:?} is not recorded"));
        let headers = one["response_headers"].as_object().expect("headers").iter().map(|(name, value)| {
            let name: HeaderName = name.parse().expect("a header's name");
            (name, HeaderValue::from_str(value.as_str().expect("one value")).expect("a header value"))
        });
        let status = u16::try_from(one["status"].as_u64().expect("a status")).expect("a status");
        let body = one["response_body"].as_str().unwrap_or_default().to_owned();
        Self::Answer(StatusCode::from_u16(status).expect("a status"), headers.collect(), body)
    }
}

/// The service. It stops with the test's runtime.
#[derive(Clone)]
pub struct Neighbour {
    /// Its address, with a slash at the end.
    pub url: String,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    scripts: Vec<(String, Script)>,
    seen: Vec<(String, HeaderMap)>,
}

impl Neighbour {
    /// A service that answers `GET path` so; everything else is 404.
    pub async fn start(scripts: &[(&str, Script)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
        let url = format!("http://{}/", listener.local_addr().expect("an address"));
        let neighbour =
            Self { url, inner: Arc::new(Mutex::new(Inner { scripts: Vec::new(), seen: Vec::new() })) };
        neighbour.rewrite(scripts);
        let router = Router::new().fallback(answer).with_state(neighbour.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        neighbour
    }

    /// Answers differently from now on.
    pub fn rewrite(&self, scripts: &[(&str, Script)]) {
        let scripts = scripts.iter().map(|(path, script)| ((*path).to_owned(), script.clone())).collect();
        self.inner.lock().expect("not poisoned").scripts = scripts;
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<(String, HeaderMap)> {
        self.inner.lock().expect("not poisoned").seen.clone()
    }
}

async fn answer(State(neighbour): State<Neighbour>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let script = {
        let mut inner = neighbour.inner.lock().expect("not poisoned");
        inner.seen.push((path.clone(), request.headers().clone()));
        inner.scripts.iter().find(|(scripted, _)| *scripted == path).map(|(_, script)| script.clone())
    };
    match script {
        Some(Script::Answer(status, headers, body)) => (status, headers, body).into_response(),
        Some(Script::Hang) => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            StatusCode::OK.into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
