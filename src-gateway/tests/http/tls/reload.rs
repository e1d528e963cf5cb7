//! A certificate that is renewed while the gateway runs.

use std::sync::Arc;
use std::time::Duration;

use rustls::version::TLS13;
use voiceassist_gateway::clock::SystemClock;
use voiceassist_gateway::tls::reload::watch;

use super::{Clinic, Encrypted, to_der, wait_until};
use crate::support::Issued;

/// Looks far more often than in service.
const INTERVAL: Duration = Duration::from_millis(20);

fn watch_files(clinic: &Clinic) -> tokio::task::JoinHandle<()> {
    tokio::spawn(watch(clinic.tls.clone(), Arc::new(SystemClock), INTERVAL))
}

#[on_each_engine]
async fn new_connections_get_the_new_certificate_and_an_old_one_goes_on() {
    let clinic = Clinic::open().await;
    let watching = watch_files(&clinic);
    let mut old = clinic.connect().await;
    assert_eq!(old.certificate(), to_der(&clinic.first));
    assert!(old.get("/health").await.starts_with("HTTP/1.1 200"));

    let second = clinic.authority.issue();
    clinic.folder.put(&second);
    wait_until("the new certificate", async || clinic.connect().await.certificate() == to_der(&second)).await;
    assert!(old.get("/health").await.starts_with("HTTP/1.1 200"));
    assert_eq!(old.certificate(), to_der(&clinic.first));
    assert!(clinic.connect().await.get("/health").await.starts_with("HTTP/1.1 200"));
    watching.abort();
    clinic.served.stop().await;
}

#[on_each_engine]
async fn a_session_that_was_made_under_the_old_certificate_is_not_resumed() {
    let clinic = Clinic::open().await;
    let watching = watch_files(&clinic);
    // One memory of sessions for all connections of a client.
    let client = clinic.authority.client(&[&TLS13]);
    let resumes = async || {
        let mut connection =
            Encrypted::try_open(clinic.served.address(), client.clone()).await.expect("shakes hands");
        // The ticket comes with the first answer.
        connection.get("/health").await;
        connection.0.get_ref().1.handshake_kind() == Some(rustls::HandshakeKind::Resumed)
    };
    assert!(!resumes().await);
    assert!(resumes().await, "the second connection of a client is cheaper");
    let second = clinic.authority.issue();
    clinic.folder.put(&second);
    wait_until("the new certificate", async || clinic.connect().await.certificate() == to_der(&second)).await;
    assert!(!resumes().await);
    watching.abort();
    clinic.served.stop().await;
}

#[on_each_engine]
async fn a_pair_that_does_not_belong_together_leaves_the_old_one_in_use() {
    let clinic = Clinic::open().await;
    let watching = watch_files(&clinic);
    let (second, third) = (clinic.authority.issue(), clinic.authority.issue());
    clinic.folder.put(&Issued { key: third.key.clone(), ..second.clone() });
    let is_refused = async || {
        let scraped = crate::metrics::Scraped::of(&clinic.app).await;
        scraped.count("voiceassist_tls_certificate_reloads_total", &[("outcome", "refused")]) > 0.0
    };
    wait_until("the refusal", is_refused).await;
    let mut connection = clinic.connect().await;
    assert_eq!(connection.certificate(), to_der(&clinic.first));
    assert!(connection.get("/health").await.starts_with("HTTP/1.1 200"));
    clinic.folder.put(&second);
    wait_until("the mended pair", async || clinic.connect().await.certificate() == to_der(&second)).await;
    watching.abort();
    clinic.served.stop().await;
}
