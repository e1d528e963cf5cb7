//! One kept connection to a program on this computer: just enough HTTP/1.1 to ask it as often as it can answer.
//!
//! A general client would spend the processor's time that the gateway is to be measured with.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The largest answer that is taken.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// A request as it goes over the wire.
#[derive(Clone, Debug)]
pub(super) struct Request(Vec<u8>);

impl Request {
    /// `GET path`, with an access token.
    pub(super) fn get(path: &str, token: &str) -> Self {
        Self(
            format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n").into(),
        )
    }

    /// `POST path` with JSON, as nobody or with an access token.
    pub(super) fn post(path: &str, token: Option<&str>, body: &str) -> Self {
        let authorization =
            token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        let length = body.len();
        Self(
            format!(
                "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{authorization}Content-Type: application/json\r\n\
                 Content-Length: {length}\r\n\r\n{body}"
            )
            .into(),
        )
    }
}

/// A connection that is used again for every request.
#[derive(Debug)]
pub(super) struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub(super) fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { stream, answer: Vec::with_capacity(64 * 1024) })
    }

    /// Sends a request and waits for the whole answer: its status and its body.
    pub(super) fn send(&mut self, request: &Request) -> Result<(u16, &[u8])> {
        self.stream.write_all(&request.0)?;
        self.answer.clear();
        let mut head = None;
        loop {
            let head = match head {
                Some(head) => head,
                None => match read_head(&self.answer)? {
                    Some(found) => *head.insert(found),
                    None => {
                        self.read_some()?;
                        continue;
                    }
                },
            };
            let end = head.body_at + head.length;
            ensure!(end <= MOST_BYTES, "the answer is larger than {MOST_BYTES} bytes");
            if self.answer.len() >= end {
                return Ok((head.status, &self.answer[head.body_at..end]));
            }
            self.read_some()?;
        }
    }

    fn read_some(&mut self) -> Result<()> {
        let (before, room) = (self.answer.len(), 64 * 1024);
        self.answer.resize(before + room, 0);
        let read = self.stream.read(&mut self.answer[before..]);
        self.answer.truncate(before + *read.as_ref().unwrap_or(&0));
        ensure!(read.context("the gateway did not answer")? > 0, "the gateway closed the connection");
        Ok(())
    }
}

/// What is known once the headers are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Head {
    status: u16,
    body_at: usize,
    length: usize,
}

/// Reads the headers, if all of them have come.
fn read_head(bytes: &[u8]) -> Result<Option<Head>> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let text = std::str::from_utf8(&bytes[..end]).context("the answer's headers are no text")?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|word| word.parse().ok());
    let status = status.context("the answer has no status")?;
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        if name.eq_ignore_ascii_case("content-length") {
            let length = value.trim().parse().context("the answer's length is no number")?;
            return Ok(Some(Head { status, body_at: end + 4, length }));
        }
    }
    bail!("the answer does not say how long it is")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn headers_are_read_once_they_are_whole() {
        let whole = b"HTTP/1.1 200 OK\r\nDate: x\r\nCONTENT-Length: 12\r\n\r\nhello";
        assert_eq!(read_head(&whole[..30]).expect("is a beginning"), None);
        let head = read_head(whole).expect("reads").expect("is whole");
        assert_eq!(head, Head { status: 200, body_at: 48, length: 12 });
        assert!(read_head(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").is_err());
        assert!(read_head(b"nonsense\r\n\r\n").is_err());
    }

    #[test]
    fn answers_in_pieces_are_put_together_and_the_connection_is_kept() -> Result<()> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let server = std::thread::spawn(move || -> Result<()> {
            let (mut stream, _) = listener.accept()?;
            let mut scratch = [0; 1_024];
            for body in ["one", "three"] {
                let _ = stream.read(&mut scratch)?;
                write!(stream, "HTTP/1.1 201 Created\r\ncontent-length: {}\r\n\r", body.len())?;
                stream.flush()?;
                std::thread::sleep(Duration::from_millis(20));
                write!(stream, "\n{body}")?;
            }
            Ok(())
        });
        let mut connection = Connection::open(address)?;
        for expected in ["one", "three"] {
            let (status, body) = connection.send(&Request::get("/", "t"))?;
            assert_eq!((status, body), (201, expected.as_bytes()));
        }
        assert!(connection.send(&Request::get("/", "t")).is_err(), "the other side has gone");
        server.join().expect("the server ends")
    }
}
