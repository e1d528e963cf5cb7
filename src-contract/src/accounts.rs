//! Wire types of `/api/users`: people, their accounts, and what is asked of them.

use serde::{Deserialize, Serialize};

use crate::nextcloud::NextcloudLink;
use crate::{Id, Secret, Time};

pub mod bulk;
pub mod import;

/// The longest search, in characters.
pub const MOST_SEARCH_CHARACTERS: usize = 200;

/// What an account may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Uses the clinic's systems and looks after the own account.
    #[default]
    User,
    /// Manages accounts.
    Admin,
}

impl Role {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
        }
    }
}

/// An account as its own person sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::user))]
pub struct User {
    /// The account's id.
    #[cfg_attr(feature = "openapi", schema(value_type = Uuid))]
    pub id: Id,
    /// The e-mail address as typed.
    pub email: String,
    /// The person's name.
    pub full_name: String,
    /// What the account may do.
    pub role: Role,
    /// Whether it can sign in.
    pub is_active: bool,
    /// Derived from `role`; kept for older clients.
    pub is_admin: bool,
    /// Whether the password must be changed before anything else.
    pub must_change_password: bool,
    /// Whether two-step sign-in is on.
    pub mfa_enabled: bool,
    /// When the account was made.
    #[cfg_attr(feature = "openapi", schema(value_type = DateTime))]
    pub created_at: Time,
    /// When it was last changed.
    #[cfg_attr(feature = "openapi", schema(value_type = DateTime))]
    pub updated_at: Time,
    /// When it last signed in.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<DateTime>))]
    pub last_login: Option<Time>,
    /// Counts the changes; an edit names the version it is based on.
    pub version: i64,
}

/// An account as administrators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::account))]
pub struct Account {
    /// What its own person sees.
    #[serde(flatten)]
    pub user: User,
    /// Failed sign-ins in a row, if there are any.
    #[serde(default)]
    pub lock: Option<Lock>,
    /// Live sessions; left out of lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sessions: Option<u64>,
    /// How it stands with Nextcloud as far as the gateway knows; left out of lists, and where there is no
    /// Nextcloud.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nextcloud: Option<NextcloudLink>,
}

/// Failed sign-ins in a row, and the delay they led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lock {
    /// How many, in a row.
    pub failures: u32,
    /// When the last one was.
    #[cfg_attr(feature = "openapi", schema(value_type = DateTime))]
    pub last_failure_at: Time,
    /// Where the last one came from.
    pub last_failure_address: String,
    /// Until when no sign-in is tried; in the past or absent if the account is not locked.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<DateTime>))]
    pub until: Option<Time>,
}

impl Account {
    /// Whether sign-ins are refused at `now` because of failures.
    pub fn is_locked(&self, now: Time) -> bool {
        self.lock.as_ref().and_then(|lock| lock.until).is_some_and(|until| until > now)
    }
}

/// Which accounts a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StatusFilter {
    /// Can sign in.
    Active,
    /// Deactivated.
    Inactive,
    /// Delayed by failed sign-ins at this moment.
    Locked,
    /// Active, and has never signed in.
    NeverSignedIn,
    /// Must change the password at the next sign-in.
    MustChangePassword,
}

/// What a list is ordered by; the id breaks ties.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SortKey {
    /// The person's name, without case.
    #[default]
    FullName,
    /// The e-mail address, without case.
    Email,
    /// Administrators first.
    Role,
    /// Active before inactive.
    Status,
    /// The last sign-in; those who never did come as if it were before all others.
    LastLogin,
    /// When the account was made.
    CreatedAt,
}

/// The direction of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Smallest or oldest first.
    #[default]
    Asc,
    /// Largest or newest first.
    Desc,
}

/// The query of `GET /api/users`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub struct AccountQuery {
    /// Letters anywhere in name, e-mail or id, without case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<crate::openapi::SearchText>))]
    pub search: Option<String>,
    /// Only accounts in this state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<StatusFilter>,
    /// Only accounts with this role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Only accounts whose last sign-in (or creation, if there was none) is before this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<crate::openapi::Timestamp>))]
    pub inactive_since: Option<Time>,
    /// What to order by.
    #[serde(default)]
    pub sort: SortKey,
    /// In which direction.
    #[serde(default)]
    pub order: Order,
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
    /// Whether to count the matches of `search` by status into `counts`; no if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<bool>,
}

/// The answer of `GET /api/users`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::account_page))]
pub struct AccountPage {
    /// The accounts, in order.
    pub items: Vec<Account>,
    /// Where the next page starts; absent at the end.
    pub next_cursor: Option<String>,
    /// How many accounts match, if that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// How many by status, if that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<StatusCounts>,
}

/// How many accounts match the search, by status and role; filters by status or role do not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusCounts {
    /// All of them.
    pub all: u64,
    /// Those that can sign in.
    pub active: u64,
    /// Those deactivated.
    pub inactive: u64,
    /// Those with the role `admin`.
    pub administrators: u64,
    /// Those delayed by failed sign-ins now.
    pub locked: u64,
    /// Active ones that never signed in.
    pub never_signed_in: u64,
    /// Those that must change their password.
    pub must_change_password: u64,
}

/// `POST /api/users`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::new_account))]
pub struct CreateAccountRequest {
    /// The new account's e-mail address.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::EmailAddress))]
    pub email: String,
    /// The person's name.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::FullName))]
    pub full_name: String,
    /// What the account may do; `user` if left out.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Role>))]
    pub role: Role,
    /// A password; if left out, a temporary one is made and shown once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::NewPassword>))]
    pub password: Option<Secret>,
    /// Whether it must be changed at the first sign-in; always so for a temporary one. Yes if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub must_change_password: Option<bool>,
}

/// An account together with a temporary password that is shown this once.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::account_with_password))]
pub struct AccountWithPassword {
    /// The account as it is now.
    #[serde(flatten)]
    pub account: Account,
    /// The temporary password, if one was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::TemporaryPassword>))]
    pub temporary_password: Option<Secret>,
}

/// `PUT /api/users/{id}`: what is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::account_changes))]
pub struct UpdateAccountRequest {
    /// A new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::FullName>))]
    pub full_name: Option<String>,
    /// A new e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::EmailAddress>))]
    pub email: Option<String>,
    /// A new role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Activates or deactivates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_active: Option<bool>,
    /// Whether the password must be changed at the next sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub must_change_password: Option<bool>,
}

/// `PUT /api/users/me`: what is left out stays as it is. A different e-mail address needs step-up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::profile_changes))]
pub struct UpdateProfileRequest {
    /// A new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::FullName>))]
    pub full_name: Option<String>,
    /// A new e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::EmailAddress>))]
    pub email: Option<String>,
}

/// `PUT /api/users/me/password`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = crate::openapi::examples::password_change))]
pub struct ChangePasswordRequest {
    /// The password in use.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::TriedPassword))]
    pub current_password: Secret,
    /// The one to use from now on.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::NewPassword))]
    pub new_password: Secret,
}
