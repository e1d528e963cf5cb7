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
    /// The answer, and behind it room for more. Made once: this is compiled without optimisation, and clearing it
    /// for every answer would take longer than the answer.
    answer: Vec<u8>,
    filled: usize,
}

impl Connection {
    /// Connects.
    pub(super) fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { stream, answer: vec![0; 64 * 1024], filled: 0 })
    }

    /// Sends a request and waits for the whole answer: its status and its body.
    pub(super) fn send(&mut self, request: &Request) -> Result<(u16, &[u8])> {
        self.stream.write_all(&request.0)?;
        self.filled = 0;
        let head = loop {
            self.read_some()?;
            if let Some(head) = read_head(&self.answer[..self.filled])? {
                break head;
            }
        };
        let end = head.body_at + head.length;
        ensure!(end <= MOST_BYTES, "the answer is larger than {MOST_BYTES} bytes");
        while self.filled < end {
            self.read_some()?;
        }
        Ok((head.status, &self.answer[head.body_at..end]))
    }

    fn read_some(&mut self) -> Result<()> {
        if self.filled == self.answer.len() {
            ensure!(self.filled < MOST_BYTES, "the answer is larger than {MOST_BYTES} bytes");
            self.answer.resize(self.filled * 2, 0);
        }
        let read = self.stream.read(&mut self.answer[self.filled..]).context("the gateway did not answer")?;
        ensure!(read > 0, "the gateway closed the connection");
        self.filled += read;
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
    let Some(end) = find_end_of_head(bytes) else { return Ok(None) };
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

/// Where the empty line begins. It is four bytes long, so every fourth byte is looked at.
fn find_end_of_head(bytes: &[u8]) -> Option<usize> {
    let mut at = 3;
    while let Some(byte) = bytes.get(at) {
        if *byte == b'\r' || *byte == b'\n' {
            let begins = (at - 3..=at).find(|begin| bytes[*begin..].starts_with(b"\r\n\r\n"));
            if begins.is_some() {
                return begins;
            }
        }
        at += 4;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn headers_are_read_once_they_are_whole() {
        let whole = b"HTTP/1.1 200 OK\r\nDate: x\r\nCONTENT-Length: 12\r\n\r\nhello";
        assert_eq!(read_head(&whole[..30]).expect("is a beginning"), None);
        for first in 0..4 {
            let mut shifted = vec![b'x'; first];
            shifted.extend(whole);
            assert_eq!(find_end_of_head(&shifted), Some(first + 44));
        }
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
