//! A certificate and its key: read, held against each other, and made ready for connections.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::version::{TLS12, TLS13};
use sha2::{Digest, Sha256};
use voiceassist_contract::Time;
use zeroize::Zeroizing;

use super::validity::read_validity;
use crate::config::tls::TlsFiles;

/// The largest file that is read. A chain of five certificates has 10 KB.
const MOST_BYTES: u64 = 1024 * 1024;

/// The one protocol that is spoken inside.
const ALPN: &[u8] = b"http/1.1";

/// Why a certificate and its key cannot be used. No sentence holds what is in the files.
#[derive(Debug, thiserror::Error)]
pub enum PairError {
    /// A file is not there, or not for this process.
    #[error("The file that {0} names cannot be read: {1}.")]
    Unreadable(&'static str, std::io::Error),
    /// A file is no PEM file.
    #[error("The file that {0} names is larger than any certificate or key.")]
    TooLarge(&'static str),
    /// There is no certificate.
    #[error("The file that TLS_CERTIFICATE_FILE names has no certificate in PEM form.")]
    NoCertificate,
    /// There is no key.
    #[error("The file that TLS_PRIVATE_KEY_FILE names has no private key in PEM form without a passphrase.")]
    NoKey,
    /// There is something in the certificate that cannot be read.
    #[error("The certificate that TLS_CERTIFICATE_FILE names is damaged.")]
    Damaged,
    /// They do not fit each other, or cannot be used for TLS.
    #[error(
        "The certificate and the key cannot be used together: {0}. The server's own certificate comes first in its file."
    )]
    Unusable(rustls::Error),
    /// It is over.
    #[error("The certificate has expired on {0}.")]
    Expired(Time),
}

/// From when until when a certificate is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// From when.
    pub from: Time,
    /// Until when.
    pub until: Time,
}

/// What is in the two files.
pub struct Contents {
    certificate: Vec<u8>,
    key: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Contents {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Contents(…)")
    }
}

impl Contents {
    /// Reads both files; a few milliseconds of waiting for a disk.
    ///
    /// # Errors
    /// If one cannot be read.
    pub fn read(files: &TlsFiles) -> Result<Self, PairError> {
        let certificate = read_file("TLS_CERTIFICATE_FILE", &files.certificate)?.to_vec();
        Ok(Self { certificate, key: read_file("TLS_PRIVATE_KEY_FILE", &files.key)? })
    }

    /// Tells contents apart.
    pub(super) fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(Sha256::digest(&self.certificate));
        hash.update(Sha256::digest(self.key.as_slice()));
        hash.finalize().into()
    }
}

/// A certificate and its key, ready for connections.
pub struct Pair {
    config: Arc<ServerConfig>,
    certificate: CertificateDer<'static>,
    validity: Validity,
    digest: [u8; 32],
}

impl std::fmt::Debug for Pair {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Pair").field("validity", &self.validity).finish_non_exhaustive()
    }
}

impl Pair {
    /// Makes a certificate and its key ready.
    ///
    /// # Errors
    /// If they cannot be used.
    pub fn new(contents: &Contents) -> Result<Self, PairError> {
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&contents.certificate)
            .collect::<Result<_, _>>()
            .map_err(|_| PairError::NoCertificate)?;
        let certificate = chain.first().ok_or(PairError::NoCertificate)?.clone();
        let validity = read_validity(&certificate).ok_or(PairError::Damaged)?;
        let key = PrivateKeyDer::from_pem_slice(&contents.key).map_err(|_| PairError::NoKey)?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(PairError::Unusable)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(PairError::Unusable)?;
        config.alpn_protocols = vec![ALPN.to_vec()];
        Ok(Self { config: Arc::new(config), certificate, validity, digest: contents.digest() })
    }

    /// For connections. Its memory of sessions is its own: with a new certificate nobody resumes under the old.
    pub(super) fn config(&self) -> &Arc<ServerConfig> {
        &self.config
    }

    /// The server's own certificate.
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// From when until when it is good.
    pub fn validity(&self) -> Validity {
        self.validity
    }

    /// The certificate's SHA-256, as `openssl x509 -fingerprint -sha256` shows it, but for the colons.
    pub fn fingerprint(&self) -> String {
        hex::encode_upper(Sha256::digest(&self.certificate))
    }

    pub(super) fn digest(&self) -> [u8; 32] {
        self.digest
    }
}

/// The server's own certificate alone.
///
/// # Errors
/// If there is none.
pub fn read_certificate(path: &Path) -> Result<CertificateDer<'static>, PairError> {
    let bytes = read_file("TLS_CERTIFICATE_FILE", path)?;
    CertificateDer::from_pem_slice(&bytes).map_err(|_| PairError::NoCertificate)
}

/// Whether everybody on this computer can read the key. Then the key is whoever's.
pub fn is_readable_by_everybody(key: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::metadata(key).is_ok_and(|file| file.permissions().mode() & 0o004 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = key;
        false
    }
}

fn read_file(name: &'static str, path: &Path) -> Result<Zeroizing<Vec<u8>>, PairError> {
    let unreadable = |error| PairError::Unreadable(name, error);
    let file = File::open(path).map_err(unreadable)?;
    // Room for all of it from the start: a vector that grows leaves copies of a key behind.
    let size = file.metadata().map_err(unreadable)?.len().min(MOST_BYTES);
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1));
    let read = file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if u64::try_from(read).unwrap_or(u64::MAX) > MOST_BYTES {
        return Err(PairError::TooLarge(name));
    }
    Ok(bytes)
}
