//! Slow callers: headers that drip, bodies that drip, connections on which nothing comes. Each is ended in its
//! time, and others are served meanwhile.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::support::{Clinic, Engine, Gateway, Request, report};

/// How many there are of each kind.
const CALLERS: usize = 40;
/// Between two bytes.
const DRIP: Duration = Duration::from_secs(1);
/// How much longer than its time anything may take.
const LEEWAY: Duration = Duration::from_secs(4);
/// The longest that others may wait, on a machine that is busy with other tests, too.
const LONGEST_ANSWER: Duration = Duration::from_secs(2);

/// How a caller is slow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Not a byte.
    Silent,
    /// The request line, and then a header that never ends.
    Headers,
    /// The same after a first request that was answered.
    SecondHeaders,
    /// The head at once, then a body.
    Body,
    /// The same in chunks.
    Chunks,
    /// A table to import.
    Table,
}

const KINDS: [Kind; 6] =
    [Kind::Silent, Kind::Headers, Kind::SecondHeaders, Kind::Body, Kind::Chunks, Kind::Table];

impl Kind {
    fn opening(self, token: &str) -> String {
        let login = "POST /api/auth/login HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n";
        match self {
            Self::Silent => String::new(),
            Self::Headers => "GET /health HTTP/1.1\r\nHost: gateway\r\nX-Slow: ".to_owned(),
            Self::SecondHeaders => {
                let first = "GET /health HTTP/1.1\r\nHost: gateway\r\n\r\n";
                format!("{first}GET /health HTTP/1.1\r\nHost: gateway\r\nX-Slow: ")
            }
            Self::Body => format!("{login}Content-Length: 1000\r\n\r\n{{"),
            Self::Chunks => format!("{login}Transfer-Encoding: chunked\r\n\r\n400\r\n{{"),
            Self::Table => format!(
                "POST /api/users/import HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {token}\r\n\
                 Content-Type: text/csv\r\nContent-Length: 1000\r\n\r\nemail"
            ),
        }
    }

    fn drips(self) -> bool {
        self != Self::Silent
    }

    /// When it is ended.
    fn time(self) -> Duration {
        Duration::from_secs(match self {
            Self::Silent | Self::Headers | Self::SecondHeaders => 15,
            Self::Body | Self::Chunks => 10,
            Self::Table => 25,
        })
    }

    /// What is said before the end.
    fn last_words(self) -> &'static str {
        match self {
            Self::Silent | Self::Headers => "",
            Self::SecondHeaders => "200 OK",
            Self::Body | Self::Chunks | Self::Table => "408 Request Timeout",
        }
    }
}

/// A slow caller.
struct Caller {
    kind: Kind,
    stream: TcpStream,
    heard: String,
    since: Instant,
    ended_after: Option<Duration>,
}

impl Caller {
    fn call(gateway: &Gateway, kind: Kind, token: &str) -> Self {
        let mut stream = TcpStream::connect(gateway.address()).expect("connects");
        stream.write_all(kind.opening(token).as_bytes()).expect("sends");
        stream.set_nonblocking(true).expect("nothing is waited for");
        Self { kind, stream, heard: String::new(), since: Instant::now(), ended_after: None }
    }

    /// Sends a byte and hears what there is to hear.
    fn drip(&mut self) {
        if self.ended_after.is_some() {
            return;
        }
        let is_gone = self.kind.drips() && self.stream.write_all(b"a").is_err();
        if self.hear() || is_gone {
            self.ended_after = Some(self.since.elapsed());
        }
    }

    /// Reads what has come, and says whether the other end is gone.
    fn hear(&mut self) -> bool {
        let mut bytes = [0; 4_096];
        loop {
            match self.stream.read(&mut bytes) {
                Ok(0) => return true,
                Ok(length) => self.heard.push_str(&String::from_utf8_lossy(&bytes[..length])),
                Err(error) => return error.kind() != ErrorKind::WouldBlock,
            }
        }
    }

    fn assert_ended_in_time(&self) {
        let kind = self.kind;
        let after = self.ended_after.unwrap_or_else(|| panic!("{kind:?} was not ended: {:?}", self.heard));
        let time = kind.time();
        assert!(
            after + Duration::from_secs(1) >= time && after <= time + LEEWAY,
            "{kind:?}: after {after:?}"
        );
        assert!(self.heard.contains(kind.last_words()), "{kind:?}: {:?}", self.heard);
        if kind.last_words().is_empty() {
            assert!(self.heard.is_empty() || self.heard.contains("408"), "{kind:?}: {:?}", self.heard);
        }
    }
}

#[test]
fn slow_callers_are_ended_in_their_time_and_hold_nobody_up() {
    let clinic = Clinic::found(Engine::Sqlite);
    let gateway = clinic.serve();
    let token = gateway.sign_in().access;
    // Tables are bounded in number: more would be refused at once.
    let number = |kind| if kind == Kind::Table { 2 } else { CALLERS };
    let mut callers: Vec<Caller> = KINDS
        .into_iter()
        .flat_map(|kind| std::iter::repeat_n(kind, number(kind)))
        .map(|kind| Caller::call(&gateway, kind, &token))
        .collect();
    let longest = KINDS.map(Kind::time).into_iter().max().expect("kinds");
    let started = Instant::now();
    let (mut served, mut slowest) = (0, Duration::ZERO);
    while started.elapsed() < longest + LEEWAY && callers.iter().any(|caller| caller.ended_after.is_none()) {
        let next = Instant::now() + DRIP;
        callers.iter_mut().for_each(Caller::drip);
        for _ in 0..3 {
            let answer = gateway.ask(&Request::get("/api/auth/me").with_token(&token));
            assert_eq!(answer.status, 200, "{answer:?}");
            slowest = slowest.max(answer.took);
            served += 1;
        }
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
    }
    callers.iter().for_each(Caller::assert_ended_in_time);
    assert!(slowest < LONGEST_ANSWER, "{slowest:?}");
    clinic.assert_calm();
    report(
        Engine::Sqlite,
        &format!(
            "{} slow callers of {} kinds, a byte a second; bodies were ended with 408 after 10 s (tables 25 s), headers and silence after 15 s; {served} others were served, the slowest in {slowest:.0?}",
            callers.len(),
            KINDS.len()
        ),
    );
}
