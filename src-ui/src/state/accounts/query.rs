//! What the table of accounts is asked for: search, chip and order.

use voiceassist_contract::accounts::{AccountQuery, Order, Role, SortKey, StatusCounts, StatusFilter};

/// The filters above the table, of which one holds at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Chip {
    /// No filter.
    #[default]
    All,
    /// A state.
    Status(StatusFilter),
    /// Those who manage accounts.
    Administrators,
}

impl Chip {
    /// The chips in the order in which they stand.
    pub(crate) const ALL: [Self; 7] = [
        Self::All,
        Self::Status(StatusFilter::Active),
        Self::Status(StatusFilter::Inactive),
        Self::Administrators,
        Self::Status(StatusFilter::Locked),
        Self::Status(StatusFilter::NeverSignedIn),
        Self::Status(StatusFilter::MustChangePassword),
    ];

    /// What stands on it.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Administrators => "Administrators",
            Self::Status(StatusFilter::Active) => "Active",
            Self::Status(StatusFilter::Inactive) => "Inactive",
            Self::Status(StatusFilter::Locked) => "Locked",
            Self::Status(StatusFilter::NeverSignedIn) => "Never signed in",
            Self::Status(StatusFilter::MustChangePassword) => "Must change password",
        }
    }

    /// How many rows it would show.
    pub(crate) const fn count(self, counts: &StatusCounts) -> u64 {
        match self {
            Self::All => counts.all,
            Self::Administrators => counts.administrators,
            Self::Status(StatusFilter::Active) => counts.active,
            Self::Status(StatusFilter::Inactive) => counts.inactive,
            Self::Status(StatusFilter::Locked) => counts.locked,
            Self::Status(StatusFilter::NeverSignedIn) => counts.never_signed_in,
            Self::Status(StatusFilter::MustChangePassword) => counts.must_change_password,
        }
    }
}

/// What the table is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ListQuery {
    /// As typed.
    pub(crate) search: String,
    /// The chip that is pressed.
    pub(crate) chip: Chip,
    /// What the rows are ordered by.
    pub(crate) sort: SortKey,
    /// In which direction.
    pub(crate) order: Order,
}

impl ListQuery {
    /// Whether it leaves anything out.
    pub(crate) fn is_filtered(&self) -> bool {
        !self.search.trim().is_empty() || self.chip != Chip::All
    }

    /// The same rows in the order that a click on a column's header asks for: that column, or the other
    /// direction. Dates start with the newest, because that is what one looks for.
    pub(crate) fn sorted_by(&self, key: SortKey) -> Self {
        let order = match (self.sort == key, self.order, key) {
            (true, Order::Asc, _) => Order::Desc,
            (true, Order::Desc, _) => Order::Asc,
            (false, _, SortKey::LastLogin | SortKey::CreatedAt) => Order::Desc,
            (false, ..) => Order::Asc,
        };
        Self { sort: key, order, ..self.clone() }
    }

    /// The same rows from the last to the first.
    pub(super) fn reversed(&self) -> Self {
        let order = match self.order {
            Order::Asc => Order::Desc,
            Order::Desc => Order::Asc,
        };
        Self { order, ..self.clone() }
    }

    /// The request for the first page of it, which also counts.
    pub(super) fn first_page(&self, limit: u16) -> AccountQuery {
        AccountQuery { count: Some(true), counts: Some(true), ..self.page(None, limit) }
    }

    /// The request for a page of it that counts nothing.
    pub(super) fn page(&self, cursor: Option<String>, limit: u16) -> AccountQuery {
        let search = self.search.trim();
        let (status, role) = match self.chip {
            Chip::All => (None, None),
            Chip::Status(status) => (Some(status), None),
            Chip::Administrators => (None, Some(Role::Admin)),
        };
        AccountQuery {
            search: (!search.is_empty()).then(|| search.to_owned()),
            status,
            role,
            inactive_since: None,
            sort: self.sort,
            order: self.order,
            cursor,
            limit: Some(limit),
            count: Some(false),
            counts: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_page_counts_and_the_following_ones_do_not() {
        let query =
            ListQuery { search: "  ruiz ".into(), chip: Chip::Administrators, ..ListQuery::default() };
        let first = query.first_page(100);
        assert_eq!((first.search.as_deref(), first.role), (Some("ruiz"), Some(Role::Admin)));
        assert_eq!((first.count, first.counts), (Some(true), Some(true)));
        let second = query.page(Some("abc".into()), 100);
        assert_eq!((second.count, second.counts), (Some(false), None));
    }

    #[test]
    fn backwards_is_the_same_but_for_the_direction() {
        let query = ListQuery { sort: SortKey::Email, order: Order::Desc, ..ListQuery::default() };
        assert_eq!(query.reversed(), ListQuery { order: Order::Asc, ..query.clone() });
    }

    #[test]
    fn a_click_on_the_sorted_column_turns_the_order_around() {
        let by_name = ListQuery::default();
        assert_eq!(by_name.sorted_by(SortKey::FullName).order, Order::Desc);
        assert_eq!(by_name.sorted_by(SortKey::FullName).sorted_by(SortKey::FullName).order, Order::Asc);
        assert_eq!(by_name.sorted_by(SortKey::Email).order, Order::Asc);
        assert_eq!(by_name.sorted_by(SortKey::LastLogin).order, Order::Desc);
    }

    #[test]
    fn blanks_filter_nothing() {
        assert!(!ListQuery { search: "   ".into(), ..ListQuery::default() }.is_filtered());
        assert!(ListQuery { search: "a".into(), ..ListQuery::default() }.is_filtered());
    }
}
