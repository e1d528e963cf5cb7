//! A connection to the gateway, and HTTP over it: no library stands between the test and the bytes.

use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::Value;

/// The longest that a test waits for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A request, ready to be sent over and over.
#[derive(Clone, Debug)]
pub struct Request {
    head: String,
    body: Vec<u8>,
}

impl Request {
    /// A request with this method.
    pub fn new(method: &str, path: &str) -> Self {
        Self { head: format!("{method} {path} HTTP/1.1\r\nHost: gateway\r\n"), body: Vec::new() }
    }

    /// `GET`.
    pub fn get(path: &str) -> Self {
        Self::new("GET", path)
    }

    /// `POST`.
    pub fn post(path: &str) -> Self {
        Self::new("POST", path)
    }

    /// The same with this header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.head.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    /// The same with this access token.
    #[must_use]
    pub fn with_token(self, token: &str) -> Self {
        self.with("Authorization", &format!("Bearer {token}"))
    }

    /// The same, based on this version.
    #[must_use]
    pub fn with_version(self, version: i64) -> Self {
        self.with("If-Match", &format!("\"{version}\""))
    }

    /// The same with this body.
    #[must_use]
    pub fn with_json(self, body: &Value) -> Self {
        self.with_body("application/json", body.to_string())
    }

    /// The same with this body.
    #[must_use]
    pub fn with_body(mut self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.with("Content-Type", kind)
    }

    /// What goes over the wire.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{}Content-Length: {}\r\n\r\n", self.head, self.body.len()).into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
    /// How long it took, from the first byte sent.
    pub took: Duration,
}

impl Answer {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The problem's code, or nothing.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Fails the test unless the answer has this status; gives its body.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self.json()
    }
}

/// A connection that is kept.
pub struct Line(BufReader<TcpStream>);

impl Line {
    /// Connects.
    pub fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect_timeout(&address, PATIENCE).expect("connects");
        Self::of(stream)
    }

    /// Speaks over this connection.
    pub fn of(stream: TcpStream) -> Self {
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out is set");
        stream.set_write_timeout(Some(PATIENCE)).expect("a time-out is set");
        stream.set_nodelay(true).expect("small pieces are sent at once");
        Self(BufReader::new(stream))
    }

    /// Sends a request and reads the answer.
    ///
    /// # Errors
    /// If the connection breaks before the answer is whole.
    pub fn ask(&mut self, request: &Request) -> Result<Answer> {
        let started = Instant::now();
        self.send(&request.to_bytes())?;
        self.read_answer(started)
    }

    /// Sends bytes.
    ///
    /// # Errors
    /// If the connection breaks.
    pub fn send(&mut self, bytes: &[u8]) -> Result<()> {
        self.0.get_mut().write_all(bytes)
    }

    /// Reads one answer to its end; it was asked for at `started`.
    ///
    /// # Errors
    /// If the connection breaks before that.
    pub fn read_answer(&mut self, started: Instant) -> Result<Answer> {
        let first = self.read_line()?;
        let status =
            first.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or(ErrorKind::InvalidData)?;
        let mut headers = Vec::new();
        loop {
            let line = self.read_line()?;
            let Some((name, value)) = line.split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut answer = Answer { status, headers, body: Vec::new(), took: Duration::ZERO };
        answer.body = match answer.header("content-length").map(str::parse) {
            Some(length) => self.read_bytes(length.map_err(|_| ErrorKind::InvalidData)?)?,
            None if answer.header("transfer-encoding") == Some("chunked") => self.read_chunks()?,
            None => Vec::new(),
        };
        answer.took = started.elapsed();
        Ok(answer)
    }

    /// Reads one piece of a streamed body; an empty one is the last.
    ///
    /// # Errors
    /// If the connection breaks.
    pub fn read_chunk(&mut self) -> Result<Vec<u8>> {
        let size = self.read_line()?;
        let size = usize::from_str_radix(&size, 16).map_err(|_| ErrorKind::InvalidData)?;
        let mut piece = self.read_bytes(size + 2)?;
        piece.truncate(size);
        Ok(piece)
    }

    fn read_chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let piece = self.read_chunk()?;
            if piece.is_empty() {
                return Ok(body);
            }
            body.extend(piece);
        }
    }

    fn read_line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.0.read_line(&mut line)? == 0 {
            return Err(Error::from(ErrorKind::UnexpectedEof));
        }
        Ok(line.trim_end().to_owned())
    }

    fn read_bytes(&mut self, length: usize) -> Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.0.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}
