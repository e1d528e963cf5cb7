//! Wire types of `/api/nextcloud` and of `/api/users/{id}/nextcloud`.

use serde::{Deserialize, Serialize};

use crate::health::ComponentState;
use crate::{Secret, Time};

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

/// How an account stands with Nextcloud, in a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum LinkState {
    /// Nextcloud, or an administrator's credentials for it, are not part of this deployment.
    NotConfigured,
    /// Nobody has tried to link it.
    #[default]
    NotLinked,
    /// It is being linked at this moment.
    Provisioning,
    /// It has an account in Nextcloud.
    Linked,
    /// The last attempt failed; `last_error` says why.
    Failed,
    /// A state that this version does not know.
    #[serde(other)]
    Unknown,
}

/// `GET /api/users/{id}/nextcloud`, and the answer of `POST …/provision` and `POST …/retry`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::nextcloud_link))]
pub struct NextcloudLink {
    /// In a word.
    pub state: LinkState,
    /// The account's id in Nextcloud, once it is linked.
    pub nextcloud_id: Option<String>,
    /// Attempts in a row that did not end in `linked`.
    pub attempts: u32,
    /// When the last attempt began.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<DateTime>))]
    pub attempted_at: Option<Time>,
    /// Why the last attempt failed; absent if it did not.
    pub last_error: Option<LinkError>,
    /// When the account was linked.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<DateTime>))]
    pub linked_at: Option<Time>,
    /// What Nextcloud says of the account now; absent if it was not asked or did not say.
    pub account: Option<NextcloudAccount>,
    /// Why `account` is absent although the account is linked.
    pub lookup_error: Option<LinkError>,
    /// The password of an account that was made just now, shown in this answer alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub temporary_password: Option<Secret>,
}

/// Why something did not work with Nextcloud.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkError {
    /// A stable word such as `credentials_rejected` or `unreachable`.
    pub code: String,
    /// A sentence for a person, with what to do about it.
    pub message: String,
}

/// An account as Nextcloud describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NextcloudAccount {
    /// Whether it can sign in there; absent if Nextcloud does not say.
    pub enabled: Option<bool>,
    /// How many bytes its files may take; absent if there is no bound.
    pub quota_bytes: Option<u64>,
    /// How many bytes its files take.
    pub used_bytes: Option<u64>,
    /// When it last signed in there.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<DateTime>))]
    pub last_login: Option<Time>,
}

/// The longest id that Nextcloud gives an account, in bytes.
pub const MOST_ID_BYTES: usize = 64;

/// `POST /api/users/{id}/nextcloud/provision`, which may also come without a body.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::provision))]
pub struct ProvisionRequest {
    /// The account in Nextcloud to link to, which stays as it is. Without it one is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::NextcloudId>))]
    pub nextcloud_id: Option<String>,
}
