//! `nextcloud_links`: which account is which in Nextcloud, and how the last attempt to link it went.

use sea_orm::entity::prelude::*;

/// A link's row. There is none for an account that nobody has tried to link.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "nextcloud_links")]
pub struct Model {
    /// Whose link it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    /// `provisioning`, `linked` or `failed`.
    pub state: String,
    /// The account's id in Nextcloud, as Nextcloud spells it.
    pub nextcloud_id: Option<String>,
    /// The same as compared: in lower case, as Nextcloud compares; unique.
    pub nextcloud_key: Option<String>,
    /// The account in Nextcloud that an administrator named; none if the gateway makes one.
    pub wanted_id: Option<String>,
    /// Attempts in a row that did not end in `linked`.
    pub attempts: i32,
    /// When the last one began.
    pub attempted_at: Option<ChronoDateTimeUtc>,
    /// The attempt that is under way. Only its own result is written.
    pub claim: Option<Uuid>,
    /// Until when it is taken to be under way; after that its process is taken to be dead.
    pub claimed_until: Option<ChronoDateTimeUtc>,
    /// Why the last attempt failed, in a word.
    pub last_error: Option<String>,
    /// When the account was linked.
    pub linked_at: Option<ChronoDateTimeUtc>,
}

/// Nothing belongs to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
