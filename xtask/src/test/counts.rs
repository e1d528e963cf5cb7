//! What the runners of tests say at their end, added up.

use std::fmt;

use super::runner::Runner;

/// How many tests did what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// As they should.
    pub(crate) passed: u64,
    /// Not so; those that ran out of time or could not be started as well.
    pub(crate) failed: u64,
    /// Were told not to run.
    pub(crate) skipped: u64,
}

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

impl Counts {
    /// Adds what another run came to. Whether nothing failed in it.
    pub(super) fn add(&mut self, other: Self) -> bool {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        other.failed == 0
    }

    /// Adds what a line says, if it is the last word of this runner. Whether it was.
    pub(super) fn add_line(&mut self, runner: Runner, line: &str) -> bool {
        let line = without_colours(line);
        let list = match runner {
            Runner::Nextest => nextest_list(&line),
            Runner::CargoTest => cargo_test_list(&line),
        };
        let Some(list) = list else { return false };
        for item in list.split([',', ';']) {
            let mut words = item.split_whitespace();
            let Some(number) = words.next().and_then(|word| word.parse::<u64>().ok()) else { continue };
            match (words.next(), words.next()) {
                (Some("passed"), _) => self.passed += number,
                (Some("failed"), _) | (Some("timed"), Some("out")) | (Some("exec"), Some("failed")) => {
                    self.failed += number;
                }
                (Some("skipped" | "ignored"), _) => self.skipped += number,
                _ => (),
            }
        }
        true
    }
}

/// `Summary [ 1.2s] 5 tests run: 4 passed (1 slow), 1 failed, 2 skipped`: what follows the colon.
fn nextest_list(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("Summary [")?;
    ["tests run:", "test run:"].iter().find_map(|words| rest.split_once(words)).map(|(_, list)| list)
}

/// `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s`.
fn cargo_test_list(line: &str) -> Option<&str> {
    line.strip_prefix("test result: ")?.split_once(". ").map(|(_, list)| list)
}

/// The line without the sequences that colour it.
fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\x1b' {
            characters.by_ref().find(|character| character.is_ascii_alphabetic());
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(runner: Runner, lines: &[&str]) -> String {
        let mut counts = Counts::default();
        for line in lines {
            counts.add_line(runner, line);
        }
        counts.to_string()
    }

    #[test]
    fn the_summary_of_nextest_is_understood() {
        assert_eq!(
            sum(Runner::Nextest, &["     Summary [   0.017s] 5 tests run: 5 passed, 0 skipped"]),
            "5 passed, 0 failed, 0 skipped"
        );
        assert_eq!(
            sum(
                Runner::Nextest,
                &[
                    "     Summary [  11.1s] 9/20 tests run: 4 passed (1 slow, 1 leaky), 2 failed, 1 exec failed, 2 timed out, 3 skipped"
                ]
            ),
            "4 passed, 5 failed, 3 skipped"
        );
        assert_eq!(
            sum(Runner::Nextest, &["Summary [ 0.1s] 1 test run: 1 passed, 7 skipped"]),
            "1 passed, 0 failed, 7 skipped"
        );
    }

    #[test]
    fn colours_do_not_hide_the_summary() {
        let line = "\x1b[32;1m     Summary\x1b[0m [   0.017s] \x1b[1m2\x1b[0m tests run: \x1b[1m2\x1b[0m \x1b[32;1mpassed\x1b[0m, \x1b[1m1\x1b[0m \x1b[33;1mskipped\x1b[0m";
        assert_eq!(sum(Runner::Nextest, &[line]), "2 passed, 0 failed, 1 skipped");
    }

    #[test]
    fn the_results_of_cargo_test_are_added_up() {
        assert_eq!(
            sum(
                Runner::CargoTest,
                &[
                    "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
                    "test contract::passed ... ok",
                    "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 4 filtered out; finished in 1.00s",
                ]
            ),
            "4 passed, 2 failed, 1 skipped"
        );
    }

    #[test]
    fn what_a_failed_test_printed_is_not_counted_again() {
        let printed = "    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 31 filtered out; finished in 0.13s";
        assert_eq!(sum(Runner::Nextest, &[printed]), "0 passed, 0 failed, 0 skipped");
    }

    #[test]
    fn other_lines_say_nothing() {
        for runner in [Runner::Nextest, Runner::CargoTest] {
            assert!(
                !Counts::default().add_line(runner, "        PASS [   0.005s] xtask counts::tests::5 passed")
            );
            assert!(!Counts::default().add_line(runner, ""));
        }
    }
}
