//! Wire types of `/api/audit`: the trail of what was done, by whom and to whom, and the check of its chain.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Id, Time};

/// The longest id of a thing that something was done to; an account's has 36 characters.
pub const MOST_TARGET_CHARACTERS: usize = 100;

/// An event of the trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::audit_event))]
pub struct AuditEvent {
    /// The event's id.
    #[cfg_attr(feature = "openapi", schema(value_type = Uuid))]
    pub id: Id,
    /// Its place in the chain, from 1 without gaps.
    pub sequence: i64,
    /// When it happened.
    #[cfg_attr(feature = "openapi", schema(value_type = DateTime))]
    pub at: Time,
    /// Who did it; absent if nobody was signed in.
    pub actor: Option<AuditActor>,
    /// What was done, in a stable word such as `account_updated`; newer servers have more of them.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::AuditAction))]
    pub action: String,
    /// What it was done to; absent if there is no such thing, for example a sign-in with an unknown address.
    pub target: Option<AuditTarget>,
    /// The network address that it came from.
    pub address: Option<String>,
    /// The request's id.
    pub request_id: Option<String>,
    /// What it was before.
    pub before: Option<Value>,
    /// What it was after, or more about the event.
    pub after: Option<Value>,
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditActor {
    /// The account; absent for somebody on the server itself.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Uuid>))]
    pub id: Option<Id>,
    /// The person's name at that time.
    pub name: Option<String>,
}

/// What something was done to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditTarget {
    /// The kind of thing, such as `account`.
    pub kind: String,
    /// Which one.
    pub id: String,
    /// What it is called now; absent if it is no more, or has no name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The query of `GET /api/audit`; the first five also of `GET /api/audit/export`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub struct AuditQuery {
    /// Only what this account did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<Uuid>))]
    pub actor: Option<Id>,
    /// Only this kind of event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<crate::openapi::AuditAction>))]
    pub action: Option<String>,
    /// Only what was done to the thing with this id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<crate::openapi::AuditTargetId>))]
    pub target: Option<String>,
    /// Only what happened at this time or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<crate::openapi::Timestamp>))]
    pub since: Option<Time>,
    /// Only what happened before this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<crate::openapi::Timestamp>))]
    pub until: Option<Time>,
    /// Where to go on: the last answer's `next_cursor`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<crate::openapi::Cursor>))]
    pub cursor: Option<String>,
    /// How many, 1 to 200; 50 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<crate::openapi::PageLimit>))]
    pub limit: Option<u16>,
    /// Whether to count all matches into `total`; yes if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<bool>,
}

/// The answer of `GET /api/audit`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::audit_page))]
pub struct AuditPage {
    /// The events, newest first.
    pub items: Vec<AuditEvent>,
    /// Where the next page starts; absent at the end.
    pub next_cursor: Option<String>,
    /// How many events match, if that was asked and they are at most 100,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
}

/// How `GET /api/audit/export` writes the events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AuditFormat {
    /// A table for a spreadsheet.
    #[default]
    Csv,
    /// One event as JSON per line.
    Ndjson,
}

impl AuditFormat {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }
}

/// What is known of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AuditState {
    /// Every event is as it was written, and none is missing.
    Intact,
    /// An event does not fit.
    Broken,
    /// The check goes on; ask again.
    Running,
}

/// The answer of `GET /api/audit/verify`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::audit_check))]
pub struct AuditCheck {
    /// What is known.
    pub state: AuditState,
    /// Events that were found to fit.
    pub checked: u64,
    /// Events that there are to check.
    pub total: u64,
    /// The chain's end as `sequence:mac`, if it is intact. Kept elsewhere and given to a later check, it shows
    /// whether events were cut off since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<String>,
    /// The first event that does not fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<AuditFault>,
    /// When the check ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<DateTime>))]
    pub checked_at: Option<Time>,
}

/// The first event that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditFault {
    /// The place in the chain.
    pub sequence: i64,
    /// How it does not fit.
    pub kind: AuditFaultKind,
    /// The event's id, if there is an event that can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Uuid>))]
    pub id: Option<Id>,
    /// The same as a sentence.
    pub message: String,
}

/// How an event does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AuditFaultKind {
    /// It is not what was written.
    Changed,
    /// It is gone, and others follow.
    Removed,
    /// Nobody with the key wrote it.
    Inserted,
    /// It was written by somebody with the key, but in another history than the rest.
    Replaced,
    /// It is gone, and nothing follows: the end of the trail was cut off.
    Truncated,
    /// The mark of the trail's end is not the one that was written last.
    HeadChanged,
}
