//! Names every request, so that one that was never answered can be found in the server's log.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

/// The header that carries a request's id both ways.
pub(super) const REQUEST_ID: &str = "x-request-id";

/// Ids that differ between computers and runs; they are names, not secrets.
pub(super) struct RequestIds {
    run: u64,
    count: AtomicU64,
}

impl RequestIds {
    pub(super) fn new() -> Self {
        // The standard library seeds its hasher at random for every state.
        Self { run: RandomState::new().build_hasher().finish(), count: AtomicU64::new(0) }
    }

    pub(super) fn next(&self) -> String {
        format!("{:016x}-{:08x}", self.run, self.count.fetch_add(1, Ordering::Relaxed))
    }
}
