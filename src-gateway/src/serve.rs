//! Accepting connections and ending well: a bound on how many there are and on how long headers take,
//! and no accepted request is lost when the process is told to stop.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt;

use crate::state::AppState;

/// Connections held at a time; more wait in the system's queue.
const MOST_CONNECTIONS: usize = 2_048;

/// The longest that a request's headers may take, and that an idle connection is kept.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

/// How long, after being told to stop, the process goes on answering with `Connection: close`, so that
/// clients with a kept connection learn of it from an answer and not from a reset.
const LEAVE_TAKING: Duration = Duration::from_millis(300);

/// The longest that requests in work may take after that.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

/// A pause after the system refused a connection, for example for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `stop` completes, then ends gracefully.
pub async fn serve_until(
    state: AppState,
    router: Router,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    tokio::select! {
        () = accept_forever(&listener, &router, &graceful, &places) => {}
        () = stop => {}
    }
    tracing::info!("stopping: no more requests are taken once those in work are answered");
    state.is_stopping.store(true, Ordering::Relaxed);
    // Whoever stands in the system's queue was told that the connection is made: answer them too.
    let _ = tokio::time::timeout(LEAVE_TAKING, accept_forever(&listener, &router, &graceful, &places)).await;
    drop(listener);
    if tokio::time::timeout(DRAIN_TIMEOUT, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests were still in work after 10 seconds and were given up");
    }
    if let Err(error) = state.database.clone().close().await {
        tracing::warn!(cause = %error, "the database did not close");
    }
    tracing::info!("stopped");
}

async fn accept_forever(
    listener: &TcpListener,
    router: &Router,
    graceful: &GracefulShutdown,
    places: &Arc<Semaphore>,
) {
    loop {
        // The semaphore is never closed; if it were, there would be nothing left to serve.
        let Ok(place) = places.clone().acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, peer)) => hold_connection(stream, peer, router.clone(), graceful, place),
            Err(error) => {
                tracing::warn!(cause = %error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

fn hold_connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    graceful: &GracefulShutdown,
    place: OwnedSemaphorePermit,
) {
    // Answers are small; waiting to fill a packet only delays them.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(router.clone(), request, peer));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    let watched = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = watched.await {
            tracing::debug!(cause = %error, "a connection broke");
        }
        drop(place);
    });
}

async fn answer(
    router: Router,
    mut request: Request<Incoming>,
    peer: SocketAddr,
) -> Result<Response<Body>, Infallible> {
    request.extensions_mut().insert(ConnectInfo(peer));
    router.oneshot(request.map(Body::new)).await
}
