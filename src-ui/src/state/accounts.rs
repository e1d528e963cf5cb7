//! The table of accounts: what it shows, and the pages loaded so far.
//!
//! It outlives its screen, so that search, order, scroll position and focus are as one left them.

mod load;
mod query;
mod rows;

use std::ops::Range;
use std::sync::Arc;

use leptos::prelude::*;
use voiceassist_contract::accounts::{Account, StatusCounts};
use voiceassist_contract::ipc::{Failure, Loading};
use voiceassist_contract::{Id, Time};

pub(crate) use query::{Chip, ListQuery};
pub(crate) use rows::Rows;

/// The table of accounts.
#[derive(Clone, Copy)]
pub(crate) struct AccountsList {
    /// What is asked for.
    pub(crate) query: RwSignal<ListQuery>,
    /// What the rows are an answer to; nothing before the first answer.
    pub(crate) shown: RwSignal<Option<ListQuery>>,
    /// The rows loaded so far.
    pub(crate) rows: RwSignal<Rows>,
    /// How many rows there are in all; unknown before the first answer.
    pub(crate) total: RwSignal<Option<usize>>,
    /// How many rows each chip would show.
    pub(crate) counts: RwSignal<Option<StatusCounts>>,
    /// How far loading has come where this computer searches and sorts; nothing once all is there.
    pub(crate) loading: RwSignal<Option<Loading>>,
    /// Whether the first page of the query is on its way.
    pub(crate) is_loading: RwSignal<bool>,
    /// Why the last page could not be loaded.
    pub(crate) failure: RwSignal<Option<Failure>>,
    /// When the rows were loaded.
    pub(crate) updated_at: RwSignal<Option<Time>>,
    /// How far the table is scrolled, in pixels.
    pub(crate) scroll_top: RwSignal<f64>,
    /// The row that the keyboard is on.
    pub(crate) focused: RwSignal<usize>,
    progress: StoredValue<Progress>,
}

/// Where loading stands.
#[derive(Clone, Debug, Default)]
struct Progress {
    /// Counts the queries; an answer to an earlier one is discarded.
    generation: u64,
    /// Where the next page from the start is.
    first: Place,
    /// Where the next page from the end is.
    last: Place,
    /// Which rows are wanted.
    wanted: Range<usize>,
    /// Whether pages are being loaded.
    is_busy: bool,
    /// Whether something was changed that the rows do not show.
    is_stale: bool,
}

/// A place between two pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Place {
    /// Before the first page.
    #[default]
    Start,
    /// After the page that gave this cursor.
    At(String),
    /// After the last page.
    Past,
}

impl Place {
    fn after(next_cursor: Option<String>) -> Self {
        next_cursor.map_or(Self::Past, Self::At)
    }
}

impl AccountsList {
    pub(super) fn new() -> Self {
        Self {
            query: RwSignal::new(ListQuery::default()),
            shown: RwSignal::new(None),
            rows: RwSignal::new(Rows::default()),
            total: RwSignal::new(None),
            counts: RwSignal::new(None),
            loading: RwSignal::new(None),
            is_loading: RwSignal::new(false),
            failure: RwSignal::new(None),
            updated_at: RwSignal::new(None),
            scroll_top: RwSignal::new(0.0),
            focused: RwSignal::new(0),
            progress: StoredValue::new(Progress::default()),
        }
    }

    /// Forgets everything, for another person.
    pub(super) fn reset(self) {
        let generation = self.progress.with_value(|progress| progress.generation) + 1;
        self.progress.set_value(Progress { generation, ..Progress::default() });
        self.query.set(ListQuery::default());
        self.shown.set(None);
        self.rows.set(Rows::default());
        self.total.set(None);
        self.counts.set(None);
        self.loading.set(None);
        self.is_loading.set(false);
        self.failure.set(None);
        self.updated_at.set(None);
        self.scroll_top.set(0.0);
        self.focused.set(0);
    }

    /// The row at this place, if it is loaded.
    pub(crate) fn row(self, index: usize) -> Option<Arc<Account>> {
        self.rows.with(|rows| rows.get(index).cloned())
    }

    /// The account with this id, if it is among the rows.
    pub(crate) fn find(self, id: Id) -> Option<Arc<Account>> {
        self.rows.with_untracked(|rows| rows.iter().find(|row| row.user.id == id).cloned())
    }

    /// Shows an account as it is now, at once; the next visit loads the rows and counts anew.
    pub(crate) fn put(self, account: &Account) {
        self.progress.update_value(|progress| progress.is_stale = true);
        self.rows.update(|rows| {
            if let Some(row) = rows.iter_mut().find(|row| row.user.id == account.user.id) {
                *row = Arc::new(account.clone());
            }
        });
    }

    /// The next visit loads the rows and counts anew.
    pub(crate) fn mark_stale(self) {
        self.progress.update_value(|progress| progress.is_stale = true);
    }
}
