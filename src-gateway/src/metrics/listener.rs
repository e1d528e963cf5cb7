//! The listener that Prometheus reads from. It is not the one that serves the API: what it tells is for those
//! who look after the server, and it must answer when the API's connections are all taken.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use http::header;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::scrape::scrape;
use crate::state::AppState;

/// Connections held at a time: two Prometheus servers and a person need no more.
const MOST_CONNECTIONS: usize = 16;

/// The longest that a request's head may take. Whoever connects and says nothing holds a place no longer.
const HEADER_TIMEOUT: Duration = Duration::from_secs(5);

/// The longest that a connection lives. One request is answered over it: Prometheus comes twice a minute, and
/// a new connection costs it nothing.
const CONNECTION_LIFE: Duration = Duration::from_secs(20);

/// How often measurements are moved into their histograms when nobody reads them.
const TIDY_INTERVAL: Duration = Duration::from_secs(5);

/// A pause after the system refused a connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// The text format's own name, with its version.
const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Answers `GET /metrics`, and nothing else.
pub fn build_router(state: AppState) -> Router {
    Router::new().route("/metrics", get(show_metrics)).with_state(state)
}

/// Serves the metrics until it is dropped.
pub async fn serve_metrics(state: AppState, listener: TcpListener) {
    let (metrics, router) = (state.metrics.clone(), build_router(state));
    let tidying = async {
        let mut interval = tokio::time::interval(TIDY_INTERVAL);
        loop {
            interval.tick().await;
            metrics.tidy_up();
        }
    };
    tokio::select! {
        () = tidying => {}
        () = accept_forever(&listener, &router) => {}
    }
}

async fn accept_forever(listener: &TcpListener, router: &Router) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    // Dropped together with this loop, so that no connection outlives it.
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        while connections.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(hold_connection(stream, router.clone(), place));
            }
            Err(error) => {
                tracing::warn!(cause = %error, "a connection for the metrics could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn hold_connection(stream: TcpStream, router: Router, place: OwnedSemaphorePermit) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    if let Ok(Err(error)) = tokio::time::timeout(CONNECTION_LIFE, connection).await {
        tracing::debug!(cause = %error, "a connection for the metrics broke");
    }
    drop(place);
}

async fn show_metrics(State(state): State<AppState>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, TEXT_FORMAT), (header::CACHE_CONTROL, "no-store")], scrape(&state).await)
}
