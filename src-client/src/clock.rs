//! The wall clock, passed in so that tests can set it.

use voiceassist_contract::Time;

/// Says what time it is on this computer.
pub trait Clock: Send + Sync {
    /// Now, by this computer's clock.
    fn now(&self) -> Time;
}

/// The computer's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the client reads the wall clock")]
    fn now(&self) -> Time {
        Time::from(std::time::SystemTime::now())
    }
}
