//! Wire types of `POST /api/users/bulk`: one change to many accounts, and what became of each.

use serde::{Deserialize, Serialize};

use super::{Role, StatusFilter};
use crate::problem::ProblemCode;
use crate::{Id, Time};

/// The most ids of one request.
pub const MOST_IDS: usize = 1_000;

/// The most accounts that a filter of one request may show.
pub const MOST_BY_FILTER: usize = 10_000;

/// What is done to every account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BulkAction {
    /// It can sign in again.
    #[default]
    Activate,
    /// It cannot sign in any more; its sessions end.
    Deactivate,
    /// It gets the role that the request names; if that is another one, its sessions end.
    SetRole,
    /// The password must be changed before anything else.
    RequirePasswordChange,
    /// Its sessions end; of the asking administrator's own, all but the one that asks.
    EndSessions,
}

/// `POST /api/users/bulk`. Either `ids` or `filter` is given. Every action sets a state and does not build
/// on an earlier one, so no versions are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::bulk_request))]
pub struct BulkRequest {
    /// What to do.
    pub action: BulkAction,
    /// The role, with the action `set_role`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// These accounts, 1 to 1,000. One that is named twice counts once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::BulkIds>))]
    pub ids: Option<Vec<Id>>,
    /// The accounts that a list with this filter shows; more than 10,000 are refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<AccountFilter>,
    /// Whether nothing is changed and the answer says what would be.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<bool>))]
    pub dry_run: bool,
}

/// Which accounts a list shows: the part of its query that chooses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountFilter {
    /// Letters anywhere in name, e-mail or id, without case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::SearchText>))]
    pub search: Option<String>,
    /// Only accounts in this state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<StatusFilter>,
    /// Only accounts with this role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Only accounts whose last sign-in (or creation, if there was none) is before this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::Timestamp>))]
    pub inactive_since: Option<Time>,
}

/// What became of an account, or would.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BulkOutcome {
    /// It was changed.
    Ok,
    /// It was so already.
    Unchanged,
    /// It was not changed; `code` says why.
    Refused,
}

/// One account's result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkResult {
    /// The account.
    #[cfg_attr(feature = "openapi", schema(value_type = Uuid))]
    pub id: Id,
    /// What became of it.
    pub outcome: BulkOutcome,
    /// Why it was refused: `own_account`, `last_administrator`, `not_found`, `version_conflict` (it was changed
    /// meanwhile, so that the filter no longer shows it), or the failure that stopped the rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<ProblemCode>,
    /// The same as a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The account's version now; absent if it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

/// The answer: how many accounts were meant, and each one's result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::bulk_answer))]
pub struct BulkAnswer {
    /// Whether nothing was changed and this is what would be.
    pub dry_run: bool,
    /// How many accounts were meant.
    pub matching: u64,
    /// How many that may be at most.
    pub most: u64,
    /// How many were changed.
    pub ok: u64,
    /// How many were so already.
    pub unchanged: u64,
    /// How many were refused.
    pub refused: u64,
    /// Each, in the order of `ids`, or by id.
    pub results: Vec<BulkResult>,
}
