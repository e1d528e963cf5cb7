//! cargo-nextest where it is installed, else `cargo test`; what they print is shown and counted.

use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::counts::Counts;
use crate::processes;
use crate::workspace::{Workspace, read_metadata};

/// The same for everything that is compiled for tests and lints, so that it is compiled once.
pub(crate) const FEATURES: &str = "voiceassist-admin/window-tests";
const WINDOW: &str = "window";
const WEATHER: &str = "weather";
/// Windows at a time; there are not so many tests that more would end sooner.
const MOST_WINDOWS: usize = 4;
const WINDOW_TESTS: &str = "package(voiceassist-admin) & binary(window)";

/// Which tests run together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Suite {
    /// Everything that needs no window.
    Parts,
    /// Bad weather, where the runner cannot show among the others what its tests did and found.
    Weather,
    /// The examples in the documentation; only `cargo test` can run them.
    Documentation,
    /// The real window.
    Window,
}

/// A program that runs tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Runner {
    /// `cargo nextest run`.
    Nextest,
    /// `cargo test`.
    CargoTest,
}

impl Runner {
    /// The better one of those that are installed.
    pub(super) fn find() -> Self {
        match processes::ask("cargo", &["nextest", "--version"]) {
            Some(_) => Self::Nextest,
            None => Self::CargoTest,
        }
    }

    /// Compiles the tests of all suites.
    pub(super) fn compile(self, workspace: &Workspace) -> Command {
        let mut command = self.command(workspace);
        command.args(["--no-run", "--lib", "--bins", "--tests"]);
        command
    }

    /// In what suites everything runs that needs no window.
    pub(super) fn without_window(self) -> &'static [Suite] {
        match self {
            Self::Nextest => &[Suite::Parts],
            Self::CargoTest => &[Suite::Parts, Suite::Weather],
        }
    }

    /// How many tests run at once, if that is not left to the runner.
    fn threads(self, suite: Suite) -> Option<usize> {
        match suite {
            Suite::Window => Some(windows()),
            // Many wait for a server, a clock or the disk, and leave the processor to others.
            Suite::Parts | Suite::Weather => Some(2 * processors()),
            Suite::Documentation => None,
        }
    }

    /// Runs a suite to its end and counts. `prepare` adds what the tests shall find in their environment.
    pub(super) fn run(
        self,
        workspace: &Workspace,
        suite: Suite,
        filter: Option<&str>,
        prepare: impl FnOnce(&mut Command),
    ) -> Result<Counts> {
        let runner = if suite == Suite::Documentation { Self::CargoTest } else { self };
        let mut command = runner.command(workspace);
        command.arg("--no-fail-fast");
        match suite {
            Suite::Parts => {
                let mut apart = vec![WINDOW];
                apart.extend(runner.without_window().contains(&Suite::Weather).then_some(WEATHER));
                command.args(["--lib", "--bins"]).args(other_tests(workspace, &apart)?)
            }
            Suite::Weather => command.args(["--test", WEATHER]),
            Suite::Documentation => command.args(["--doc", "--quiet"]),
            // Selected as it was compiled: cargo compiles Tauri once more for a single test file.
            Suite::Window if runner == Self::Nextest => {
                command.args(["--lib", "--bins", "--tests", "--filterset", WINDOW_TESTS])
            }
            Suite::Window => command.args(["--test", WINDOW]),
        };
        if runner == Self::Nextest {
            command.args(["--no-tests", "pass"]);
        }
        command.args(filter);
        if let Some(threads) = runner.threads(suite).map(|number| number.to_string()) {
            match runner {
                Self::Nextest => command.args(["--test-threads", &threads]),
                Self::CargoTest => command.args(["--", "--test-threads", &threads]),
            };
        }
        if suite == Suite::Weather {
            command.arg("--show-output");
        }
        prepare(&mut command);
        count(runner, command)
    }

    fn command(self, workspace: &Workspace) -> Command {
        let mut command = workspace.cargo();
        match self {
            Self::Nextest => command.args(["nextest", "run"]),
            Self::CargoTest => command.arg("test"),
        };
        command.args(["--workspace", "--features", FEATURES]);
        command
    }
}

/// How many tests of the window run at once, each at a seat of its own.
pub(super) fn windows() -> usize {
    processors().min(MOST_WINDOWS)
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// `--test NAME` for every test file of the workspace but those that run `apart`.
fn other_tests(workspace: &Workspace, apart: &[&str]) -> Result<Vec<String>> {
    let metadata = read_metadata(&workspace.root)?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let targets = packages.flat_map(|package| package["targets"].as_array().into_iter().flatten());
    Ok(targets
        .filter(|target| target["kind"][0] == "test")
        .filter_map(|target| target["name"].as_str())
        .filter(|name| !apart.contains(name))
        .flat_map(|name| ["--test".to_owned(), name.to_owned()])
        .collect())
}

/// Runs, shows and counts. Failed tests are counts; anything else that goes wrong is an error.
fn count(runner: Runner, mut command: Command) -> Result<Counts> {
    if std::io::stderr().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let (mut counts, mut has_ended) = (Counts::default(), false);
    let result = processes::run_watched(command, |child| {
        let stdout = child.stdout.take().context("the output is piped")?;
        let stderr = child.stderr.take().context("the output is piped")?;
        let (from_stdout, from_stderr) = std::thread::scope(|scope| {
            let other = scope.spawn(|| show_and_count(runner, stdout));
            let one = show_and_count(runner, stderr);
            (other.join().unwrap_or_default(), one)
        });
        for (part, is_end) in [from_stdout, from_stderr] {
            counts.add(part);
            has_ended |= is_end;
        }
        Ok(())
    });
    match result {
        Err(error) if counts.failed == 0 => Err(error),
        _ if !has_ended => bail!("the tests came to no end: there is no summary"),
        _ => Ok(counts),
    }
}

fn show_and_count(runner: Runner, output: impl Read) -> (Counts, bool) {
    let (mut counts, mut has_ended) = (Counts::default(), false);
    let mut reader = BufReader::new(output);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
        // If nobody reads it, the counts still matter.
        let _ = std::io::stderr().write_all(&line);
        has_ended |= counts.add_line(runner, &String::from_utf8_lossy(&line));
        line.clear();
    }
    (counts, has_ended)
}
