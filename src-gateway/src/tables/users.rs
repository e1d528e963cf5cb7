//! `users`: accounts. Columns that an existing VoiceAssist database has keep its names.

use sea_orm::entity::prelude::*;

/// An account's row.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    /// The account's id, a UUID version 7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The address as typed.
    pub email: String,
    /// The address as compared; unique.
    #[sea_orm(unique)]
    pub email_key: String,
    /// The person's name.
    pub full_name: String,
    /// The name as sorted: in lower case.
    pub name_key: String,
    /// What a search looks into: name, address and id in lower case, a line each.
    pub search_key: String,
    /// The password's bcrypt hash.
    pub hashed_password: String,
    /// `admin` or `user`.
    pub role: String,
    /// Whether the account can sign in.
    pub is_active: bool,
    /// Whether the password must be changed before anything else.
    pub must_change_password: bool,
    /// Whether two-step sign-in is on.
    pub mfa_enabled: bool,
    /// Counts edits; sign-ins and failures are none.
    pub version: i64,
    /// When the account was made.
    pub created_at: ChronoDateTimeUtc,
    /// When it was last edited.
    pub updated_at: ChronoDateTimeUtc,
    /// When it last signed in.
    pub last_login: Option<ChronoDateTimeUtc>,
    /// `last_login` as sorted: milliseconds since 1970, 0 for never.
    pub last_login_key: i64,
    /// Failed sign-ins in a row.
    pub failed_sign_ins: i32,
    /// When the last one was.
    pub last_failure_at: Option<ChronoDateTimeUtc>,
    /// Where it came from.
    pub last_failure_address: Option<String>,
    /// Until when no sign-in is tried.
    pub locked_until: Option<ChronoDateTimeUtc>,
}

/// Names the account by its id alone, so that no hash and no address gets into a log.
impl std::fmt::Debug for Model {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("User").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What rows of other tables belong to an account.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Its sessions.
    #[sea_orm(has_many = "super::sessions::Entity")]
    Sessions,
}

impl Related<super::sessions::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Sessions.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
