//! Proxies of the system are used for other computers and never for this one.
//!
//! Each test runs itself again, because the proxy's address comes from the environment.

use std::process::Command;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;
use uuid::Uuid;
use voiceassist_client::{Client, Connection, MemoryTokenStore, SystemClock};

const TARGET: &str = "VOICEASSIST_TEST_TARGET";

/// Answers one connection with a health report of that version; its first request line.
async fn answer_once(listener: TcpListener, version: &str) -> String {
    let (mut stream, _) = listener.accept().await.expect("a connection");
    let mut bytes = vec![0; 4096];
    let length = stream.read(&mut bytes).await.expect("a request");
    let body = format!(
        r#"{{"status":"healthy","version":"{version}","timestamp":"2026-11-23T10:00:00Z","uptime_seconds":1}}"#
    );
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).await.expect("sent");
    String::from_utf8_lossy(&bytes[..length]).lines().next().unwrap_or_default().to_owned()
}

/// What the client hears at that address when this test runs again in a process with that proxy.
async fn version_heard(test: &'static str, proxy: &str, target: String) -> String {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", test, "--nocapture"]).env(TARGET, target);
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        command.env(name, proxy);
    }
    command.env_remove("NO_PROXY").env_remove("no_proxy").env_remove("REQUEST_METHOD");
    let output =
        tokio::task::spawn_blocking(move || command.output().expect("runs")).await.expect("no panic");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = text.split("heard ").nth(1).and_then(|rest| rest.split_whitespace().next());
    version.unwrap_or_else(|| panic!("{text}{}", String::from_utf8_lossy(&output.stderr))).to_owned()
}

#[tokio::test]
async fn another_computer_is_reached_through_the_systems_proxy() {
    if let Ok(target) = std::env::var(TARGET) {
        return say_what_is_heard(&target).await;
    }
    let test = "another_computer_is_reached_through_the_systems_proxy";
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let proxy = format!("http://{}", listener.local_addr().expect("an address"));
    let (line, heard) = tokio::join!(
        answer_once(listener, "through-the-proxy"),
        version_heard(test, &proxy, "http://gateway.clinic.invalid:8000".into())
    );
    assert_eq!(heard, "through-the-proxy");
    assert_eq!(line, "GET http://gateway.clinic.invalid:8000/health HTTP/1.1");
}

#[tokio::test]
async fn this_computer_is_reached_directly() {
    if let Ok(target) = std::env::var(TARGET) {
        return say_what_is_heard(&target).await;
    }
    let test = "this_computer_is_reached_directly";
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let (line, heard) =
        tokio::join!(answer_once(listener, "directly"), version_heard(test, "http://127.0.0.1:1", address));
    assert_eq!(heard, "directly");
    assert_eq!(line, "GET /health HTTP/1.1");
}

async fn say_what_is_heard(target: &str) {
    let connection = Connection {
        address: Url::parse(target).expect("an address"),
        allow_plain_http: true,
        ca_file: None,
    };
    let store = Arc::new(MemoryTokenStore::default());
    let client = Client::new(connection, Uuid::nil(), store, Arc::new(SystemClock)).expect("a client");
    let report = client.health().test_connection().await.expect("reached");
    println!("heard {}", report.version);
}
