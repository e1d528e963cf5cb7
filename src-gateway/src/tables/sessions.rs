//! `sign_in_sessions`: where accounts are signed in. A row stays after its end, so that a late refresh is known.

use sea_orm::entity::prelude::*;

/// A session's row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_sessions")]
pub struct Model {
    /// The session's id, `sid` in its tokens.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose it is.
    pub user_id: Uuid,
    /// The program that signed in.
    pub device: String,
    /// The address it signed in from.
    pub address: String,
    /// When it was signed in.
    pub created_at: ChronoDateTimeUtc,
    /// When it was last used, to the minute.
    pub last_seen_at: ChronoDateTimeUtc,
    /// When it ends whatever happens.
    pub expires_at: ChronoDateTimeUtc,
    /// When it ends unless it is refreshed before.
    pub refresh_expires_at: ChronoDateTimeUtc,
    /// How many pairs of tokens it has had; the pair's ids are derived from it.
    pub generation: i64,
    /// When its current pair was made.
    pub issued_at: ChronoDateTimeUtc,
    /// The hash of its current refresh token's id.
    pub refresh_hash: String,
    /// The hash of the one before.
    pub previous_refresh_hash: Option<String>,
    /// When the one before was used.
    pub rotated_at: Option<ChronoDateTimeUtc>,
    /// When its person last gave the password again.
    pub stepped_up_at: Option<ChronoDateTimeUtc>,
    /// When it was ended.
    pub ended_at: Option<ChronoDateTimeUtc>,
    /// Why, in a word.
    pub end_reason: Option<String>,
}

/// What a session belongs to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The account.
    #[sea_orm(belongs_to = "super::users::Entity", from = "Column::UserId", to = "super::users::Column::Id")]
    User,
}

impl Related<super::users::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::User.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
