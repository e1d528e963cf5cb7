//! The randomness that is passed in to everything that makes ids, salts and passwords.

use std::sync::Mutex;

use rand::rngs::{OsRng, StdRng};
use rand::{RngCore, SeedableRng, TryRngCore};
use voiceassist_contract::{Id, Time};

/// A source of random bytes.
pub trait Random: Send + Sync + 'static {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        // Going on without randomness would make guessable salts and passwords.
        OsRng.try_fill_bytes(bytes).expect("the operating system gives random bytes");
    }
}

/// A generator that gives the same bytes for the same seed; for tests.
#[derive(Debug)]
pub struct SeededRandom(Mutex<StdRng>);

impl SeededRandom {
    /// A generator with this seed.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).fill_bytes(bytes);
    }
}

/// A new id: a UUID version 7, so that ids sort by the time of their making.
pub fn new_id(random: &dyn Random, now: Time) -> Id {
    let mut bytes = [0; 10];
    random.fill(&mut bytes);
    let milliseconds = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(milliseconds, &bytes).into_uuid()
}

/// A number below `bound`, each as likely as the other.
pub fn number_below(random: &dyn Random, bound: u32) -> u32 {
    // Values at the upper end that would favour small remainders are drawn again.
    let fair_end = u32::MAX - u32::MAX % bound;
    loop {
        let mut bytes = [0; 4];
        random.fill(&mut bytes);
        let drawn = u32::from_le_bytes(bytes);
        if drawn < fair_end {
            return drawn % bound;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_ids_are_version_7_and_sort_by_time() {
        let random = SeededRandom::new(1);
        let at = |milliseconds| chrono::DateTime::from_timestamp_millis(milliseconds).expect("in range");
        let first = new_id(&random, at(1_700_000_000_000));
        let second = new_id(&random, at(1_700_000_000_001));
        assert_eq!(first.get_version_num(), 7);
        assert!(first < second);
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        let draw = |seed| {
            let mut bytes = [0; 8];
            SeededRandom::new(seed).fill(&mut bytes);
            bytes
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn numbers_stay_below_their_bound() {
        let random = SeededRandom::new(3);
        assert!((0..1_000).all(|_| number_below(&random, 7) < 7));
    }
}
