//! Real certificates, made in the test by an authority of its own, and clients that trust it alone.

use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use tempfile::TempDir;
use voiceassist_gateway::config::tls::TlsFiles;

/// An authority.
pub struct Authority {
    /// Its own certificate as PEM.
    pub root: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate for `localhost` and its key, as PEM.
#[derive(Clone)]
pub struct Issued {
    /// The certificate.
    pub certificate: String,
    /// The key.
    pub key: String,
}

impl Authority {
    /// A new one.
    pub fn found() -> Self {
        let mut parameters = CertificateParams::new(Vec::<String>::new()).expect("no name");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let root = parameters.self_signed(&key).expect("a certificate").pem();
        Self { issuer: Issuer::new(parameters, key), root }
    }

    /// A certificate for `localhost`.
    pub fn issue(&self) -> Issued {
        let parameters = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
        let key = KeyPair::generate().expect("a key");
        let certificate = parameters.signed_by(&key, &self.issuer).expect("a certificate");
        Issued { certificate: certificate.pem(), key: key.serialize_pem() }
    }

    /// A client that trusts it alone and speaks these versions.
    pub fn client(&self, versions: &[&'static SupportedProtocolVersion]) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.root.as_bytes()).expect("a root")).expect("is taken");
        ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_protocol_versions(versions)
            .expect("versions that there are")
            .with_root_certificates(roots)
            .with_no_client_auth()
    }
}

/// The two files that a gateway reads.
pub struct CertificateFolder(TempDir);

impl CertificateFolder {
    /// Files with this in them.
    pub fn with(issued: &Issued) -> Self {
        let folder = Self(TempDir::new().expect("a folder"));
        folder.put(issued);
        folder
    }

    /// Puts these in the place of those before.
    pub fn put(&self, issued: &Issued) {
        let TlsFiles { certificate, key } = self.files();
        std::fs::write(certificate, &issued.certificate).expect("writes");
        std::fs::write(key, &issued.key).expect("writes");
    }

    /// Where they are.
    pub fn files(&self) -> TlsFiles {
        let path = |name: &str| -> PathBuf { self.0.path().join(name) };
        TlsFiles { certificate: path("certificate.pem"), key: path("key.pem") }
    }
}
