//! `cargo xtask ci`: all that must hold before a change is taken in.

use anyhow::Result;

use crate::packages::{self, Purpose};
use crate::progress::Progress;
use crate::test::{self, Counts, Wishes};
use crate::workspace::Workspace;
use crate::{check, processes, ui};

/// Installs, builds, checks and tests; ends with the times and, last, the counts. Whether all went well.
pub(crate) fn run(workspace: &Workspace, progress: &mut Progress, yes: bool) -> Result<bool> {
    let mut counts = Counts::default();
    let result = packages::ensure(progress, &Purpose::EVERYTHING, yes)
        .and_then(|()| ui::build(workspace, progress, yes))
        .and_then(|()| check::run(workspace, progress))
        .and_then(|()| test::run_suites(workspace, progress, &Wishes::default(), &mut counts));
    test::report(progress, counts, &result);
    processes::check_interrupted()?;
    Ok(result.is_ok() && counts.failed == 0)
}
