//! Connections that the gateway encrypts by itself: real certificates, real sockets, real clients.

mod handshakes;
mod reload;
mod served;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ProtocolVersion};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use voiceassist_gateway::serve::connections::ConnectionLimits;
use voiceassist_gateway::tls::Tls;

use crate::support::{Authority, CertificateFolder, Issued, PATIENCE, Served, TestApp};

/// A gateway that encrypts, with an authority that issued its first certificate.
struct Clinic {
    authority: Authority,
    first: Issued,
    folder: CertificateFolder,
    app: TestApp,
    tls: Tls,
    served: Served,
}

impl Clinic {
    async fn open() -> Self {
        Self::open_with(ConnectionLimits::default()).await
    }

    async fn open_with(limits: ConnectionLimits) -> Self {
        let authority = Authority::found();
        let first = authority.issue();
        let folder = CertificateFolder::with(&first);
        let app = TestApp::start().await;
        let tls = Tls::open(&folder.files(), &app.state.metrics).expect("a pair");
        let served = app.serve_encrypted(limits, tls.clone()).await;
        Self { authority, first, folder, app, tls, served }
    }

    fn client(&self) -> ClientConfig {
        self.authority.client(&[&TLS12, &TLS13])
    }

    async fn connect(&self) -> Encrypted {
        Encrypted::try_open(self.served.address(), self.client()).await.expect("shakes hands")
    }
}

/// An encrypted connection's end.
struct Encrypted(TlsStream<TcpStream>);

impl Encrypted {
    async fn try_open(address: SocketAddr, client: ClientConfig) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        let name = ServerName::try_from("localhost").expect("a name");
        let shaking = TlsConnector::from(Arc::new(client)).connect(name, stream);
        timeout(PATIENCE, shaking).await.expect("in time").map(Self)
    }

    /// The certificate that the gateway has shown.
    fn certificate(&self) -> CertificateDer<'static> {
        let shown = self.0.get_ref().1.peer_certificates().expect("there was a handshake");
        shown[0].clone().into_owned()
    }

    fn version(&self) -> ProtocolVersion {
        self.0.get_ref().1.protocol_version().expect("there was a handshake")
    }

    /// `GET path` over the open connection; the answer's head.
    async fn get(&mut self, path: &str) -> String {
        let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        self.0.write_all(head.as_bytes()).await.expect("sends");
        let mut bytes = Vec::new();
        loop {
            let mut piece = [0; 4_096];
            let read = timeout(PATIENCE, self.0.read(&mut piece)).await.expect("in time").expect("reads");
            assert!(read > 0, "closed after {:?}", String::from_utf8_lossy(&bytes));
            bytes.extend_from_slice(&piece[..read]);
            let text = String::from_utf8_lossy(&bytes);
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                if length.is_some_and(|length| body.len() >= length.parse::<usize>().expect("a number")) {
                    return head.to_owned();
                }
            }
        }
    }
}

/// A certificate as it is shown in a handshake.
fn to_der(issued: &Issued) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(issued.certificate.as_bytes()).expect("a certificate")
}

/// Waits until something has become so; fails the test if it does not.
async fn wait_until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("{what}: not in time"));
}
