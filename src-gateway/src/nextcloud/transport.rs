//! One request to Nextcloud with the administrator's credentials: to the configured place alone, with limits
//! on time and on bytes, and without following it anywhere.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use reqwest::redirect::Policy;
use serde_json::Value;
use url::Url;
use voiceassist_contract::Secret;

use super::fault::Fault;
use crate::health::http_check::{explain, is_loopback};

/// The largest answer that is read. An account's description is under one kilobyte, Nextcloud's page about
/// untrusted domains fifteen.
const MOST_BYTES: usize = 64 * 1024;

/// How long is waited for Nextcloud.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the connection.
    pub connect: Duration,
    /// For one answer. Nextcloud delays sign-ins by up to 25 s after wrong passwords.
    pub call: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), call: Duration::from_secs(35) }
    }
}

/// An answer, read to its end.
#[derive(Debug)]
pub(super) struct RawAnswer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// Sends requests with credentials.
pub(super) struct Transport {
    client: reqwest::Client,
    base: Url,
    credentials: (String, Secret),
    patience: Patience,
}

impl Transport {
    /// # Errors
    /// If the computer has no certificate authorities and Nextcloud's address needs them.
    pub(super) fn new(base: Url, credentials: (String, Secret), patience: Patience) -> reqwest::Result<Self> {
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("VoiceAssist-Gateway/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .referer(false)
            .connect_timeout(patience.connect)
            .timeout(patience.call)
            .pool_max_idle_per_host(1)
            .retry(reqwest::retry::never());
        if is_loopback(&base) {
            builder = builder.no_proxy();
        }
        if base.scheme() == "http" {
            builder = builder.tls_certs_only([]);
        }
        Ok(Self { client: builder.build()?, base, credentials, patience })
    }

    /// `method base/ocs/v2.php/cloud/users[/user]`, with this body.
    pub(super) async fn send(
        &self,
        method: Method,
        user: Option<&str>,
        body: Option<&Value>,
    ) -> Result<RawAnswer, Fault> {
        let mut url = self.base.join("ocs/v2.php/cloud/users").map_err(|_| Fault::NotNextcloud)?;
        if let Some(user) = user {
            // As one segment: whatever is in the id stays in it.
            url.path_segments_mut().map_err(|()| Fault::NotNextcloud)?.push(user);
        }
        url.set_query(Some("format=json"));
        let (name, password) = &self.credentials;
        let mut request = self
            .client
            .request(method, url)
            .basic_auth(name, Some(password.expose()))
            .header("OCS-APIRequest", HeaderValue::from_static("true"))
            .header(header::ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(body) = body {
            request = request.json(body);
        }
        // The library's time-out covers the answer's headers and each read of its body together; this one
        // is for whatever it forgets.
        let whole = tokio::time::timeout(self.patience.call, read_answer(request)).await;
        let answer = whole.unwrap_or_else(|_| Err("it did not answer in time".to_owned()));
        answer.map_err(|cause| {
            tracing::warn!(cause, "a call to Nextcloud failed");
            Fault::Unreachable
        })
    }
}

/// Without credentials.
impl std::fmt::Debug for Transport {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Transport({})", self.base)
    }
}

async fn read_answer(request: reqwest::RequestBuilder) -> Result<RawAnswer, String> {
    let mut response = request.send().await.map_err(|error| explain(&error))?;
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| explain(&error))? {
        if body.len() + chunk.len() > MOST_BYTES {
            return Err("its answer is too long".to_owned());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(RawAnswer { status, headers, body })
}
