//! The rows loaded so far: some from the start of the table and some from its end.
//!
//! Pages can only be asked for one after another. Somebody who jumps to the end of a hundred thousand rows would
//! wait for all of them, so the end is loaded backwards, in the opposite order.

use std::ops::Range;
use std::sync::Arc;

use voiceassist_contract::accounts::Account;

/// From which end of the table pages are loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// From the first row on.
    First,
    /// From the last row backwards.
    Last,
}

/// The rows of a table, as far as they are loaded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    head: Vec<Arc<Account>>,
    /// The last row first.
    tail: Vec<Arc<Account>>,
    total: usize,
}

impl Rows {
    /// The first rows of a table with `total` rows.
    pub(super) fn new(first: Vec<Account>, total: usize) -> Self {
        let head: Vec<_> = first.into_iter().map(Arc::new).collect();
        Self { total: total.max(head.len()), head, tail: Vec::new() }
    }

    /// How many rows the table has, loaded or not.
    pub(crate) fn total(&self) -> usize {
        self.total
    }

    /// Whether no row is loaded.
    pub(crate) fn is_empty(&self) -> bool {
        self.head.is_empty() && self.tail.is_empty()
    }

    /// How many rows are loaded from the start on.
    pub(super) fn loaded_from_start(&self) -> usize {
        self.head.len()
    }

    /// The row at this place, if it is loaded.
    pub(crate) fn get(&self, index: usize) -> Option<&Arc<Account>> {
        self.head.get(index).or_else(|| self.tail.get(self.total.checked_sub(index + 1)?))
    }

    /// The loaded rows in no particular order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<Account>> {
        self.head.iter().chain(&self.tail)
    }

    /// The loaded rows in no particular order, to be replaced.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Arc<Account>> {
        self.head.iter_mut().chain(&mut self.tail)
    }

    fn gap(&self) -> Range<usize> {
        self.head.len()..self.total - self.tail.len()
    }

    /// From which end the rows in `wanted` are reached sooner, and how many rows that takes; `None` if all of
    /// them are there.
    pub(super) fn nearer_end(&self, wanted: &Range<usize>) -> Option<(End, usize)> {
        let gap = self.gap();
        let (start, end) = (wanted.start.max(gap.start), wanted.end.min(gap.end));
        if start >= end {
            return None;
        }
        let (from_first, from_last) = (end - gap.start, gap.end - start);
        Some(if from_first <= from_last { (End::First, from_first) } else { (End::Last, from_last) })
    }

    /// Adds the next page from one end. What the other end already has is left out, as rows may have come or
    /// gone meanwhile; after the last page there are no more rows than are loaded.
    pub(super) fn add(&mut self, end: End, page: Vec<Account>, is_last_page: bool) {
        let room = self.gap().len();
        let rows = page.into_iter().take(room).map(Arc::new);
        match end {
            End::First => self.head.extend(rows),
            End::Last => self.tail.extend(rows),
        }
        if is_last_page {
            self.total = self.head.len() + self.tail.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accounts(indices: impl IntoIterator<Item = usize>) -> Vec<Account> {
        indices
            .into_iter()
            .map(|index| {
                serde_json::from_value(serde_json::json!({
                    "id": uuid::Uuid::from_u128(index as u128), "email": "a@lakeside.example",
                    "full_name": format!("Person {index}"), "role": "user", "is_active": true, "is_admin": false,
                    "must_change_password": false, "mfa_enabled": false, "created_at": "2026-01-01T00:00:00Z",
                    "updated_at": "2026-01-01T00:00:00Z", "last_login": null, "version": 1,
                }))
                .expect("an account")
            })
            .collect()
    }

    fn name(rows: &Rows, index: usize) -> Option<&str> {
        rows.get(index).map(|account| account.user.full_name.as_str())
    }

    #[test]
    fn what_is_near_the_end_is_loaded_from_the_end() {
        let mut rows = Rows::new(accounts(0..100), 100_000);
        assert_eq!(rows.nearer_end(&(0..100)), None);
        assert_eq!(rows.nearer_end(&(50..250)), Some((End::First, 150)));
        assert_eq!(rows.nearer_end(&(99_980..100_100)), Some((End::Last, 20)));
        rows.add(End::Last, accounts((99_800..100_000).rev()), false);
        assert_eq!(rows.nearer_end(&(99_980..100_100)), None);
        assert_eq!((name(&rows, 99_999), name(&rows, 99_800)), (Some("Person 99999"), Some("Person 99800")));
        assert_eq!((name(&rows, 99_799), name(&rows, 100_000)), (None, None));
    }

    #[test]
    fn where_both_ends_meet_no_row_stands_twice() {
        let mut rows = Rows::new(accounts(0..4), 10);
        rows.add(End::Last, accounts((6..10).rev()), false);
        rows.add(End::First, accounts(4..8), false);
        let names: Vec<_> = (0..10).filter_map(|index| name(&rows, index)).collect();
        assert_eq!(names.len(), 10);
        assert_eq!((names[5], names[6]), ("Person 5", "Person 6"));
        assert_eq!(rows.nearer_end(&(0..10)), None);
    }

    #[test]
    fn rows_that_went_away_leave_no_gap_behind_the_last_page() {
        let mut rows = Rows::new(accounts(0..4), 10);
        rows.add(End::First, accounts(4..7), true);
        assert_eq!(rows.total(), 7);
        assert_eq!(rows.nearer_end(&(0..10)), None);
    }
}
