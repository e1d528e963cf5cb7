//! An HTTP/1.1 server by hand, because the point is what a proper one never does.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    headers: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
    /// Which connection it came on, from 0.
    pub(crate) connection: usize,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }

    /// `GET /path?query`.
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }
}

/// What the server does with a request.
pub(crate) enum Reply {
    /// A proper answer.
    Answer { status: u16, headers: Vec<(String, String)>, body: Vec<u8> },
    /// Resets the connection without an answer.
    Reset,
    /// Promises this many bytes more than it sends, and closes.
    Cut { body: Vec<u8>, missing: usize },
    /// Sends a byte now and then, without end.
    Drip,
    /// Never answers.
    Silence,
}

impl Reply {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::text(status, "application/json", &body.to_string())
    }

    pub(crate) fn text(status: u16, content_type: &str, body: &str) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self::Answer { status, headers, body: body.as_bytes().to_vec() }
    }

    pub(crate) fn problem(status: u16, code: &str) -> Self {
        let body = serde_json::json!({
            "type": format!("/problems/{code}"), "title": "T", "status": status,
            "detail": format!("Refused as {code}."), "code": code, "request_id": "of-the-problem",
        });
        Self::text(status, "application/problem+json", &body.to_string())
    }

    pub(crate) fn redirect(status: u16, location: &str) -> Self {
        Self::text(status, "text/plain", "elsewhere").with_header("location", location)
    }

    pub(crate) fn with_header(mut self, name: &str, value: &str) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }
}

/// A server on a loopback port of its own; it stops when it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    scheme: &'static str,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start<F, Fut>(answer: F) -> Self
    where
        F: Fn(Seen) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Reply> + Send + 'static,
    {
        Self::listen(None, answer).await
    }

    pub(crate) async fn listen<F, Fut>(tls: Option<TlsAcceptor>, answer: F) -> Self
    where
        F: Fn(Seen) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Reply> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let scheme = if tls.is_some() { "https" } else { "http" };
        let seen = Arc::<Mutex<Vec<Seen>>>::default();
        let (answer, log) = (Arc::new(answer), Arc::clone(&seen));
        let task = tokio::spawn(async move {
            let connections = AtomicUsize::new(0);
            let mut open = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let number = connections.fetch_add(1, Ordering::Relaxed);
                let (answer, log, tls) = (Arc::clone(&answer), Arc::clone(&log), tls.clone());
                open.spawn(async move {
                    match tls {
                        None => serve(stream, number, answer, log, TcpStream::set_zero_linger).await,
                        Some(tls) => {
                            let Ok(stream) = tls.accept(stream).await else { return };
                            serve(stream, number, answer, log, |stream| stream.get_ref().0.set_zero_linger())
                                .await;
                        }
                    }
                });
            }
        });
        Self { address, scheme, seen, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("not poisoned").clone()
    }

    /// The request lines, in order of arrival.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.seen().iter().map(Seen::line).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve<S, F, Fut>(
    stream: S,
    number: usize,
    answer: Arc<F>,
    log: Arc<Mutex<Vec<Seen>>>,
    reset_on_drop: impl Fn(&S) -> std::io::Result<()>,
) where
    S: AsyncRead + AsyncWrite + Unpin,
    F: Fn(Seen) -> Fut,
    Fut: Future<Output = Reply>,
{
    let mut stream = BufReader::new(stream);
    while let Some(seen) = read_request(&mut stream, number).await {
        log.lock().expect("not poisoned").push(seen.clone());
        match answer(seen).await {
            Reply::Answer { status, headers, body } => {
                let head = head_of(status, &headers, body.len());
                let whole = [head.as_bytes(), &body].concat();
                if stream.get_mut().write_all(&whole).await.is_err() {
                    return;
                }
            }
            Reply::Cut { body, missing } => {
                let headers = [("content-type".to_owned(), "application/json".to_owned())];
                let head = head_of(200, &headers, body.len() + missing);
                let whole = [head.as_bytes(), &body].concat();
                let _gone = stream.get_mut().write_all(&whole).await;
                let _gone = stream.get_mut().shutdown().await;
                return;
            }
            Reply::Reset => {
                reset_on_drop(stream.get_ref()).expect("a reset on closing");
                return;
            }
            Reply::Drip => {
                let headers = [("content-type".to_owned(), "application/json".to_owned())];
                let mut part = head_of(200, &headers, 1_000_000).into_bytes();
                while stream.get_mut().write_all(&part).await.is_ok() {
                    part = b" ".to_vec();
                    tokio::time::sleep(Duration::from_millis(40)).await;
                }
                return;
            }
            Reply::Silence => std::future::pending().await,
        }
    }
}

fn head_of(status: u16, headers: &[(String, String)], length: usize) -> String {
    let lines: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("HTTP/1.1 {status} Said\r\ncontent-length: {length}\r\n{lines}\r\n")
}

async fn read_request<S: AsyncRead + Unpin>(stream: &mut BufReader<S>, connection: usize) -> Option<Seen> {
    let mut line = String::new();
    stream.read_line(&mut line).await.ok().filter(|bytes| *bytes > 0)?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok().filter(|bytes| *bytes > 0)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(Seen { method, target, headers, body, connection })
}
