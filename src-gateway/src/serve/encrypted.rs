//! A connection that the gateway encrypts: a handshake first, and then a connection as any other.

use std::net::SocketAddr;

use axum::Router;
use axum::response::Response;
use http::{HeaderValue, header};
use hyper_util::server::graceful::Watcher;
use tokio::net::TcpStream;
use tokio::time::sleep_until;

use super::hold::hold_connection;
use super::line::Line;
use crate::tls::Tls;

/// For a year, browsers that have been here speak to this name over encrypted connections alone (RFC 6797).
const ONLY_ENCRYPTED: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Shakes hands, and answers requests until either side ends it. Until the first request has come, the connection may
/// be told to make room.
pub(super) async fn hold_encrypted(
    tls: Tls,
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    line: Line,
    watcher: Watcher,
) {
    let told = line.told();
    let deadline = line.deadline();
    let give_up = async {
        let too_late = async {
            match deadline {
                Some(deadline) => sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = too_late => {}
            () = told.notified() => {}
        }
    };
    if let Some(stream) = tls.shake_hands(stream, give_up).await {
        hold_connection(stream, peer, router, line, watcher).await;
    }
}

/// Asks browsers never to come without encryption again. Over plain HTTP they must not be told so (RFC 6797 section
/// 7.2).
pub(super) async fn ask_for_encryption(mut response: Response) -> Response {
    response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, ONLY_ENCRYPTED);
    response
}
