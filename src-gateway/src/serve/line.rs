//! What one connection is doing, and until when it may go on so.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, OwnedSemaphorePermit};
use tokio::time::Instant;

use super::connections::Connections;

/// A connection's place and state. Cheap to clone; the place is given back with the last clone.
#[derive(Clone, Debug)]
pub(super) struct Line(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    connections: Connections,
    phase: Mutex<Phase>,
    is_body_unread: AtomicBool,
    told: Arc<Notify>,
    _place: OwnedSemaphorePermit,
}

/// What a connection is doing. `rank` is its number among those that do not work.
#[derive(Clone, Copy, Debug)]
enum Phase {
    /// Nothing, since its last answer.
    Waiting { since: Instant, rank: u64 },
    /// A head is on its way, or the first one is waited for.
    Reading { since: Instant, rank: u64 },
    /// A request is answered.
    Working,
}

/// A request that is being answered: from its head to the end of the answer's body.
#[derive(Debug)]
pub(super) struct Work(Line);

impl Line {
    pub(super) fn open(connections: Connections, place: OwnedSemaphorePermit) -> Self {
        let told = Arc::new(Notify::new());
        let rank = connections.note_waiting(told.clone());
        connections.note_opened();
        Self(Arc::new(Inner {
            connections,
            phase: Mutex::new(Phase::Reading { since: Instant::now(), rank }),
            is_body_unread: AtomicBool::new(false),
            told,
            _place: place,
        }))
    }

    /// Notes that something came from the other side.
    pub(super) fn note_bytes(&self) {
        let mut phase = self.phase();
        if let Phase::Waiting { rank, .. } = *phase {
            *phase = Phase::Reading { since: Instant::now(), rank };
        }
    }

    /// Notes that a request's head has come.
    pub(super) fn begin_work(&self, has_body: bool) -> Work {
        self.0.is_body_unread.store(has_body, Ordering::Relaxed);
        let before = std::mem::replace(&mut *self.phase(), Phase::Working);
        self.0.forget(before);
        Work(self.clone())
    }

    /// Notes that the request's body was read to its end.
    pub(super) fn note_body_read(&self) {
        self.0.is_body_unread.store(false, Ordering::Relaxed);
    }

    /// Whether the other side may still be sending a body that nobody reads.
    pub(super) fn is_body_unread(&self) -> bool {
        self.0.is_body_unread.load(Ordering::Relaxed)
    }

    /// Whether a request is being answered.
    pub(super) fn is_working(&self) -> bool {
        matches!(*self.phase(), Phase::Working)
    }

    /// Until when it may go on as it does; none while it works, which has its own limits.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let limits = self.0.connections.limits();
        match *self.phase() {
            Phase::Waiting { since, .. } => Some(since + limits.idle),
            Phase::Reading { since, .. } => Some(since + limits.head),
            Phase::Working => None,
        }
    }

    /// What is notified when the connection shall make room for another.
    pub(super) fn told(&self) -> Arc<Notify> {
        self.0.told.clone()
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        // Nothing that holds it can panic between two changes.
        self.0.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn forget(&self, phase: Phase) {
        if let Phase::Waiting { rank, .. } | Phase::Reading { rank, .. } = phase {
            self.connections.forget_waiting(rank);
        }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        let rank = self.0.0.connections.note_waiting(self.0.told());
        *self.0.phase() = Phase::Waiting { since: Instant::now(), rank };
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let phase = *self.phase.get_mut().unwrap_or_else(PoisonError::into_inner);
        self.forget(phase);
        self.connections.note_closed();
    }
}
