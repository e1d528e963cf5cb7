//! The clock that is passed in to everything that needs the time.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::DateTime;
use voiceassist_contract::Time;

/// Tells the time, in whole milliseconds.
///
/// What is stored is compared as text by SQLite and travels as text to clients: without a finer
/// fraction, the time that was written is the time that is read, in both databases.
pub trait Clock: Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> Time;
}

/// The computer's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the wall clock is read")]
    fn now(&self) -> Time {
        whole_milliseconds(chrono::Utc::now())
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that stands at `time`.
    pub fn at(time: Time) -> Self {
        Self(AtomicI64::new(time.timestamp_millis()))
    }

    /// Moves the clock, backwards if `by` is negative.
    pub fn advance(&self, by: chrono::Duration) {
        self.0.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Time {
        DateTime::from_timestamp_millis(self.0.load(Ordering::SeqCst)).unwrap_or_default()
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
    }
}
