//! The application behind a real socket on loopback, for what only a connection shows.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use voiceassist_gateway::serve::connections::ConnectionLimits;
use voiceassist_gateway::serve::serve_until;
use voiceassist_gateway::tls::Tls;

use super::TestApp;

/// No exchange in a test takes longer.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The application while it is served.
pub struct Served {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
    /// Whose database would otherwise be removed.
    _app: TestApp,
}

impl TestApp {
    /// Serves the application on a free port with these limits.
    pub async fn serve(&self, limits: ConnectionLimits) -> Served {
        self.serve_over(limits, None).await
    }

    /// The same over encrypted connections.
    pub async fn serve_encrypted(&self, limits: ConnectionLimits, tls: Tls) -> Served {
        self.serve_over(limits, Some(tls)).await
    }

    async fn serve_over(&self, limits: ConnectionLimits, tls: Option<Tls>) -> Served {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let (state, router) = (self.state.clone(), self.router.clone());
        let task = tokio::spawn(serve_until(state, router, listener, limits, tls, async {
            // Whether it is told to or forgotten: both end it.
            let _ = stopped.await;
        }));
        Served { address, stop, task, _app: self.clone() }
    }
}

impl Served {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A connection.
    pub async fn connect(&self) -> Wire {
        Wire(timeout(PATIENCE, TcpStream::connect(self.address)).await.expect("in time").expect("connects"))
    }

    /// Tells it to stop and waits for its end.
    pub async fn stop(self) {
        self.stop.send(()).expect("it runs");
        timeout(PATIENCE, self.task).await.expect("it ends in time").expect("it does not panic");
    }
}

/// A connection's end that says what it is told to.
pub struct Wire(TcpStream);

impl Wire {
    /// Sends these bytes.
    pub async fn send(&mut self, text: &str) {
        self.try_send(text.as_bytes()).await.expect("sends");
    }

    /// Sends these bytes; the other side may be gone.
    pub async fn try_send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        timeout(PATIENCE, self.0.write_all(bytes)).await.expect("it is taken in time")
    }

    /// Sends a `GET` and reads the answer, leaving the connection open.
    pub async fn get(&mut self, path: &str) -> String {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: gateway\r\n\r\n")).await;
        self.read_answer().await
    }

    /// The next answer, whole, by its `Content-Length`.
    pub async fn read_answer(&mut self) -> String {
        let mut bytes = Vec::new();
        loop {
            let mut piece = [0; 4_096];
            let read = timeout(PATIENCE, self.0.read(&mut piece)).await.expect("in time").expect("reads");
            assert!(read > 0, "closed after {:?}", String::from_utf8_lossy(&bytes));
            bytes.extend_from_slice(&piece[..read]);
            let text = String::from_utf8_lossy(&bytes);
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                if body.len() >= length.map_or(0, |length| length.parse::<usize>().expect("a number")) {
                    return text.into_owned();
                }
            }
        }
    }

    /// Everything until the other side closes the connection.
    pub async fn read_to_end(&mut self) -> String {
        let mut bytes = Vec::new();
        // A reset is an end too; what came before it counts.
        let _ = timeout(PATIENCE, self.0.read_to_end(&mut bytes)).await.expect("it is closed in time");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Whether the other side has closed it by now.
    pub fn is_closed(&self) -> bool {
        let mut byte = [0];
        !matches!(self.0.try_read(&mut byte), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
    }

    /// Both halves.
    pub fn split(self) -> (tokio::net::tcp::OwnedReadHalf, tokio::net::tcp::OwnedWriteHalf) {
        self.0.into_split()
    }
}
