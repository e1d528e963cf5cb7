//! An account as the Python gateways show it, in this project's terms.

use serde::Deserialize;
use voiceassist_contract::accounts::{Account, Role, User};
use voiceassist_contract::{Id, Time};

use super::times::{deserialize_moment, deserialize_moment_if_any};
use crate::Error;
use crate::transport::Answer;

#[derive(Deserialize)]
pub(super) struct AccountOnWire {
    id: Id,
    email: String,
    #[serde(default)]
    full_name: Option<String>,
    is_active: bool,
    #[serde(default)]
    is_admin: bool,
    #[serde(default)]
    admin_role: Option<String>,
    #[serde(deserialize_with = "deserialize_moment")]
    created_at: Time,
    #[serde(default, deserialize_with = "deserialize_moment_if_any")]
    last_login: Option<Time>,
}

impl AccountOnWire {
    /// The account. What such a server does not know is said as what it comes to there: no password has to be
    /// changed, there is no version to hold an edit against, and the last change is the first.
    pub(super) fn into_user(self) -> User {
        let role = self.role();
        User {
            id: self.id,
            email: self.email,
            full_name: self.full_name.unwrap_or_default(),
            role,
            is_active: self.is_active,
            is_admin: role == Role::Admin,
            must_change_password: false,
            mfa_enabled: false,
            created_at: self.created_at,
            updated_at: self.created_at,
            last_login: self.last_login,
            version: 0,
        }
    }

    pub(super) fn into_account(self) -> Account {
        Account { user: self.into_user(), lock: None, sessions: None, nextcloud: None }
    }

    /// The role. A viewer may look but change nothing, so in this project's terms it is no administrator; a
    /// word that this version does not know gives no right.
    fn role(&self) -> Role {
        let is_admin = match &self.admin_role {
            Some(word) => word == "admin",
            None => self.is_admin,
        };
        if is_admin { Role::Admin } else { Role::User }
    }
}

/// The account in an answer that is nothing else.
pub(crate) fn read_user(answer: &Answer) -> Result<User, Error> {
    answer.parse::<AccountOnWire>().map(AccountOnWire::into_user)
}

/// The same as administrators see it.
pub(super) fn read_account(answer: &Answer) -> Result<Account, Error> {
    answer.parse::<AccountOnWire>().map(AccountOnWire::into_account)
}

/// The same out of its envelope.
pub(crate) fn read_enveloped_account(answer: &Answer) -> Result<Account, Error> {
    super::read_envelope::<AccountOnWire>(answer).map(AccountOnWire::into_account)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role_of(members: &str) -> Role {
        let text = format!(
            r#"{{"id":"ecf25552-1748-457a-8cb6-d21c85e94247","email":"a@b.example","full_name":"A",
                "is_active":true,"created_at":"2026-01-01T08:00:00",{members}}}"#
        );
        serde_json::from_str::<AccountOnWire>(&text).expect("readable").into_user().role
    }

    #[test]
    fn the_role_follows_admin_role_and_where_there_is_none_is_admin() {
        assert_eq!(role_of(r#""is_admin":true,"admin_role":"admin""#), Role::Admin);
        assert_eq!(role_of(r#""is_admin":true"#), Role::Admin);
        assert_eq!(role_of(r#""is_admin":false"#), Role::User);
        assert_eq!(role_of(r#""is_admin":false,"admin_role":"viewer""#), Role::User);
        assert_eq!(
            role_of(r#""is_admin":true,"admin_role":"root""#),
            Role::User,
            "unknown words give no right"
        );
    }
}
