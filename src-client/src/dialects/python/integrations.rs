//! What a server of December 2025 is connected to, as its administrators see it.

use std::sync::{Mutex, PoisonError};

use chrono::TimeDelta;
use serde::Deserialize;
use voiceassist_contract::Time;
use voiceassist_contract::ipc::{Integration, IntegrationState};

use super::read_envelope;
use super::times::deserialize_moment_if_any;
use crate::transport::Call;
use crate::{Client, Error};

/// How long a list is shown before it is asked for again: the server tries every connection each time.
const FRESH_FOR: TimeDelta = TimeDelta::seconds(60);

/// The last list, for whom, and when it was asked for.
#[derive(Default)]
pub(crate) struct RecentIntegrations(Mutex<Option<(u64, Time, Vec<Integration>)>>);

impl RecentIntegrations {
    /// The list that was asked for under this generation, if that is not long ago at `now`.
    pub(crate) fn recall(&self, generation: u64, now: Time) -> Option<Vec<Integration>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (of, at, list) = kept.as_ref()?;
        let age = now - *at;
        (*of == generation && age >= TimeDelta::zero() && age < FRESH_FOR).then(|| list.clone())
    }

    /// Keeps a list.
    pub(crate) fn keep(&self, generation: u64, now: Time, list: &[Integration]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Some((generation, now, list.to_vec()));
    }
}

#[derive(Deserialize)]
struct OnWire {
    id: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    status: String,
    #[serde(default)]
    error_message: Option<String>,
    #[serde(default, deserialize_with = "deserialize_moment_if_any")]
    last_checked: Option<Time>,
}

impl OnWire {
    fn into_integration(self) -> Integration {
        let state = match self.status.as_str() {
            "connected" => IntegrationState::Connected,
            "degraded" => IntegrationState::Degraded,
            "error" | "disconnected" => IntegrationState::Failed,
            "not_configured" => IntegrationState::NotConfigured,
            _ => IntegrationState::Unknown,
        };
        Integration {
            name: self.name.unwrap_or_else(|| self.id.clone()),
            id: self.id,
            state,
            message: self.error_message,
            checked_at: self.last_checked,
        }
    }
}

/// Asks for the list.
pub(crate) async fn list_integrations(client: &Client) -> Result<Vec<Integration>, Error> {
    let answer = client.send_signed_in(&Call::get("/api/admin/integrations/").at_once()).await?;
    let list: Vec<OnWire> = read_envelope(&answer)?;
    Ok(list.into_iter().map(OnWire::into_integration).collect())
}
