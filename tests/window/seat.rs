//! Where this test sits: a display and a desktop session that no other test has while it runs.

use std::collections::BTreeMap;

use anyhow::Context;

/// What a program that is started here finds in its environment. `cargo xtask test` says it for each seat; cargo-nextest
/// gives every running test a number that no other running one has, and `cargo test` runs one at a time.
pub(crate) fn environment() -> anyhow::Result<BTreeMap<String, String>> {
    let seats = std::env::var("VOICEASSIST_SEATS")
        .context("VOICEASSIST_SEATS is not set: run these tests with `cargo xtask test`")?;
    let mut seats: Vec<BTreeMap<String, String>> = serde_json::from_str(&seats)?;
    let number = match std::env::var("NEXTEST_TEST_GLOBAL_SLOT") {
        Ok(number) => number.parse()?,
        Err(_) if std::env::var_os("NEXTEST").is_some() => {
            anyhow::bail!("this cargo-nextest does not number the tests that run: bring it up to date")
        }
        Err(_) => 0,
    };
    anyhow::ensure!(number < seats.len(), "there is no seat {number} of {}", seats.len());
    Ok(seats.swap_remove(number))
}
