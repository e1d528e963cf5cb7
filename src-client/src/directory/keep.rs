//! The accounts as far as they are loaded, and which run of loading may still change them.

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;
use voiceassist_contract::accounts::Account;
use voiceassist_contract::{Id, Time};

use crate::Error;

/// How long what is loaded counts as fresh.
const FRESH_FOR: TimeDelta = TimeDelta::seconds(15);

/// How loading goes.
#[derive(Clone, Debug, Default)]
pub(super) enum Phase {
    /// Nothing was loaded yet.
    #[default]
    Empty,
    /// A run is loading.
    UnderWay,
    /// Everything is here.
    Complete,
    /// The last run failed.
    BrokenOff(Error),
    /// There is more than is ever loaded.
    TooMany,
}

/// How a run of loading ended.
pub(super) enum Ended {
    /// Everything was seen.
    Complete,
    /// There is more than is ever loaded.
    TooMany,
    /// The session is another one, so nobody wants the rest.
    Left,
}

/// Names a run of loading; a later run or another session makes it void.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    generation: u64,
    number: u64,
}

#[derive(Default)]
pub(super) struct Shelf {
    generation: u64,
    number: u64,
    accounts: HashMap<Id, Account>,
    phase: Phase,
    was_complete: bool,
    expected: Option<u64>,
    completed_at: Option<Time>,
    /// Those that the run under way has seen.
    seen: HashSet<Id>,
    /// Those that changed here while the run was under way: pages may be older.
    touched: HashSet<Id>,
}

impl Shelf {
    /// Whether the accounts were loaded in this session.
    pub(super) fn is_of(&self, generation: u64) -> bool {
        self.generation == generation && !matches!(self.phase, Phase::Empty)
    }

    pub(super) fn accounts(&self) -> &HashMap<Id, Account> {
        &self.accounts
    }

    pub(super) fn is_empty(&self) -> bool {
        self.accounts.is_empty()
    }

    pub(super) fn phase(&self) -> &Phase {
        &self.phase
    }

    pub(super) fn was_complete(&self) -> bool {
        self.was_complete
    }

    pub(super) fn expected(&self) -> Option<u64> {
        self.expected
    }

    /// Begins a run, if one is needed at `now`.
    pub(super) fn begin(&mut self, generation: u64, now: Time) -> Option<Run> {
        if self.generation != generation {
            *self = Self { generation, number: self.number, ..Self::default() };
        }
        let is_fresh = self.completed_at.is_some_and(|at| now >= at && now - at < FRESH_FOR);
        let is_needed = match self.phase {
            Phase::UnderWay => false,
            Phase::Complete | Phase::TooMany => !is_fresh,
            Phase::Empty | Phase::BrokenOff(_) => true,
        };
        is_needed.then(|| {
            self.number += 1;
            self.phase = Phase::UnderWay;
            self.seen.clear();
            self.touched.clear();
            Run { generation, number: self.number }
        })
    }

    pub(super) fn is_current(&self, run: Run) -> bool {
        self.generation == run.generation && self.number == run.number
    }

    /// Takes a page over. How many different accounts this run has seen in all.
    pub(super) fn take_page(&mut self, accounts: Vec<Account>, expected: Option<u64>) -> u64 {
        self.expected = expected.or(self.expected);
        for account in accounts {
            let id = account.user.id;
            self.seen.insert(id);
            if !self.touched.contains(&id) {
                self.accounts.insert(id, account);
            }
        }
        self.seen.len() as u64
    }

    /// Adds an account that a search found.
    pub(super) fn add(&mut self, generation: u64, account: &Account) {
        if self.generation == generation && !self.touched.contains(&account.user.id) {
            self.accounts.insert(account.user.id, account.clone());
        }
    }

    /// Takes over what was changed here.
    pub(super) fn note(&mut self, generation: u64, account: &Account) {
        if self.is_of(generation) {
            self.touched.insert(account.user.id);
            self.accounts.insert(account.user.id, account.clone());
        }
    }

    /// Ends a run, unless another one has begun since.
    pub(super) fn end(&mut self, run: Run, outcome: Result<Ended, Error>, now: Time) {
        if !self.is_current(run) {
            return;
        }
        self.phase = match outcome {
            Ok(Ended::Complete) => {
                let (seen, touched) = (&self.seen, &self.touched);
                self.accounts.retain(|id, _| seen.contains(id) || touched.contains(id));
                self.was_complete = true;
                Phase::Complete
            }
            Ok(Ended::TooMany) => Phase::TooMany,
            Ok(Ended::Left) => Phase::BrokenOff(Error::nobody()),
            Err(error) => Phase::BrokenOff(error),
        };
        self.completed_at = matches!(self.phase, Phase::Complete | Phase::TooMany).then_some(now);
    }
}
