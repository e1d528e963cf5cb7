//! `unknown_sign_ins`: failed sign-ins under addresses that nobody has.
//!
//! They are delayed as an account's are; otherwise the delay would tell which addresses exist.

use sea_orm::entity::prelude::*;

/// Failures under one address.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "unknown_sign_ins")]
pub struct Model {
    /// A keyed hash of the address; the address itself may be a mistyped password and is not kept.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key_hash: String,
    /// How many in a row.
    pub failures: i32,
    /// When the last one was.
    pub last_failure_at: ChronoDateTimeUtc,
    /// Until when no sign-in is tried.
    pub locked_until: Option<ChronoDateTimeUtc>,
}

/// Nothing belongs to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
