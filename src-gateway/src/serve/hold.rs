//! One connection from its acceptance to its end: HTTP/1.1 over any stream, with limits on what it may leave undone.

use std::convert::Infallible;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::pin;
use std::task::{Poll, ready};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use http::Request;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::Watcher;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, sleep_until};
use tower::ServiceExt;

use super::bodies::{NotedBody, WorkBody};
use super::line::Line;
use super::stream::WatchedStream;

/// The most bytes of a request's head; also what is read of a body at a time.
const MOST_HEAD_BYTES: usize = 32 * 1024;

/// Answers the requests of one connection until either side ends it.
pub(super) async fn hold_connection<S>(
    stream: S,
    peer: SocketAddr,
    router: Router,
    line: Line,
    watcher: Watcher,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = {
        let line = line.clone();
        service_fn(move |request| answer(router.clone(), request, peer, line.clone()))
    };
    let connection = http1::Builder::new()
        .max_buf_size(MOST_HEAD_BYTES)
        // The line has its own, finer limits.
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(WatchedStream::new(stream, line.clone())), service);
    let mut connection = pin!(watcher.watch(connection));
    let told = line.told();
    let mut told = pin!(told.notified());
    let mut must_go = false;
    let mut sleep = pin!(sleep_until(Instant::now()));
    let ended = poll_fn(|context| {
        if let Poll::Ready(result) = connection.as_mut().poll(context) {
            return Poll::Ready(Some(result));
        }
        must_go = must_go || told.as_mut().poll(context).is_ready();
        if must_go && !line.is_working() {
            return Poll::Ready(None);
        }
        while let Some(deadline) = line.deadline() {
            // A sleep that ends too early only looks again; moving it each time would cost more.
            if deadline < sleep.deadline() || sleep.is_elapsed() {
                sleep.as_mut().reset(deadline);
            }
            ready!(sleep.as_mut().poll(context));
            if deadline <= Instant::now() {
                return Poll::Ready(None);
            }
        }
        Poll::Pending
    });
    match ended.await {
        Some(Err(error)) => tracing::debug!(cause = %error, "a connection broke"),
        Some(Ok(())) => {}
        None => tracing::debug!("a connection was closed that was silent for too long or made room"),
    }
}

async fn answer(
    router: Router,
    request: Request<Incoming>,
    peer: SocketAddr,
    line: Line,
) -> Result<Response<Body>, Infallible> {
    let work = line.begin_work(!request.body().is_end_stream());
    let mut request = request.map(|body| Body::new(NotedBody { body, line }));
    request.extensions_mut().insert(ConnectInfo(peer));
    let response = router.oneshot(request).await?;
    Ok(response.map(|body| Body::new(WorkBody::new(body, work))))
}
