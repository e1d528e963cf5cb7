//! All connections of the process: a bound on how many there are, and room for a new one when it is reached, so that
//! those who only hold connections do not keep others out.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ::metrics::{Counter, Gauge};
use tokio::sync::{Notify, Semaphore};

use super::line::Line;
use crate::metrics::{Metrics, catalogue};

/// How many connections there may be, and how long they may do nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// Connections held at a time; more wait in the system's queue.
    pub most: usize,
    /// The longest that a request's head may take from its first byte, and that a new connection may stay silent.
    pub head: Duration,
    /// How long a connection may wait for its next request. Longer than proxies keep theirs (usually 60 seconds),
    /// so that none sends a request into a connection that is just being closed.
    pub idle: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self { most: 4_096, head: Duration::from_secs(15), idle: Duration::from_secs(75) }
    }
}

/// How long to wait for a connection that was told to make room, before another one is told.
const ROOM_PAUSE: Duration = Duration::from_millis(100);

/// The connections that are held. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Connections(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    limits: ConnectionLimits,
    places: Arc<Semaphore>,
    waiting: Mutex<Waiting>,
    held: Gauge,
    put_out: Counter,
}

/// The connections that answer nothing, by the order in which they began to wait.
#[derive(Debug, Default)]
struct Waiting {
    last_rank: u64,
    by_rank: BTreeMap<u64, Arc<Notify>>,
}

impl Connections {
    pub(super) fn new(limits: ConnectionLimits, metrics: &Metrics) -> Self {
        let most = u32::try_from(limits.most).unwrap_or(u32::MAX);
        metrics.gauge(&catalogue::MOST_CONNECTIONS, vec![]).set(most);
        let put_out = metrics.counter(&catalogue::CONNECTIONS_PUT_OUT, vec![]);
        put_out.increment(0);
        Self(Arc::new(Inner {
            limits,
            places: Arc::new(Semaphore::new(limits.most)),
            waiting: Mutex::default(),
            held: metrics.gauge(&catalogue::CONNECTIONS, vec![]),
            put_out,
        }))
    }

    pub(super) fn limits(&self) -> ConnectionLimits {
        self.0.limits
    }

    /// Takes a place for a connection. When all are taken, those that have waited longest are told to go; if all
    /// are answering requests, one of them must end first, for which there are other limits.
    pub(super) async fn take_place(&self) -> Line {
        loop {
            let place = match self.0.places.clone().try_acquire_owned() {
                Ok(place) => Some(place),
                Err(_) => {
                    self.close_longest_waiting();
                    let given_back = self.0.places.clone().acquire_owned();
                    // Never closed; were it so, the next round would wait and ask again.
                    tokio::time::timeout(ROOM_PAUSE, given_back).await.ok().and_then(Result::ok)
                }
            };
            if let Some(place) = place {
                return Line::open(self.clone(), place);
            }
        }
    }

    /// Tells the connection that has waited longest to make room.
    pub(super) fn close_longest_waiting(&self) {
        if let Some((_, told)) = self.lock().by_rank.pop_first() {
            told.notify_one();
            self.0.put_out.increment(1);
        }
    }

    /// Notes that a connection was accepted.
    pub(super) fn note_opened(&self) {
        self.0.held.increment(1.0);
    }

    /// Notes that a connection is closed.
    pub(super) fn note_closed(&self) {
        self.0.held.decrement(1.0);
    }

    /// Notes that a connection waits from now on, and gives it a number.
    pub(super) fn note_waiting(&self, told: Arc<Notify>) -> u64 {
        let mut waiting = self.lock();
        waiting.last_rank += 1;
        let rank = waiting.last_rank;
        waiting.by_rank.insert(rank, told);
        rank
    }

    /// Forgets the connection with this number, if it still waits.
    pub(super) fn forget_waiting(&self, rank: u64) {
        self.lock().by_rank.remove(&rank);
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // Nothing that holds it can panic between two changes.
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connections(most: usize) -> Connections {
        Connections::new(ConnectionLimits { most, ..ConnectionLimits::default() }, &Metrics::off())
    }

    /// A connection that goes when it is told to, and says its number then.
    fn hold(line: Line, number: usize, gone: &Arc<Mutex<Vec<usize>>>) {
        let gone = gone.clone();
        tokio::spawn(async move {
            line.told().notified().await;
            gone.lock().expect("not poisoned").push(number);
            drop(line);
        });
    }

    #[tokio::test]
    async fn the_longest_waiting_make_room_and_those_that_work_stay() {
        let connections = connections(3);
        let gone = Arc::default();
        let working = connections.take_place().await;
        let work = working.begin_work(false);
        hold(working, 0, &gone);
        for number in 1..=5 {
            hold(connections.take_place().await, number, &gone);
        }
        assert_eq!(*gone.lock().expect("not poisoned"), [1, 2, 3]);
        drop(work);
        hold(connections.take_place().await, 6, &gone);
        hold(connections.take_place().await, 7, &gone);
        hold(connections.take_place().await, 8, &gone);
        assert_eq!(gone.lock().expect("not poisoned")[3..], [4, 5, 0], "it waits since its work was done");
    }

    #[tokio::test]
    async fn when_all_work_a_new_one_waits_until_one_is_done() {
        let connections = connections(1);
        let line = connections.take_place().await;
        let work = line.begin_work(false);
        let soon = Duration::from_millis(250);
        assert!(tokio::time::timeout(soon, connections.take_place()).await.is_err(), "nobody may be put out");
        drop((work, line));
        tokio::time::timeout(soon, connections.take_place()).await.expect("there is room now");
    }

    #[tokio::test]
    async fn a_head_and_a_pause_have_limits_and_work_has_others() {
        let connections = connections(1);
        let line = connections.take_place().await;
        let limits = connections.limits();
        let first = line.deadline().expect("a limit");
        assert!(first <= tokio::time::Instant::now() + limits.head);
        line.note_bytes();
        assert_eq!(line.deadline(), Some(first), "bytes give no more time");
        let work = line.begin_work(true);
        assert_eq!((line.deadline(), line.is_body_unread()), (None, true));
        line.note_body_read();
        assert!(line.is_working() && !line.is_body_unread());
        let before = tokio::time::Instant::now();
        drop(work);
        assert!(line.deadline().expect("a limit") >= before + limits.idle);
        line.note_bytes();
        assert!(line.deadline().expect("a limit") < before + limits.idle, "a head must come sooner");
    }
}
