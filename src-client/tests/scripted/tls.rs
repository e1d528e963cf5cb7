//! Encrypted servers: whom they are trusted by, and what is said of those that are not.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;
use tokio_rustls::TlsAcceptor;
use voiceassist_client::{Client, Error, MemoryTokenStore, Obstacle, SystemClock, install_crypto_provider};
use voiceassist_contract::ipc::{ConnectionReport, FailureKind};

use crate::support::server::{Reply, Server};
use crate::support::{PROFILE, connection_to, short_timeouts};

fn certificate_file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/certificates").join(name)
}

/// A server with that certificate.
async fn serve_with(name: &str) -> Server {
    install_crypto_provider();
    let certificate =
        CertificateDer::from_pem_file(certificate_file(&format!("{name}.pem"))).expect("readable");
    let key = PrivateKeyDer::from_pem_file(certificate_file(&format!("{name}.key"))).expect("readable");
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("certificate and key fit");
    Server::listen(Some(TlsAcceptor::from(Arc::new(config))), |_| async {
        Reply::json(
            200,
            &json!({"status": "healthy", "version": "1.2.3", "timestamp": "2026-11-23T10:00:00Z",
                    "uptime_seconds": 1}),
        )
    })
    .await
}

async fn test_connection(address: &str, ca_file: Option<PathBuf>) -> Result<ConnectionReport, Error> {
    let store = Arc::new(MemoryTokenStore::default());
    let connection = connection_to(address, ca_file);
    Client::with_timeouts(connection, PROFILE, store, Arc::new(SystemClock), short_timeouts())?
        .health()
        .test_connection()
        .await
}

#[tokio::test]
async fn a_clinics_own_authority_is_trusted_once_its_file_is_chosen() {
    let server = serve_with("good").await;
    let report = test_connection(&server.url(), Some(certificate_file("ca.pem"))).await.expect("trusted");
    assert!(report.is_encrypted);
    assert_eq!(report.version, "1.2.3");
    let error = test_connection(&server.url(), None).await.expect_err("unknown to the system");
    assert!(matches!(error, Error::UntrustedCertificate), "{error:?}");
    assert_eq!(error.to_failure().kind, FailureKind::UntrustedCertificate);
}

#[tokio::test]
async fn a_certificate_out_of_its_time_names_the_clock() {
    for (name, early, words) in [("expired", false, "has run out"), ("early", true, "not valid yet")] {
        let server = serve_with(name).await;
        let error =
            test_connection(&server.url(), Some(certificate_file("ca.pem"))).await.expect_err("refused");
        assert!(matches!(error, Error::WrongClock { is_early } if is_early == early), "{error:?}");
        let failure = error.to_failure();
        assert_eq!(failure.kind, FailureKind::WrongClock);
        assert!(failure.message.contains(words) && failure.message.contains("clock"), "{}", failure.message);
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_is_said_as_such() {
    let server = serve_with("other-name").await;
    let error = test_connection(&server.url(), Some(certificate_file("ca.pem"))).await.expect_err("refused");
    assert!(matches!(error, Error::CertificateForAnotherName), "{error:?}");
}

#[tokio::test]
async fn https_to_a_plain_server_is_said_as_such() {
    let server = Server::start(|_| async { Reply::json(200, &json!({})) }).await;
    let error =
        test_connection(&server.url().replace("http://", "https://"), None).await.expect_err("no TLS");
    assert!(matches!(error, Error::Unreachable(Obstacle::NoEncryption | Obstacle::Network)), "{error:?}");
}

#[tokio::test]
async fn a_ca_file_that_went_away_is_refused_at_its_field() {
    let error =
        test_connection("https://127.0.0.1:1", Some("/nowhere/ca.pem".into())).await.expect_err("gone");
    let failure = error.to_failure();
    assert_eq!((failure.kind, failure.fields[0].field.as_str()), (FailureKind::InvalidInput, "ca_file"));
}
