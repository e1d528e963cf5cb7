//! What is served over an encrypted connection.

use rustls::ProtocolVersion;
use rustls::version::{TLS12, TLS13};
use serde_json::{Value, json};

use super::{Clinic, Encrypted};
use crate::support::PASSWORD;

const HSTS: &str = "strict-transport-security";

#[on_each_engine]
async fn an_ordinary_client_that_trusts_the_clinics_authority_signs_in() {
    let clinic = Clinic::open().await;
    let ana = clinic.app.staff().await;
    let root = reqwest::Certificate::from_pem(clinic.authority.root.as_bytes()).expect("a root");
    let at = clinic.served.address();
    let client = reqwest::Client::builder().resolve("localhost", at).no_proxy();
    let client = client.tls_certs_only([root]).build().expect("a client");
    let url = format!("https://localhost:{}/api/auth/login", clinic.served.address().port());
    let sign_in = client.post(&url).json(&json!({"email": ana.email, "password": PASSWORD}));
    let answer = sign_in.send().await.expect("is answered");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()[HSTS], "max-age=31536000");
    let pair: Value = answer.json().await.expect("JSON");
    assert!(pair["access_token"].is_string());

    let stranger = reqwest::Client::builder()
        .resolve("localhost", at)
        .tls_certs_only([])
        .no_proxy()
        .build()
        .expect("a client");
    assert!(stranger.get(&url).send().await.expect_err("nobody vouches for it").is_connect());
    clinic.served.stop().await;
}

#[on_each_engine]
async fn both_versions_of_tls_are_spoken() {
    let clinic = Clinic::open().await;
    for (version, name) in [(&TLS12, ProtocolVersion::TLSv1_2), (&TLS13, ProtocolVersion::TLSv1_3)] {
        let client = clinic.authority.client(&[version]);
        let mut connection =
            Encrypted::try_open(clinic.served.address(), client).await.expect("shakes hands");
        assert_eq!(connection.version(), name);
        assert!(connection.get("/health").await.starts_with("HTTP/1.1 200"));
    }
    clinic.served.stop().await;
}

#[on_each_engine]
async fn a_client_that_wants_http_1_1_gets_it_and_one_that_wants_nothing_else_than_http_2_gets_nothing() {
    let clinic = Clinic::open().await;
    let wanting = |protocol: &str| {
        let mut client = clinic.client();
        client.alpn_protocols = vec![protocol.as_bytes().to_vec()];
        Encrypted::try_open(clinic.served.address(), client)
    };
    let mut connection = wanting("http/1.1").await.expect("shakes hands");
    assert_eq!(connection.0.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    assert!(connection.get("/health").await.starts_with("HTTP/1.1 200"));
    assert!(wanting("h2").await.is_err());
    clinic.served.stop().await;
}

#[on_each_engine]
async fn browsers_are_told_to_encrypt_only_where_it_is_encrypted() {
    let clinic = Clinic::open().await;
    let mut connection = clinic.connect().await;
    for path in ["/health", "/api/nothing", "/api/auth/me"] {
        assert!(connection.get(path).await.contains("strict-transport-security: max-age=31536000"), "{path}");
    }
    clinic.served.stop().await;
    let plain = clinic.app.serve(voiceassist_gateway::serve::connections::ConnectionLimits::default()).await;
    let answer = plain.connect().await.get("/health").await;
    assert!(answer.starts_with("HTTP/1.1 200") && !answer.to_lowercase().contains(HSTS), "{answer}");
    plain.stop().await;
}
