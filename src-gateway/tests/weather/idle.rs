//! 10,000 connections that say nothing, from many addresses: others are served, and the process stays small.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::time::{Duration, Instant};

use tokio::net::{TcpSocket, TcpStream};
use tokio::runtime::Runtime;

use crate::support::{Clinic, Engine, Gateway, Request, report};

/// How many there are, and from how many addresses.
const CONNECTIONS: usize = 10_000;
const ADDRESSES: usize = 100;
/// Opened side by side.
const AT_A_TIME: usize = 100;
/// Descriptors for them and what else a process needs.
const DESCRIPTORS: usize = CONNECTIONS + 1_000;
/// The longest that others may wait, on a machine that is busy with other tests, too.
const LONGEST_ANSWER: Duration = Duration::from_secs(3);
/// The longest until all are open.
const LONGEST_OPENING: Duration = Duration::from_secs(60);
/// What the process may grow by, in KiB.
const MOST_GROWTH: u64 = 200 * 1024;

/// Lets this process have as many descriptors (`prlimit`, util-linux).
fn allow_descriptors() {
    let this = std::process::id().to_string();
    let limit = format!("--nofile={DESCRIPTORS}:");
    let status = Command::new("prlimit").args(["--pid", &this, &limit]).status().expect("prlimit starts");
    assert!(status.success(), "{DESCRIPTORS} file descriptors are needed; see ulimit -n");
}

/// A connection from the address of this number; none if the gateway did not take it.
async fn open(number: usize, to: SocketAddr) -> Option<TcpStream> {
    let socket = TcpSocket::new_v4().expect("a descriptor");
    let last = u8::try_from(number % ADDRESSES).expect("a small number");
    socket.bind((Ipv4Addr::new(127, 0, 1, last + 1), 0).into()).expect("loopback has this address");
    tokio::time::timeout(LONGEST_ANSWER, socket.connect(to)).await.ok()?.ok()
}

async fn open_all(gateway: &Gateway) -> Vec<TcpStream> {
    let to = gateway.address();
    let mut open_ones = Vec::new();
    for batch in 0..CONNECTIONS / AT_A_TIME {
        let numbers = (0..AT_A_TIME).map(|number| batch * AT_A_TIME + number);
        let opened = futures_util::future::join_all(numbers.map(|number| open(number, to))).await;
        open_ones.extend(opened.into_iter().flatten());
    }
    open_ones
}

/// Asks over new connections, and gives the longest that it took.
fn ask_some(gateway: &Gateway, token: &str, times: usize) -> Duration {
    let request = Request::get("/api/auth/me").with_token(token);
    let ask = |_| {
        let started = Instant::now();
        gateway.ask(&request).expect(200);
        started.elapsed()
    };
    (0..times).map(ask).max().unwrap_or_default()
}

#[test]
fn ten_thousand_idle_connections_keep_nobody_out() {
    allow_descriptors();
    let clinic = Clinic::found(Engine::Sqlite);
    let gateway = clinic.serve();
    let token = gateway.sign_in().access;
    let before = gateway.most_memory();
    let runtime = Runtime::new().expect("threads");
    let (started, mut slowest) = (Instant::now(), Duration::ZERO);
    let idle = std::thread::scope(|scope| {
        let opening = scope.spawn(|| runtime.block_on(open_all(&gateway)));
        while !opening.is_finished() {
            slowest = slowest.max(ask_some(&gateway, &token, 1));
        }
        opening.join().expect("nothing was wrong")
    });
    let opened_in = started.elapsed();
    assert!(opened_in < LONGEST_OPENING, "{opened_in:?}");
    assert!(idle.len() > CONNECTIONS * 99 / 100, "only {} were taken", idle.len());
    slowest = slowest.max(ask_some(&gateway, &token, 50));
    assert!(slowest < LONGEST_ANSWER, "{slowest:?}");
    let growth = gateway.most_memory() - before;
    assert!(growth < MOST_GROWTH, "{growth} KiB");
    let count = idle.len();
    drop(idle);
    slowest = slowest.max(ask_some(&gateway, &token, 10));
    clinic.assert_calm();
    report(
        Engine::Sqlite,
        &format!(
            "opened {count} idle connections from {ADDRESSES} addresses in {opened_in:.1?}; others were served, the slowest in {slowest:.0?}, and the process grew by {} MiB",
            growth / 1024
        ),
    );
}
