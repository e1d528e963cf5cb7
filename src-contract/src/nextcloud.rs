//! Wire types of `/api/nextcloud`.

use serde::{Deserialize, Serialize};

use crate::Time;
use crate::health::ComponentState;

/// `GET /api/nextcloud/status`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::nextcloud_status))]
pub struct NextcloudStatus {
    /// In a word.
    pub state: ComponentState,
    /// What Nextcloud calls its version.
    pub version: Option<String>,
    /// Its edition, if it names one.
    pub edition: Option<String>,
    /// How long the check took, if there was one.
    pub latency_ms: Option<u64>,
    /// In a sentence.
    pub message: String,
    /// When it was checked.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<DateTime>))]
    pub checked_at: Option<Time>,
}
