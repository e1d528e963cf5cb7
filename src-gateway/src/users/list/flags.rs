//! Kinds of accounts as the database counts them: a sum of what an account is.

use sea_orm::sea_query::{Condition, Expr, Iden};
use voiceassist_contract::accounts::{Role, StatusFilter};

use crate::users::list::request::Filter;

const ACTIVE: i32 = 1;
const ADMINISTRATOR: i32 = 2;
const NEVER_SIGNED_IN: i32 = 4;
const MUST_CHANGE_PASSWORD: i32 = 8;

/// The kinds that have these flags among those that are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds {
    looked_at: i32,
    set: i32,
}

impl Kinds {
    /// Accounts in this state. A lock passes with time and is no kind.
    pub const fn of_status(status: StatusFilter) -> Option<Self> {
        let flags = match status {
            StatusFilter::Active => Self::with(ACTIVE),
            StatusFilter::Inactive => Self { looked_at: ACTIVE, set: 0 },
            StatusFilter::NeverSignedIn => Self::with(ACTIVE | NEVER_SIGNED_IN),
            StatusFilter::MustChangePassword => Self::with(MUST_CHANGE_PASSWORD),
            StatusFilter::Locked => return None,
        };
        Some(flags)
    }

    /// Accounts with this role.
    pub const fn of_role(role: Role) -> Self {
        match role {
            Role::Admin => Self::with(ADMINISTRATOR),
            Role::User => Self { looked_at: ADMINISTRATOR, set: 0 },
        }
    }

    /// What the filter says beside its search, if kinds tell all of it.
    pub fn of_filter(filter: &Filter) -> Option<Self> {
        let mut kinds = Self::default();
        if let Some(status) = filter.status {
            kinds = kinds.and(Self::of_status(status)?);
        }
        if let Some(role) = filter.role {
            kinds = kinds.and(Self::of_role(role));
        }
        filter.inactive_since.is_none().then_some(kinds)
    }

    /// Whether all accounts are of these kinds.
    pub const fn are_all(self) -> bool {
        self.looked_at == 0
    }

    /// The condition on an expression that gives an account's flags.
    pub fn condition(self, flags: &str) -> String {
        format!("({flags} & {}) = {}", self.looked_at, self.set)
    }

    /// The condition on a column that has an account's flags.
    pub fn are(self, table: impl Iden, column: impl Iden) -> Condition {
        let is_looked_at = !self.are_all();
        let condition =
            || Expr::cust(self.condition(&format!("{}.{}", table.to_string(), column.to_string())));
        Condition::all().add_option(is_looked_at.then(condition))
    }

    const fn with(flags: i32) -> Self {
        Self { looked_at: flags, set: flags }
    }

    const fn and(self, other: Self) -> Self {
        Self { looked_at: self.looked_at | other.looked_at, set: self.set | other.set }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(status: Option<StatusFilter>, role: Option<Role>) -> Vec<i32> {
        let filter = Filter { status, role, ..Filter::default() };
        let kinds = Kinds::of_filter(&filter).expect("kinds tell all of it");
        (0..16).filter(|flags| flags & kinds.looked_at == kinds.set).collect()
    }

    #[test]
    fn a_filter_is_the_kinds_that_fulfil_all_of_it() {
        assert_eq!(kinds(None, None), (0..16).collect::<Vec<_>>());
        assert_eq!(kinds(Some(StatusFilter::Inactive), Some(Role::Admin)), [2, 6, 10, 14]);
        assert_eq!(kinds(Some(StatusFilter::NeverSignedIn), Some(Role::User)), [5, 13]);
        assert_eq!(kinds(Some(StatusFilter::MustChangePassword), None), (8..16).collect::<Vec<_>>());
    }

    #[test]
    fn what_passes_with_time_is_no_kind() {
        let locked = Filter { status: Some(StatusFilter::Locked), ..Filter::default() };
        let since = Filter { inactive_since: chrono::DateTime::from_timestamp(0, 0), ..Filter::default() };
        assert_eq!((Kinds::of_filter(&locked), Kinds::of_filter(&since)), (None, None));
    }
}
