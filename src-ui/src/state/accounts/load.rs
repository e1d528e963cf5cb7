//! Loading the table's pages: in sequence, ahead of the eye, and never an old answer over a new one.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use voiceassist_contract::accounts::{Account, AccountPage};
use voiceassist_contract::ipc::{Failure, ListAccounts};

use super::{AccountsList, ListQuery};
use crate::state::{AppState, clock};

/// Rows of a page.
const PAGE: u16 = 100;
/// Rows of a page when the eye is far ahead of what is loaded; the most that the server gives.
const LARGE_PAGE: u16 = 200;
/// Rows loaded beyond what is in view.
const AHEAD: usize = 100;
/// Rows this old are loaded anew when one comes back to them.
const OLD_AFTER_SECONDS: i64 = 20;

impl AppState {
    /// Asks for something else. The rows stay until the answer is there.
    pub(crate) fn ask_accounts(self, query: ListQuery) {
        let list = self.accounts;
        if list.query.with_untracked(|asked| *asked == query) {
            return;
        }
        list.query.set(query);
        list.scroll_top.set(0.0);
        list.focused.set(0);
        self.load_accounts(0);
    }

    /// Loads the rows for somebody who comes (back) to the table.
    pub(crate) fn visit_accounts(self) {
        let list = self.accounts;
        let age = list.updated_at.get_untracked().map(|then| (clock::now() - then).num_seconds());
        let is_stale = list.progress.with_value(|progress| progress.is_stale);
        if is_stale || age.is_none_or(|age| age > OLD_AFTER_SECONDS) {
            self.refresh_accounts();
        }
    }

    /// Loads anew what has been loaded as far as it is in view, and shows it when all of it is there.
    pub(crate) fn refresh_accounts(self) {
        let loaded = self.accounts.rows.with_untracked(Vec::len);
        let in_view = self.accounts.progress.with_value(|progress| progress.wanted);
        self.load_accounts(loaded.min(in_view));
    }

    /// Sees to it that the rows up to `end` get loaded, and some more.
    pub(crate) fn want_accounts(self, end: usize) {
        let list = self.accounts;
        list.progress.update_value(|progress| progress.wanted = end + AHEAD);
        let goes_on =
            list.progress.with_value(|progress| !progress.is_busy && progress.next_cursor.is_some());
        let is_short = list.rows.with_untracked(Vec::len) < end + AHEAD;
        if goes_on && is_short && list.failure.with_untracked(Option::is_none) {
            let generation = list.progress.with_value(|progress| progress.generation);
            list.progress.update_value(|progress| progress.is_busy = true);
            spawn_local(async move { self.load_following(generation).await });
        }
    }

    /// Starts over and shows the rows once at least `least` of them are there.
    fn load_accounts(self, least: usize) {
        let list = self.accounts;
        let generation = list.progress.with_value(|progress| progress.generation) + 1;
        list.progress.update_value(|progress| {
            progress.generation = generation;
            progress.is_busy = true;
        });
        list.is_loading.set(true);
        let query = list.query.get_untracked();
        spawn_local(async move {
            let loaded = self.load_first(&query, least, generation).await;
            if !list.is_current(generation) {
                return;
            }
            list.progress.update_value(|progress| progress.is_busy = false);
            match loaded {
                Ok(first) => list.show(first, query),
                Err(failure) => list.failure.set(Some(failure)),
            }
            list.is_loading.set(false);
            let wanted = list.progress.with_value(|progress| progress.wanted);
            self.want_accounts(wanted.saturating_sub(AHEAD));
        });
    }

    async fn load_first(
        self,
        query: &ListQuery,
        least: usize,
        generation: u64,
    ) -> Result<AccountPage, Failure> {
        let limit = if least > usize::from(PAGE) { LARGE_PAGE } else { PAGE };
        let mut all = self.call(ListAccounts { query: query.page(None, limit) }).await?;
        while all.items.len() < least && all.next_cursor.is_some() && self.accounts.is_current(generation) {
            let query = query.page(all.next_cursor.take(), limit);
            let page = self.call(ListAccounts { query }).await?;
            all.items.extend(page.items);
            all.next_cursor = page.next_cursor;
        }
        Ok(all)
    }

    async fn load_following(self, generation: u64) {
        let list = self.accounts;
        while let Some((cursor, limit)) = list.next_page(generation) {
            let query = list.query.with_untracked(|query| query.page(Some(cursor), limit));
            let answer = self.call(ListAccounts { query }).await;
            if !list.is_current(generation) {
                return;
            }
            match answer {
                Ok(page) => list.append(page),
                Err(failure) => {
                    list.failure.set(Some(failure));
                    break;
                }
            }
        }
        if list.is_current(generation) {
            list.progress.update_value(|progress| progress.is_busy = false);
        }
    }
}

impl AccountsList {
    fn is_current(self, generation: u64) -> bool {
        self.progress.with_value(|progress| progress.generation == generation)
    }

    fn next_page(self, generation: u64) -> Option<(String, u16)> {
        let loaded = self.rows.with_untracked(Vec::len);
        self.progress.with_value(|progress| {
            let missing = progress.wanted.checked_sub(loaded).filter(|missing| *missing > 0)?;
            let cursor = progress.next_cursor.clone()?;
            let limit = if missing > 2 * usize::from(PAGE) { LARGE_PAGE } else { PAGE };
            (progress.generation == generation).then_some((cursor, limit))
        })
    }

    fn show(self, first: AccountPage, query: ListQuery) {
        let total = first.total.map_or(first.items.len(), |total| total as usize);
        self.progress.update_value(|progress| {
            progress.next_cursor = first.next_cursor;
            progress.is_stale = false;
        });
        self.failure.set(None);
        self.updated_at.set(Some(clock::now()));
        self.counts.set(first.counts);
        self.shown.set(Some(query));
        self.rows.set(shared(first.items));
        self.total.set(Some(total));
        self.focused.update(|focused| *focused = (*focused).min(total.saturating_sub(1)));
    }

    fn append(self, page: AccountPage) {
        let is_last = page.next_cursor.is_none();
        self.progress.update_value(|progress| progress.next_cursor = page.next_cursor);
        self.rows.update(|rows| rows.extend(shared(page.items)));
        let loaded = self.rows.with_untracked(Vec::len);
        // Rows may have come or gone since the first page was counted.
        if is_last || self.total.get_untracked().is_some_and(|total| total < loaded) {
            self.total.set(Some(loaded));
        }
    }
}

fn shared(accounts: Vec<Account>) -> Vec<Arc<Account>> {
    accounts.into_iter().map(Arc::new).collect()
}
