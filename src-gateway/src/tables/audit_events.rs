//! `audit_events`: who did what to whom and when. Rows are added, never changed or removed.

use sea_orm::entity::prelude::*;

/// An event's row.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_events")]
pub struct Model {
    /// The event's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its place in the chain, from 1 without gaps.
    #[sea_orm(unique)]
    pub sequence: i64,
    /// When it happened.
    pub at: ChronoDateTimeUtc,
    /// Which account did it.
    pub actor_id: Option<Uuid>,
    /// Its person's name at that time.
    pub actor_name: Option<String>,
    /// What was done, in a word.
    pub action: String,
    /// What kind of thing it was done to.
    pub target_kind: Option<String>,
    /// Which one.
    pub target_id: Option<String>,
    /// The network address that it came from.
    pub address: Option<String>,
    /// The request's id.
    pub request_id: Option<String>,
    /// What it was before, as JSON; text, because the chain needs it byte for byte.
    pub before: Option<String>,
    /// What it was after, or more about the event, as JSON.
    pub after: Option<String>,
    /// The MAC of the event before.
    pub previous_mac: String,
    /// The MAC of this one, which covers all of the above.
    pub mac: String,
}

/// Names the event by its place alone: what happened is for administrators and not for logs.
impl std::fmt::Debug for Model {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("AuditEvent").field("sequence", &self.sequence).finish_non_exhaustive()
    }
}

/// Nothing belongs to it: an event outlives what it tells of.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
