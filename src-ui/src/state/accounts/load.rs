//! Loading the table's pages: in sequence, ahead of the eye, and never an old answer over a new one.

use std::ops::Range;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use voiceassist_contract::accounts::{AccountPage, AccountQuery};
use voiceassist_contract::ipc::{Failure, ListAccounts, ListedAccounts, Loading, LoadingState};

use super::rows::{End, Rows};
use super::{AccountsList, ListQuery, Place};
use crate::state::{AppState, clock};

/// Rows of a page.
const PAGE: usize = 100;
/// Rows of a page when the eye is far ahead of what is loaded; the most that the server gives.
const LARGE_PAGE: usize = 200;
/// Rows loaded beyond what is in view.
const AHEAD: usize = 100;
/// How soon to look again how far loading in the background has come.
const LOOK_AGAIN_MILLISECONDS: u32 = 1_000;
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
        let loaded = self.accounts.rows.with_untracked(Rows::loaded_from_start);
        let in_view = self.accounts.progress.with_value(|progress| progress.wanted.end);
        // What is far down comes again page by page, when it is looked at.
        self.load_accounts(if in_view <= loaded { in_view } else { 0 });
    }

    /// Sees to it that the rows in view get loaded, and some around them.
    pub(crate) fn want_accounts(self, in_view: Range<usize>) {
        let list = self.accounts;
        list.progress.update_value(|progress| {
            progress.wanted = in_view.start.saturating_sub(AHEAD)..in_view.end + AHEAD;
        });
        self.go_on_loading();
    }

    fn go_on_loading(self) {
        let list = self.accounts;
        let is_busy = list.progress.with_value(|progress| progress.is_busy);
        if is_busy || list.failure.with_untracked(Option::is_some) || list.next_page().is_none() {
            return;
        }
        let generation = list.progress.with_value(|progress| progress.generation);
        list.progress.update_value(|progress| progress.is_busy = true);
        spawn_local(async move {
            while let Some((end, query)) = list.next_page() {
                let answer = self.call(ListAccounts { query }).await.map(|listed| listed.page);
                if !list.is_current(generation) {
                    return;
                }
                match answer {
                    Ok(page) => list.add(end, page),
                    Err(failure) => {
                        list.failure.set(Some(failure));
                        break;
                    }
                }
            }
            list.progress.update_value(|progress| progress.is_busy = false);
        });
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
            self.go_on_loading();
            // A list that could not be had in one way may have been had in another.
            self.session.refresh_capabilities().await;
            self.look_again_while_more_comes(generation).await;
        });
    }

    /// Where more is loaded in the background, shows it in a moment.
    async fn look_again_while_more_comes(self, generation: u64) {
        let list = self.accounts;
        let comes = |loading: &Option<Loading>| {
            loading.is_some_and(|loading| loading.state == LoadingState::UnderWay)
        };
        if list.failure.with_untracked(Option::is_none) && list.loading.with_untracked(comes) {
            TimeoutFuture::new(LOOK_AGAIN_MILLISECONDS).await;
            if list.is_current(generation) {
                self.refresh_accounts();
            }
        }
    }

    async fn load_first(
        self,
        query: &ListQuery,
        least: usize,
        generation: u64,
    ) -> Result<ListedAccounts, Failure> {
        let limit = page_size(least);
        let mut listed = self.call(ListAccounts { query: query.first_page(limit) }).await?;
        let all = &mut listed.page;
        while all.items.len() < least && self.accounts.is_current(generation) {
            let Some(cursor) = all.next_cursor.take() else { break };
            let page = self.call(ListAccounts { query: query.page(Some(cursor), limit) }).await?.page;
            all.items.extend(page.items);
            all.next_cursor = page.next_cursor;
        }
        Ok(listed)
    }
}

impl AccountsList {
    fn is_current(self, generation: u64) -> bool {
        self.progress.with_value(|progress| progress.generation == generation)
    }

    /// The request that brings the rows wanted nearer, if any of them is missing.
    fn next_page(self) -> Option<(End, AccountQuery)> {
        let wanted = self.progress.with_value(|progress| progress.wanted.clone());
        let (end, missing) = self.rows.with_untracked(|rows| rows.nearer_end(&wanted))?;
        let place = self.progress.with_value(|progress| match end {
            End::First => progress.first.clone(),
            End::Last => progress.last.clone(),
        });
        let cursor = match place {
            Place::Start => None,
            Place::At(cursor) => Some(cursor),
            Place::Past => return None,
        };
        // The rows may still answer an earlier query, if the server could not be asked the present one.
        let query = self.shown.get_untracked()?;
        let query = if end == End::Last { query.reversed() } else { query };
        Some((end, query.page(cursor, page_size(missing))))
    }

    fn show(self, listed: ListedAccounts, query: ListQuery) {
        let ListedAccounts { page: first, loading } = listed;
        let total = first.total.map_or(first.items.len(), |total| total as usize);
        self.progress.update_value(|progress| {
            progress.first = Place::after(first.next_cursor);
            progress.last = Place::Start;
            progress.is_stale = false;
        });
        let rows = Rows::new(first.items, total);
        let total = rows.total();
        self.failure.set(None);
        self.loading.set(loading);
        self.updated_at.set(Some(clock::now()));
        self.counts.set(first.counts);
        self.shown.set(Some(query));
        self.rows.set(rows);
        self.total.set(Some(total));
        self.focused.update(|focused| *focused = (*focused).min(total.saturating_sub(1)));
    }

    fn add(self, end: End, page: AccountPage) {
        let next = Place::after(page.next_cursor);
        let is_last_page = next == Place::Past;
        self.progress.update_value(|progress| match end {
            End::First => progress.first = next,
            End::Last => progress.last = next,
        });
        self.rows.update(|rows| rows.add(end, page.items, is_last_page));
        let total = self.rows.with_untracked(Rows::total);
        if self.total.get_untracked() != Some(total) {
            self.total.set(Some(total));
        }
    }
}

fn page_size(missing: usize) -> u16 {
    let size = if missing > 2 * PAGE { LARGE_PAGE } else { PAGE };
    size as u16
}
