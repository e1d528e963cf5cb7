//! An encrypted server whose certificate no computer trusts by itself: one that a clinic has issued for its own use.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection};

/// How long a client may take to shake hands.
const LONGEST_HANDSHAKE: Duration = Duration::from_secs(5);

/// The server; its thread ends with the process, and nothing is answered after the handshake.
pub(crate) struct EncryptedServer(SocketAddr);

impl EncryptedServer {
    pub(crate) fn start() -> anyhow::Result<Self> {
        voiceassist_client::install_crypto_provider();
        let file = |name: &str| {
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src-client/tests/certificates").join(name)
        };
        let certificate = CertificateDer::from_pem_file(file("good.pem"))?;
        let key = PrivateKeyDer::from_pem_file(file("good.key"))?;
        let config =
            ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key)?;
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        std::thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                if stream.set_read_timeout(Some(LONGEST_HANDSHAKE)).is_err() {
                    continue;
                }
                if let Ok(mut connection) = ServerConnection::new(Arc::clone(&config)) {
                    // Whoever does not trust the certificate hangs up, which is what is wanted here.
                    let _ = connection.complete_io(&mut stream);
                }
            }
        });
        Ok(Self(address))
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("https://{}", self.0)
    }
}
