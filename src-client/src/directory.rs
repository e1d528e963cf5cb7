//! The accounts of a server that cannot search or sort as this program needs it, loaded in the background
//! and searched, sorted and counted here, by the rules of this project's gateway.

mod keep;
mod load;
mod local;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use voiceassist_contract::accounts::{Account, AccountQuery};
use voiceassist_contract::ipc::{ListedAccounts, Loading, LoadingState};

use crate::dialects::python::list::Source;
use crate::{Client, Error};
use keep::{Phase, Shelf};
use local::LocalQuery;

/// The loaded accounts of one session.
pub(crate) struct Directory {
    shelf: Arc<Mutex<Shelf>>,
    /// Moves whenever something was loaded, or loading ended.
    moved: watch::Sender<u64>,
}

impl Default for Directory {
    fn default() -> Self {
        Self { shelf: Arc::default(), moved: watch::Sender::new(0) }
    }
}

impl Directory {
    /// A page, of what is loaded so far.
    pub(crate) async fn list(
        &self,
        client: &Client,
        source: Source,
        query: &AccountQuery,
    ) -> Result<ListedAccounts, Error> {
        let request = LocalQuery::read(query)?;
        let generation = client.session.generation();
        if client.session.info().is_none() && client.session.access().await.is_err() {
            return Err(Error::nobody());
        }
        if query.cursor.is_none() || !self.shelf().is_of(generation) {
            self.see_to_it_that_it_is_fresh(client, source, generation);
            self.wait_a_little(client).await?;
            self.look_on_the_server_too(client, source, generation, query).await;
        }
        let shelf = self.shelf();
        let page = request.answer(shelf.accounts(), client.session.now());
        Ok(ListedAccounts { page, loading: shelf.loading() })
    }

    /// Takes over an account as an answer has just shown it.
    pub(crate) fn note(&self, client: &Client, account: &Account) {
        self.shelf().note(client.session.generation(), account);
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts loading unless that is under way, or was done a moment ago.
    fn see_to_it_that_it_is_fresh(&self, client: &Client, source: Source, generation: u64) {
        let Some(run) = self.shelf().begin(generation, client.session.now()) else { return };
        let client = client.clone();
        tokio::spawn(async move {
            let outcome = load::load_all(&client, source, run).await;
            let directory = &client.known.directory;
            directory.shelf().end(run, outcome, client.session.now());
            directory.moved.send_modify(|count| *count += 1);
        });
    }

    /// Waits until everything is loaded, but not long once there is something to show.
    ///
    /// # Errors
    /// Why loading failed, if there is nothing to show at all.
    async fn wait_a_little(&self, client: &Client) -> Result<(), Error> {
        let mut moved = self.moved.subscribe();
        let is_over = || !matches!(self.shelf().phase(), Phase::UnderWay);
        let _shown_as_it_is = tokio::time::timeout(client.transport().timeouts().first_rows, async {
            while !is_over() && moved.changed().await.is_ok() {}
        })
        .await;
        while !is_over() && self.shelf().is_empty() {
            // Every request of a load has a time limit, so this ends.
            if moved.changed().await.is_err() {
                break;
            }
        }
        let shelf = self.shelf();
        match shelf.phase() {
            Phase::BrokenOff(error) if shelf.is_empty() || error.is_about_a_missing_route() => {
                Err(error.clone())
            }
            Phase::BrokenOff(error @ Error::SignedOut(_)) => Err(error.clone()),
            _ => Ok(()),
        }
    }

    /// Asks the server for what is searched, as long as not everything is here.
    async fn look_on_the_server_too(
        &self,
        client: &Client,
        source: Source,
        generation: u64,
        query: &AccountQuery,
    ) {
        let Some(search) = query.search.as_deref().map(str::trim).filter(|search| !search.is_empty()) else {
            return;
        };
        if source != Source::Panel || self.shelf().loading().is_none() {
            return;
        }
        match source.fetch(client, 0, Some(search)).await {
            Ok(found) => found.accounts.iter().for_each(|account| self.shelf().add(generation, account)),
            Err(error) => {
                tracing::debug!(?error, "the search on the server failed; what is here is searched")
            }
        }
    }
}

impl Shelf {
    /// How far loading has come, if there is anything to say about it.
    fn loading(&self) -> Option<Loading> {
        let state = match self.phase() {
            Phase::UnderWay if self.was_complete() => return None,
            Phase::UnderWay => LoadingState::UnderWay,
            Phase::Complete | Phase::Empty => return None,
            Phase::BrokenOff(_) if self.was_complete() => return None,
            Phase::BrokenOff(_) => LoadingState::BrokenOff,
            Phase::TooMany => LoadingState::TooMany,
        };
        Some(Loading { loaded: self.accounts().len() as u64, expected: self.expected(), state })
    }
}
