//! The metrics are on a listener of their own, and nowhere else.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use voiceassist_gateway::metrics::listener::serve_metrics;
use voiceassist_gateway::serve::connections::ConnectionLimits;

use super::Scraped;
use crate::support::TestApp;

async fn ask(address: std::net::SocketAddr, head: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("connects");
    stream.write_all(head.as_bytes()).await.expect("sends");
    let mut answer = String::new();
    let reading = stream.read_to_string(&mut answer);
    tokio::time::timeout(Duration::from_secs(20), reading).await.expect("in time").expect("arrives");
    answer
}

#[on_each_engine]
async fn where_the_api_is_there_are_no_metrics_and_the_other_way_round() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    admin.get("/metrics").await.assert_status(404).assert_problem("not_found");

    let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let address = listener.local_addr().expect("an address");
    let serving = tokio::spawn(serve_metrics(app.state.clone(), listener));
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: metrics\r\nConnection: close\r\n\r\n");
    let metrics = ask(address, &get("/metrics")).await;
    assert!(metrics.starts_with("HTTP/1.1 200 OK"), "{metrics}");
    assert!(metrics.contains("voiceassist_sign_ins_total{outcome=\"success\"} 1"), "{metrics}");
    for path in ["/health", "/api/auth/policy", "/"] {
        assert!(ask(address, &get(path)).await.starts_with("HTTP/1.1 404"), "{path}");
    }
    let post = "POST /metrics HTTP/1.1\r\nHost: metrics\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    assert!(ask(address, post).await.starts_with("HTTP/1.1 405"));
    serving.abort();
}

#[on_each_engine]
async fn connections_are_counted_while_they_are_held_and_when_they_had_to_go() {
    let app = TestApp::start().await;
    let limits = ConnectionLimits { most: 3, ..ConnectionLimits::default() };
    let served = app.serve(limits).await;
    let mut held = Vec::new();
    for _ in 0..5 {
        let mut connection = served.connect().await;
        assert!(connection.get("/health").await.starts_with("HTTP/1.1 200"));
        held.push(connection);
    }
    let scraped = Scraped::of(&app).await;
    // On a busy computer one that was told to go may be too slow to, and then another one is told.
    let held_now = scraped.count("voiceassist_connections", &[]);
    assert!((1.0..=3.0).contains(&held_now), "{held_now}");
    assert_eq!(scraped.find("voiceassist_connections_max", &[]), Some(3.0));
    assert!(scraped.count("voiceassist_connections_put_out_total", &[]) >= 2.0);
    drop(held);
    served.stop().await;
    assert_eq!(Scraped::of(&app).await.find("voiceassist_connections", &[]), Some(0.0));
}

#[on_each_engine]
async fn connections_that_say_nothing_keep_prometheus_waiting_for_seconds_only() {
    let app = TestApp::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let address = listener.local_addr().expect("an address");
    let serving = tokio::spawn(serve_metrics(app.state.clone(), listener));
    // As many as there are places.
    let mut silent = Vec::new();
    for _ in 0..16 {
        silent.push(TcpStream::connect(address).await.expect("connects"));
    }
    let head = "GET /metrics HTTP/1.1\r\nHost: metrics\r\nConnection: close\r\n\r\n";
    assert!(ask(address, head).await.starts_with("HTTP/1.1 200"));
    drop(silent);
    serving.abort();
}
