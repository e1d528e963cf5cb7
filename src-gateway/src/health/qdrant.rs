//! Qdrant: `GET /readyz` says whether it can search, `GET /` which version it is.

use http::StatusCode;
use serde_json::Value;
use tokio::time::Instant;
use url::Url;
use voiceassist_contract::Time;
use voiceassist_contract::health::{CheckDetail, ComponentState};

use super::checks::{unreachable, whole_milliseconds};
use super::http_check::{Answer, build_client, get, sane_word};

/// Asks Qdrant.
#[derive(Clone, Debug)]
pub struct QdrantCheck {
    client: reqwest::Client,
    url: Url,
}

impl QdrantCheck {
    /// A check of the Qdrant at this address.
    ///
    /// # Errors
    /// If the HTTP library cannot be set up.
    pub fn new(url: Url) -> reqwest::Result<Self> {
        Ok(Self { client: build_client(&url)?, url })
    }

    pub(super) async fn check(&self, now: Time) -> CheckDetail {
        let started = Instant::now();
        let (ready, about) = tokio::join!(self.get("readyz"), self.get(""));
        let latency_ms = Some(whole_milliseconds(started.elapsed()));
        let ready = match ready {
            Ok(ready) => ready,
            Err(cause) => {
                tracing::warn!(cause, "Qdrant does not answer");
                return unreachable("Qdrant does not answer. The server's log says why.", now);
            }
        };
        let (state, message) = match ready.status {
            StatusCode::OK => (ComponentState::Ok, "Qdrant answers."),
            StatusCode::SERVICE_UNAVAILABLE => (ComponentState::Starting, "Qdrant is not ready yet."),
            _ => return unreachable("What answers at Qdrant's address is not Qdrant.", now),
        };
        let version = about.ok().and_then(|about| read_version(&about));
        CheckDetail { state, latency_ms, version, message: message.to_owned(), checked_at: Some(now) }
    }

    async fn get(&self, path: &str) -> Result<Answer, String> {
        let url = self.url.join(path).map_err(|error| error.to_string())?;
        get(&self.client, url).await
    }
}

fn read_version(about: &Answer) -> Option<String> {
    let about: Value = serde_json::from_slice(&about.body).ok()?;
    sane_word(about.get("version")?.as_str()?)
}
