//! Accepting connections and ending well: a bound on how many there are, and no accepted request is lost when the
//! process is told to stop.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use axum::middleware::map_response;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};

use crate::state::AppState;
use crate::tls::Tls;
use connections::{ConnectionLimits, Connections};
use encrypted::{ask_for_encryption, hold_encrypted};
use hold::hold_connection;

mod bodies;
pub mod connections;
pub mod descriptors;
mod encrypted;
mod hold;
mod line;
mod stream;

/// How long, after being told to stop, the process goes on answering with `Connection: close`, so that
/// clients with a kept connection learn of it from an answer and not from a reset.
const LEAVE_TAKING: Duration = Duration::from_millis(300);

/// How long those who were accepted last have, handshake included, until their request must be here.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// The longest that requests in work may take after that.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

/// A pause after the system refused a connection, for example for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `stop` completes, then ends gracefully. With `tls`, every connection is encrypted.
pub async fn serve_until(
    state: AppState,
    router: Router,
    listener: TcpListener,
    limits: ConnectionLimits,
    tls: Option<Tls>,
    stop: impl Future<Output = ()>,
) {
    let router = if tls.is_some() { router.layer(map_response(ask_for_encryption)) } else { router };
    let mut door = Door {
        listener,
        router,
        tls,
        connections: Connections::new(limits, &state.metrics),
        graceful: GracefulShutdown::new(),
        accepted: None,
    };
    tokio::select! {
        () = door.accept_forever() => {}
        () = stop => {}
    }
    tracing::info!("stopping: no more requests are taken once those in work are answered");
    state.is_stopping.store(true, Ordering::Relaxed);
    // Whoever stands in the system's queue was told that the connection is made: answer them too.
    let _ = tokio::time::timeout(LEAVE_TAKING, door.accept_forever()).await;
    let Door { graceful, listener, .. } = door;
    drop(listener);
    if graceful.count() > 0 {
        tokio::time::sleep(LAST_WORDS).await;
    }
    if tokio::time::timeout(DRAIN_TIMEOUT, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests were still in work after 10 seconds and were given up");
    }
    if let Err(error) = state.database.clone().close().await {
        tracing::warn!(cause = %error, "the database did not close");
    }
    tracing::info!("stopped");
}

/// Where connections come in.
struct Door {
    listener: TcpListener,
    router: Router,
    tls: Option<Tls>,
    connections: Connections,
    graceful: GracefulShutdown,
    /// Accepted and without a place yet; kept here so that it outlives the future that waits for one.
    accepted: Option<(TcpStream, SocketAddr)>,
}

impl Door {
    async fn accept_forever(&mut self) {
        loop {
            if self.accepted.is_none() {
                match self.listener.accept().await {
                    Ok(accepted) => self.accepted = Some(accepted),
                    Err(error) => {
                        tracing::warn!(cause = %error, "a connection could not be accepted");
                        // Most likely there are too many: one that does nothing can go.
                        self.connections.close_longest_waiting();
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                        continue;
                    }
                }
            }
            let line = self.connections.take_place().await;
            if let Some((stream, peer)) = self.accepted.take() {
                // Answers are small; waiting to fill a packet only delays them.
                let _ = stream.set_nodelay(true);
                let watcher = self.graceful.watcher();
                let router = self.router.clone();
                match self.tls.clone() {
                    Some(tls) => {
                        tokio::spawn(hold_encrypted(tls, stream, peer, router, line, watcher));
                    }
                    None => {
                        tokio::spawn(hold_connection(stream, peer, router, line, watcher));
                    }
                }
            }
        }
    }
}
