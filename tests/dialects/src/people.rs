//! The people of a scripted server.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::Kind;

/// What somebody may do there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Manages accounts.
    Admin,
    /// Looks at them.
    Viewer,
    /// Neither.
    User,
}

impl Role {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Viewer => "viewer",
            Self::User => "user",
        }
    }

    /// The role of that word.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        [Self::Admin, Self::Viewer, Self::User].into_iter().find(|role| role.as_str() == word)
    }
}

/// Somebody with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The account's id.
    pub id: Uuid,
    /// Its address.
    pub email: String,
    /// The name.
    pub full_name: String,
    /// The password in use.
    pub password: String,
    /// What they may do.
    pub role: Role,
    /// Whether they can sign in.
    pub is_active: bool,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
    /// When they last signed in.
    pub last_login: Option<DateTime<Utc>>,
    /// When they last changed the password themselves.
    pub password_changed_at: Option<DateTime<Utc>>,
    /// The code of their second step, if they have one.
    pub second_step: Option<String>,
}

impl Person {
    /// The members that the recorded bodies show of an account, put into `body`.
    pub(crate) fn put_into(&self, body: &mut Value, kind: Kind) {
        let naive = |time: DateTime<Utc>| json!(time.format("%Y-%m-%dT%H:%M:%S%.6f").to_string());
        let Some(members) = body.as_object_mut() else { return };
        members.insert("id".into(), json!(self.id));
        members.insert("email".into(), json!(self.email));
        members.insert("full_name".into(), json!(self.full_name));
        members.insert("is_active".into(), json!(self.is_active));
        members.insert("is_admin".into(), json!(self.role == Role::Admin));
        members.insert("created_at".into(), naive(self.created_at));
        members.insert("last_login".into(), self.last_login.map_or(Value::Null, naive));
        if kind == Kind::November2025 {
            members.remove("admin_role");
            members.remove("nextcloud_user_id");
        } else {
            members.insert("admin_role".into(), json!(self.role.as_str()));
        }
    }
}
