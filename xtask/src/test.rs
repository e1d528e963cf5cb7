//! `cargo xtask test`: every test there is, the real window included, and what they came to.

mod counts;
mod runner;
mod seats;

use anyhow::Result;

use crate::engines::Engines;
use crate::packages::{self, Purpose};
use crate::processes;
use crate::progress::Progress;
use crate::workspace::Workspace;
use crate::{api, axe, programs, ui};

pub(crate) use counts::Counts;
pub(crate) use runner::FEATURES;
use runner::{Runner, Suite};
use seats::Seats;

/// Which tests, and how.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wishes {
    /// Without the window.
    pub(crate) fast: bool,
    /// Only those with this in their name.
    pub(crate) filter: Option<String>,
    /// Install without asking.
    pub(crate) yes: bool,
}

/// Installs, builds and tests; ends with the times and, last, the counts. Whether all went well.
pub(crate) fn run_all(workspace: &Workspace, progress: &mut Progress, wishes: &Wishes) -> Result<bool> {
    let mut counts = Counts::default();
    let result = prepare(workspace, progress, wishes)
        .and_then(|()| run_suites(workspace, progress, wishes, &mut counts));
    report(progress, counts, &result);
    processes::check_interrupted()?;
    Ok(result.is_ok() && counts.failed == 0)
}

/// Prints the error, if there is one, the table of times, and the counts as the very last line.
pub(crate) fn report(progress: &Progress, counts: Counts, result: &Result<()>) {
    if let Err(error) = result {
        eprintln!("\n{error:#}");
    }
    eprintln!("\n{}", progress.table());
    println!("{counts}");
}

fn prepare(workspace: &Workspace, progress: &mut Progress, wishes: &Wishes) -> Result<()> {
    let purposes: &[Purpose] =
        if wishes.fast { &[Purpose::Build, Purpose::Api, Purpose::Engines] } else { &Purpose::EVERYTHING };
    packages::ensure(progress, purposes, wishes.yes)?;
    ui::build(workspace, progress, wishes.yes)
}

/// Compiles and runs the suites one after the other; a failed test does not keep the others from running.
pub(crate) fn run_suites(
    workspace: &Workspace,
    progress: &mut Progress,
    wishes: &Wishes,
    counts: &mut Counts,
) -> Result<()> {
    let runner = Runner::find();
    progress.step("compile the tests", "mend what the compiler says above", || {
        processes::run(runner.compile(workspace))?;
        if wishes.fast {
            return Ok(());
        }
        programs::compile(workspace, false)
    })?;
    let filter = wishes.filter.as_deref();
    let engines = progress.step("start PostgreSQL and Redis", "read the message", Engines::start)?;
    progress.judged_step("test everything but the window", || {
        let mut is_well = true;
        for suite in runner.without_window() {
            let found = runner.run(workspace, *suite, filter, |command| {
                command.envs(engines.environment());
            })?;
            is_well &= counts.add(found);
        }
        Ok(is_well)
    })?;
    progress.judged_step("test the examples in the documentation", || {
        let found = runner.run(workspace, Suite::Documentation, filter, |_| ())?;
        Ok(counts.add(found))
    })?;
    api::try_everything(workspace, progress, filter, counts)?;
    if wishes.fast {
        return Ok(());
    }
    let axe = axe::ensure_fetched(workspace, progress)?;
    progress.judged_step("test the window", || {
        let seats = Seats::start(runner::windows())?;
        let places = seats.environment()?;
        let screens = workspace.screens()?;
        let found = runner.run(workspace, Suite::Window, filter, |command| {
            command
                .envs([places])
                .envs(engines.environment())
                .env("VOICEASSIST_APP_BINARY", workspace.program("voiceassist-admin", false))
                .env("VOICEASSIST_GATEWAY_BINARY", workspace.program("voiceassist-gateway", false))
                .env("VOICEASSIST_SCREENS", &screens)
                .env("VOICEASSIST_AXE", &axe);
        })?;
        Ok(counts.add(found))
    })
}
