//! Nextcloud: what `status.php` says. The HTTP status alone says little: it is 200 also in maintenance, before
//! an upgrade and before the installation. No credentials are sent, and none are needed.

use http::StatusCode;
use serde::Deserialize;
use tokio::time::Instant;
use url::Url;
use voiceassist_contract::Time;
use voiceassist_contract::health::ComponentState;
use voiceassist_contract::nextcloud::NextcloudStatus;

use super::checks::whole_milliseconds;
use super::http_check::{Answer, build_client, get, sane_word};

/// Says why Nextcloud answers 503.
const MAINTENANCE_HEADER: &str = "x-nextcloud-maintenance-mode";

/// Asks Nextcloud.
#[derive(Clone, Debug)]
pub struct NextcloudCheck {
    client: reqwest::Client,
    url: Url,
}

impl NextcloudCheck {
    /// A check of the Nextcloud at this address.
    ///
    /// # Errors
    /// If the HTTP library cannot be set up.
    pub fn new(url: Url) -> reqwest::Result<Self> {
        Ok(Self { client: build_client(&url)?, url })
    }

    pub(super) async fn check(&self, now: Time) -> NextcloudStatus {
        let started = Instant::now();
        let finding = match self.get_status().await {
            Ok(answer) => read_answer(&answer),
            Err(cause) => {
                tracing::warn!(cause, "Nextcloud does not answer");
                Finding::unreachable("Nextcloud does not answer. The server's log says why.")
            }
        };
        let has_answered = finding.state != ComponentState::Unreachable;
        NextcloudStatus {
            state: finding.state,
            version: finding.version,
            edition: finding.edition,
            latency_ms: has_answered.then(|| whole_milliseconds(started.elapsed())),
            message: finding.message.to_owned(),
            checked_at: Some(now),
        }
    }

    async fn get_status(&self) -> Result<Answer, String> {
        let url = self.url.join("status.php").map_err(|error| error.to_string())?;
        get(&self.client, url).await
    }
}

/// What an answer means.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    state: ComponentState,
    message: &'static str,
    version: Option<String>,
    edition: Option<String>,
}

impl Finding {
    fn of(state: ComponentState, message: &'static str) -> Self {
        Self { state, message, version: None, edition: None }
    }

    fn unreachable(message: &'static str) -> Self {
        Self::of(ComponentState::Unreachable, message)
    }
}

/// The body of `status.php`, as far as it matters.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    installed: bool,
    maintenance: bool,
    #[serde(default)]
    needs_db_upgrade: bool,
    #[serde(default, rename = "versionstring")]
    version: String,
    #[serde(default)]
    edition: String,
}

fn read_answer(answer: &Answer) -> Finding {
    match answer.status {
        StatusCode::OK => match serde_json::from_slice::<Status>(&answer.body) {
            Ok(status) => read_status(&status),
            Err(_) => Finding::unreachable("What answers at Nextcloud's address is not Nextcloud."),
        },
        StatusCode::BAD_REQUEST if answer.body.windows(14).any(|window| window == b"Trusted domain") => {
            Finding::unreachable(
                "Nextcloud refuses the host name in NEXTCLOUD_URL. Add it to its trusted_domains.",
            )
        }
        StatusCode::SERVICE_UNAVAILABLE if answer.headers.contains_key(MAINTENANCE_HEADER) => {
            Finding::of(ComponentState::Maintenance, "Nextcloud is in maintenance.")
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            Finding::of(ComponentState::Starting, "Nextcloud is not ready yet.")
        }
        status if status.is_redirection() => {
            Finding::unreachable("Nextcloud's address leads elsewhere. Set NEXTCLOUD_URL to where it leads.")
        }
        status if status.is_server_error() => {
            Finding::unreachable("Nextcloud failed when it was asked. Its own log says why.")
        }
        _ => Finding::unreachable("What answers at Nextcloud's address is not Nextcloud."),
    }
}

fn read_status(status: &Status) -> Finding {
    let (state, message) = if !status.installed {
        (ComponentState::Starting, "Nextcloud is not set up yet.")
    } else if status.maintenance {
        (ComponentState::Maintenance, "Nextcloud is in maintenance.")
    } else if status.needs_db_upgrade {
        (ComponentState::NeedsUpgrade, "Nextcloud's program was updated; its database waits for the upgrade.")
    } else {
        (ComponentState::Ok, "Nextcloud answers.")
    };
    let version = sane_word(&status.version);
    Finding { version, edition: sane_word(&status.edition), ..Finding::of(state, message) }
}
