//! Where this test sits: a display and a desktop session that no other test has while it runs.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use anyhow::Context;

/// What a program that is started here finds in its environment. `cargo xtask test` says it for each seat; cargo-nextest
/// gives every running test a number that no other running one has, and under `cargo test` they take one here.
pub(crate) fn environment() -> anyhow::Result<BTreeMap<String, String>> {
    let seats = std::env::var("VOICEASSIST_SEATS")
        .context("VOICEASSIST_SEATS is not set: run these tests with `cargo xtask test`")?;
    let mut seats: Vec<BTreeMap<String, String>> = serde_json::from_str(&seats)?;
    let number = match std::env::var("NEXTEST_TEST_GLOBAL_SLOT") {
        Ok(number) => number.parse()?,
        Err(_) if std::env::var_os("NEXTEST").is_some() => {
            anyhow::bail!("this cargo-nextest does not number the tests that run: bring it up to date")
        }
        Err(_) => OWN.with(|own| own.get_or_init(Seat::take).0),
    };
    anyhow::ensure!(number < seats.len(), "there is no seat {number} of {}", seats.len());
    Ok(seats.swap_remove(number))
}

/// Those that are taken in this process.
static TAKEN: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());

thread_local! {
    /// That of the test that runs on this thread, which ends with it.
    static OWN: OnceCell<Seat> = const { OnceCell::new() };
}

/// A seat that is free again when this value is gone.
struct Seat(usize);

impl Seat {
    /// The first that nobody has.
    fn take() -> Self {
        let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
        let number = (0..).find(|number| !taken.contains(number)).unwrap_or_default();
        taken.insert(number);
        Self(number)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        TAKEN.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}
