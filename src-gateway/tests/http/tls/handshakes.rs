//! Handshakes that go wrong are nobody's problem but their own.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use voiceassist_gateway::serve::connections::ConnectionLimits;

use super::{Clinic, Encrypted, wait_until};
use crate::metrics::Scraped;
use crate::support::PATIENCE;

async fn count_handshakes(clinic: &Clinic, outcome: &str) -> f64 {
    Scraped::of(&clinic.app).await.count("voiceassist_tls_handshakes_total", &[("outcome", outcome)])
}

/// Whatever comes until the connection is closed.
async fn read_to_end(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    // A reset is an end too.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("it is closed in time");
    bytes
}

#[on_each_engine]
async fn whoever_speaks_plain_http_is_closed_and_gets_no_answer() {
    let clinic = Clinic::open().await;
    let mut stream = TcpStream::connect(clinic.served.address()).await.expect("connects");
    stream.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("sends");
    let answer = read_to_end(&mut stream).await;
    assert!(!answer.windows(4).any(|window| window == b"HTTP"), "{answer:?}");
    wait_until("the count", async || count_handshakes(&clinic, "failed").await == 1.0).await;
    assert!(clinic.connect().await.get("/health").await.starts_with("HTTP/1.1 200"));
    clinic.served.stop().await;
}

#[on_each_engine]
async fn a_handshake_that_does_not_go_on_is_given_up() {
    let limits = ConnectionLimits { head: Duration::from_millis(200), ..ConnectionLimits::default() };
    let clinic = Clinic::open_with(limits).await;
    let mut silent = TcpStream::connect(clinic.served.address()).await.expect("connects");
    let mut slow = TcpStream::connect(clinic.served.address()).await.expect("connects");
    // The beginning of a record that announces a handshake's first message.
    slow.write_all(&[0x16, 0x03, 0x01, 0x02]).await.expect("sends");
    assert_eq!(read_to_end(&mut silent).await, b"");
    assert_eq!(read_to_end(&mut slow).await, b"");
    wait_until("the count", async || count_handshakes(&clinic, "given_up").await == 2.0).await;
    clinic.served.stop().await;
}

#[on_each_engine]
async fn connections_that_never_begin_a_handshake_keep_nobody_out() {
    let limits = ConnectionLimits { most: 8, ..ConnectionLimits::default() };
    let clinic = Clinic::open_with(limits).await;
    let mut silent = Vec::new();
    for _ in 0..40 {
        silent.push(TcpStream::connect(clinic.served.address()).await.expect("connects"));
    }
    for _ in 0..5 {
        let mut connection = clinic.connect().await;
        assert!(connection.get("/health").await.starts_with("HTTP/1.1 200"));
    }
    drop(silent);
    clinic.served.stop().await;
}

#[on_each_engine]
async fn handshakes_in_the_middle_of_their_way_hold_up_no_other() {
    let clinic = Clinic::open().await;
    let mut hanging = Vec::new();
    for _ in 0..100 {
        let mut stream = TcpStream::connect(clinic.served.address()).await.expect("connects");
        stream.write_all(&[0x16, 0x03, 0x01]).await.expect("sends");
        hanging.push(stream);
    }
    // One after the other: were each to wait for one that hangs, the first would not come in time.
    for _ in 0..10 {
        let client = clinic.client();
        let mut connection =
            Encrypted::try_open(clinic.served.address(), client).await.expect("shakes hands");
        assert!(connection.get("/health").await.starts_with("HTTP/1.1 200"));
    }
    assert_eq!(count_handshakes(&clinic, "done").await, 10.0);
    drop(hanging);
    clinic.served.stop().await;
}
