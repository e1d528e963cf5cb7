//! 100 MB are posted: refused after what a body may have, whoever sends them and however, and the process does not
//! grow by them.

use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use crate::support::{Answer, Clinic, Engine, Gateway, Line, report};

/// What is posted.
const BYTES: usize = 100 * 1024 * 1024;
/// What of it may go into buffers of the system until the refusal is noticed.
const MOST_SENT: usize = 16 * 1024 * 1024;
/// The longest until the refusal.
const LONGEST: Duration = Duration::from_secs(5);
/// What the process may grow by, in KiB, for all of them together.
const MOST_GROWTH: u64 = 24 * 1024;
/// How many post it side by side, in each way.
const CALLERS: usize = 4;

/// How the body is announced.
#[derive(Clone, Copy, Debug)]
enum Way {
    WithItsLength,
    InChunks,
    LyingAboutItsLength,
}

/// What came back, and how many bytes had gone out by then.
struct Refusal {
    answer: Answer,
    sent: usize,
}

/// Sends as much as is taken while waiting for the answer, as every client does.
fn post(gateway: &Gateway, path: &str, headers: &str, way: Way) -> Refusal {
    let stream = TcpStream::connect(gateway.address()).expect("connects");
    let mut sender = stream.try_clone().expect("a second handle");
    let framing = match way {
        Way::WithItsLength => format!("Content-Length: {BYTES}"),
        Way::InChunks => "Transfer-Encoding: chunked".to_owned(),
        // More than fits into any number.
        Way::LyingAboutItsLength => format!("Content-Length: 1{}", "0".repeat(30)),
    };
    let head = format!("POST {path} HTTP/1.1\r\nHost: gateway\r\n{headers}{framing}\r\n\r\n");
    let started = Instant::now();
    std::thread::scope(|scope| {
        let sending = scope.spawn(move || {
            let piece = vec![b'a'; 64 * 1024];
            let chunk = [b"10000\r\n", piece.as_slice(), b"\r\n"].concat();
            let piece = if matches!(way, Way::InChunks) { chunk } else { piece };
            if sender.write_all(head.as_bytes()).is_err() {
                return 0;
            }
            let mut sent = 0;
            while sent < BYTES && sender.write_all(&piece).is_ok() {
                sent += piece.len();
            }
            sent
        });
        let closer = stream.try_clone().expect("a third handle");
        let answer = Line::of(stream).read_answer(started).expect("a refusal comes");
        // What the gateway has not closed yet, the caller gives up now.
        let _ = closer.shutdown(Shutdown::Both);
        Refusal { answer, sent: sending.join().expect("nothing was wrong") }
    })
}

#[test]
fn a_hundred_megabytes_are_refused_early_and_not_kept() {
    let clinic = Clinic::found(Engine::Sqlite);
    let gateway = clinic.serve();
    let token = gateway.sign_in().access;
    let before = gateway.most_memory();
    let json = "Content-Type: application/json\r\n".to_owned();
    let table = format!("Content-Type: text/csv\r\nAuthorization: Bearer {token}\r\n");
    let cases = [
        ("/api/auth/login", &json, Way::WithItsLength, 413),
        ("/api/auth/login", &json, Way::InChunks, 413),
        ("/api/auth/login", &json, Way::LyingAboutItsLength, 400),
        ("/api/users/import", &table, Way::WithItsLength, 413),
        ("/api/users/import", &table, Way::InChunks, 413),
        // Who is not signed in gets no further than that.
        ("/api/users/import", &json, Way::InChunks, 401),
        ("/api/nothing", &json, Way::WithItsLength, 404),
    ];
    let mut most_sent = 0;
    for (path, headers, way, status) in cases {
        std::thread::scope(|scope| {
            let gateway = &gateway;
            let callers: Vec<_> =
                (0..CALLERS).map(|_| scope.spawn(move || post(gateway, path, headers, way))).collect();
            for caller in callers {
                let refusal = caller.join().expect("nothing was wrong");
                assert_eq!(refusal.answer.status, status, "{path} {way:?}: {:?}", refusal.answer);
                assert!(refusal.answer.took < LONGEST, "{path} {way:?}: {:?}", refusal.answer);
                assert!(refusal.sent < MOST_SENT, "{path} {way:?}: {} bytes were taken", refusal.sent);
                most_sent = most_sent.max(refusal.sent);
            }
        });
    }
    let growth = gateway.most_memory() - before;
    assert!(growth < MOST_GROWTH, "{growth} KiB");
    clinic.assert_calm();
    report(
        Engine::Sqlite,
        &format!(
            "posted 100 MB {} times in 7 ways; each was refused before {} KiB had been taken, and the process grew by {growth} KiB",
            cases.len() * CALLERS,
            most_sent / 1024 + 1
        ),
    );
}
