//! Requests that are no accident: framed in two ways at once, larger than any, in odd shapes, a hundred in one
//! breath. Each is refused or answered as what it is, never taken for another one, and never a failure.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Clinic, EMAIL, Engine, Gateway, Line, PASSWORD, Request, report};

const PATIENCE: Duration = Duration::from_secs(20);
/// Requests sent in one breath.
const PIPELINED: usize = 100;
/// What the process may grow by, in KiB.
const MOST_GROWTH: u64 = 32 * 1024;

/// Sends these bytes, and gives everything that comes back until the gateway closes.
fn send_and_hear(gateway: &Gateway, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(gateway.address()).expect("connects");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out is set");
    stream.set_write_timeout(Some(PATIENCE)).expect("a time-out is set");
    let mut sender = stream.try_clone().expect("a second handle");
    let mut heard = Vec::new();
    std::thread::scope(|scope| {
        // It may be refused before it is sent.
        scope.spawn(move || _ = sender.write_all(bytes));
        // What came before a reset counts.
        let _ = stream.read_to_end(&mut heard);
    });
    String::from_utf8_lossy(&heard).into_owned()
}

fn statuses(heard: &str) -> Vec<u16> {
    let after = heard.split("HTTP/1.1 ").skip(1);
    after.filter_map(|rest| rest.get(..3)?.parse().ok()).collect()
}

/// A request within a request: what a proxy that reads the other length would let through unseen.
fn smuggle(gateway: &Gateway) -> usize {
    let hidden = "GET /api/hidden HTTP/1.1\r\nHost: gateway\r\n\r\n";
    let login = "POST /api/auth/login HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n";
    let length = format!("Content-Length: {}\r\n", hidden.len() + 5);
    let (chunked, both) = ("Transfer-Encoding: chunked\r\n", "Content-Length: 4\r\nContent-Length: 40\r\n");
    let framings = [
        format!("{length}{chunked}"),
        format!("{chunked}{length}"),
        both.to_owned(),
        "Transfer-Encoding: chunked, identity\r\n".to_owned(),
        "Transfer-Encoding: xchunked\r\n".to_owned(),
        "Transfer-Encoding : chunked\r\n".to_owned(),
        "Transfer-Encoding:\u{b}chunked\r\n".to_owned(),
        "Content-Length: +4\r\n".to_owned(),
        "Content-Length: 0x4\r\n".to_owned(),
        "Content-Length: 4, 4\r\n".to_owned(),
        "Content-Length:\r\n 4\r\n".to_owned(),
    ];
    for framing in &framings {
        let heard = send_and_hear(gateway, format!("{login}{framing}\r\n0\r\n\r\n{hidden}").as_bytes());
        let statuses = statuses(&heard);
        assert!(statuses.len() <= 1, "{framing:?} let a second request through: {heard}");
        assert!(statuses.iter().all(|status| (400..=499).contains(status)), "{framing:?}: {heard}");
        assert!(!heard.contains("404"), "{framing:?} let the hidden request through: {heard}");
    }
    framings.len()
}

fn send_odd_shapes(gateway: &Gateway) -> usize {
    let (large, many) = ("a".repeat(1024 * 1024), "X-Many: a\r\n".repeat(2_000));
    let end = "Host: gateway\r\nConnection: close\r\n\r\n";
    let shapes = [
        format!("GET /{large} HTTP/1.1\r\n{end}"),
        format!("GET /api/users?search={large} HTTP/1.1\r\n{end}"),
        format!("GET /health HTTP/1.1\r\nX-Large: {large}\r\n{end}"),
        format!("GET /health HTTP/1.1\r\n{many}{end}"),
        format!("GET /health HTTP/1.1\r\n{large}: a\r\n{end}"),
        format!("{large} /health HTTP/1.1\r\n{end}"),
        format!("GET /health HTTP/1.1\r\nAuthorization: Bearer {}\r\n{end}", "a".repeat(20_000)),
        format!("GET /\u{0}health HTTP/1.1\r\n{end}"),
        format!("GET /health HTTP/1.1\r\nX-Split: a\rb\r\n{end}"),
        format!("GET /health HTTP/9.9\r\n{end}"),
        format!("GET  /health  HTTP/1.1\r\n{end}"),
        format!("CONNECT gateway:80 HTTP/1.1\r\n{end}"),
        format!("get /health HTTP/1.1\r\n{end}"),
        format!("GET /../../etc/passwd HTTP/1.1\r\n{end}"),
        format!("GET /api/users/%2e%2e%2f%00 HTTP/1.1\r\n{end}"),
        format!("GET /%ff%fe HTTP/1.1\r\n{end}"),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{fc}\r\n\r\n".to_owned(),
        "\r\n\r\n\r\n\r\nGET\r\n\r\n".to_owned(),
    ];
    for shape in &shapes {
        let heard = send_and_hear(gateway, shape.as_bytes());
        let shown: String = shape.chars().take(60).collect();
        let statuses = statuses(&heard);
        assert!(statuses.len() <= 1, "{shown:?}: {heard}");
        assert!(statuses.iter().all(|status| (200..=499).contains(status)), "{shown:?}: {heard}");
    }
    shapes.len()
}

/// Many requests in one breath are answered one after the other, in their order.
fn pipeline(gateway: &Gateway, token: &str) {
    let paths = ["/api/auth/me", "/api/nothing", "/health"];
    let wanted: Vec<u16> = [200, 404, 200].into_iter().cycle().take(PIPELINED).collect();
    let all: Vec<u8> = paths
        .iter()
        .cycle()
        .take(PIPELINED)
        .flat_map(|path| Request::get(path).with_token(token).to_bytes())
        .collect();
    let mut line: Line = gateway.connect();
    line.send(&all).expect("sends");
    let answers = (0..PIPELINED).map(|_| line.read_answer(Instant::now()).expect("an answer comes").status);
    assert_eq!(answers.collect::<Vec<_>>(), wanted);
}

#[test]
fn requests_that_mean_ill_are_refused_as_what_they_are() {
    let clinic = Clinic::found(Engine::Sqlite);
    let gateway = clinic.serve();
    let token = gateway.sign_in().access;
    let before = gateway.most_memory();
    let (smuggled, odd) = (smuggle(&gateway), send_odd_shapes(&gateway));
    pipeline(&gateway, &token);
    let growth = gateway.most_memory() - before;
    assert!(growth < MOST_GROWTH, "{growth} KiB");
    let body = json!({"email": EMAIL, "password": PASSWORD});
    gateway.ask(&Request::post("/api/auth/login").with_json(&body)).expect(200);
    clinic.assert_calm();
    report(
        Engine::Sqlite,
        &format!(
            "sent {smuggled} requests with another one hidden inside, {odd} odd shapes and {PIPELINED} requests in one breath; no hidden one came through, none failed, the process grew by {growth} KiB"
        ),
    );
}
