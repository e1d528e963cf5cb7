//! `nextcloud_pause`: one row while Nextcloud is to be left alone, for all replicas: it counts every wrong
//! password against the address that it comes from.

use sea_orm::entity::prelude::*;

/// The row's only id.
pub const ONLY_ID: i32 = 1;

/// The pause.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "nextcloud_pause")]
pub struct Model {
    /// Always [`ONLY_ID`].
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// A keyed hash of the credentials that it is about: others may be tried at once.
    pub credentials: String,
    /// Why, in a word.
    pub fault: String,
    /// Until when.
    pub until: ChronoDateTimeUtc,
}

/// Nothing belongs to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
