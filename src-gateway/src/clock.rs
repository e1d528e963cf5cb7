//! The clock that is passed in to everything that needs the time.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use chrono::DateTime;
use voiceassist_contract::Time;

/// Tells the time, in whole milliseconds.
///
/// What is stored is compared as text by SQLite and travels as text to clients: without a finer
/// fraction, the time that was written is the time that is read, in both databases.
pub trait Clock: Send + Sync + 'static {
    /// The time now. Somebody may set it, forwards and backwards.
    fn now(&self) -> Time;

    /// The time since a moment in the past, which nobody can set: for what only this process measures.
    fn steady(&self) -> Duration;
}

/// The computer's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the wall clock is read")]
    fn now(&self) -> Time {
        whole_milliseconds(chrono::Utc::now())
    }

    fn steady(&self) -> Duration {
        static BEGINNING: LazyLock<Instant> = LazyLock::new(Instant::now);
        BEGINNING.elapsed()
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct ManualClock {
    /// Milliseconds since 1970.
    now: AtomicI64,
    /// Milliseconds that have passed.
    passed: AtomicI64,
}

impl ManualClock {
    /// A clock that stands at `time`.
    pub fn at(time: Time) -> Self {
        Self { now: AtomicI64::new(time.timestamp_millis()), passed: AtomicI64::new(0) }
    }

    /// Lets time pass.
    pub fn advance(&self, by: chrono::Duration) {
        self.set(by);
        self.passed.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
    }

    /// Sets the clock to another time, backwards if `by` is negative, without any time passing.
    pub fn set(&self, by: chrono::Duration) {
        self.now.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Time {
        DateTime::from_timestamp_millis(self.now.load(Ordering::SeqCst)).unwrap_or_default()
    }

    fn steady(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.passed.load(Ordering::SeqCst)).unwrap_or(0))
    }
}

/// The same moment without what is finer than a millisecond.
pub fn whole_milliseconds(time: Time) -> Time {
    DateTime::from_timestamp_millis(time.timestamp_millis()).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_clock_gives_whole_milliseconds() {
        assert_eq!(SystemClock.now().timestamp_subsec_nanos() % 1_000_000, 0);
    }

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = ManualClock::at(DateTime::from_timestamp_millis(1_000).expect("in range"));
        assert_eq!(clock.now().timestamp_millis(), 1_000);
        clock.advance(chrono::Duration::seconds(2));
        assert_eq!(clock.now().timestamp_millis(), 3_000);
        clock.set(chrono::Duration::seconds(-3));
        assert_eq!((clock.now().timestamp_millis(), clock.steady()), (0, Duration::from_secs(2)));
    }
}
