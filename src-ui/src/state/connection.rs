//! Whether the server answers, and what it last said of itself.

use leptos::prelude::*;
use voiceassist_contract::Time;
use voiceassist_contract::health::ReadyStatus;
use voiceassist_contract::ipc::{CheckStatus, Failure, ServerStatus};

use super::clock;
use crate::format::sentences;
use crate::ipc::call;

/// How often the server is asked while the window is visible.
pub(crate) const CHECK_EVERY_SECONDS: u32 = 15;

/// The connection to the server of the current session.
#[derive(Clone, Copy)]
pub(crate) struct Connection {
    /// Why the data on the screen may be old, in a sentence; nothing while the server answers.
    pub(crate) trouble: RwSignal<Option<String>>,
    /// The last answer to a check.
    pub(crate) status: RwSignal<Option<ServerStatus>>,
    /// Why the last check failed, if it did.
    pub(crate) failure: RwSignal<Option<Failure>>,
    /// Round trips of the last checks in milliseconds, the newest last; absent where there was no answer.
    pub(crate) latencies: RwSignal<Vec<Option<u64>>>,
    /// Whether a check is under way.
    pub(crate) is_checking: RwSignal<bool>,
    /// When the server last answered anything.
    pub(crate) last_answer: RwSignal<Option<Time>>,
}

/// As many checks as fit into an hour.
const MOST_LATENCIES: usize = 240;

impl Connection {
    pub(super) fn new() -> Self {
        Self {
            trouble: RwSignal::new(None),
            status: RwSignal::new(None),
            failure: RwSignal::new(None),
            latencies: RwSignal::new(Vec::new()),
            is_checking: RwSignal::new(false),
            last_answer: RwSignal::new(None),
        }
    }

    /// Forgets everything, for another session.
    pub(super) fn reset(self) {
        self.trouble.set(None);
        self.status.set(None);
        self.failure.set(None);
        self.latencies.set(Vec::new());
        self.last_answer.set(None);
    }

    /// Whether the server answers, and says that it cannot work.
    pub(crate) fn is_not_ready(self) -> bool {
        let says_so = |status: &ServerStatus| {
            status.readiness.as_ref().is_some_and(|found| found.status == ReadyStatus::NotReady)
        };
        self.failure.with(Option::is_none) && self.status.with(|status| status.as_ref().is_some_and(says_so))
    }

    pub(super) fn note_answer(self) {
        self.last_answer.set(Some(clock::now()));
        if self.trouble.with_untracked(Option::is_some) {
            self.trouble.set(None);
        }
    }

    pub(super) fn note_trouble(self, failure: &Failure) {
        self.trouble.set(Some(sentences::offline(failure).to_owned()));
    }

    /// Asks the server how it is.
    pub(crate) async fn check(self) {
        if self.is_checking.get_untracked() {
            return;
        }
        self.is_checking.set(true);
        match call(CheckStatus {}).await {
            Ok(status) => self.note_status(status),
            Err(failure) => {
                self.remember_latency(None);
                let sentence = if failure.is_about_the_connection() {
                    sentences::offline(&failure).to_owned()
                } else {
                    sentences::general(&failure)
                };
                self.trouble.set(Some(sentence));
                self.failure.set(Some(failure));
            }
        }
        self.is_checking.set(false);
    }

    fn note_status(self, status: ServerStatus) {
        self.remember_latency(Some(status.latency_ms));
        match status.readiness.as_ref().filter(|found| found.status == ReadyStatus::NotReady) {
            None => self.note_answer(),
            Some(readiness) => self.trouble.set(Some(sentences::not_ready(readiness).to_owned())),
        }
        self.failure.set(None);
        self.status.set(Some(status));
    }

    fn remember_latency(self, latency: Option<u64>) {
        self.latencies.update(|known| {
            if known.len() == MOST_LATENCIES {
                known.remove(0);
            }
            known.push(latency);
        });
    }
}
