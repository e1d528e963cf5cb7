//! `audit_head`: one row that says where the chain of events ends. Whoever appends locks it first.

use sea_orm::entity::prelude::*;

/// The row's only id.
pub const ONLY_ID: i32 = 1;

/// The end of the chain.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_head")]
pub struct Model {
    /// Always [`ONLY_ID`].
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The last event's place; 0 before the first.
    pub sequence: i64,
    /// The last event's MAC; empty before the first.
    pub mac: String,
    /// The MAC of this row, so that nobody without the key can say that the trail ends earlier. Empty before
    /// the first event, and where an older version wrote the last one.
    pub seal: String,
}

/// Nothing belongs to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
