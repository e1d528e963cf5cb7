//! `cargo xtask check`: house rules, formatting and lints; every warning counts.

use anyhow::Result;

use crate::processes;
use crate::progress::Progress;
use crate::test::FEATURES;
use crate::tidy;
use crate::workspace::Workspace;

/// Looks at everything that is written in Rust.
pub(crate) fn run(workspace: &Workspace, progress: &mut Progress) -> Result<()> {
    tidy::run(workspace, progress)?;
    progress.step("check the formatting", "cargo fmt --all", || {
        let mut command = workspace.cargo();
        command.args(["fmt", "--all", "--check"]);
        processes::run(command)
    })?;
    progress.step("look for lints", "mend what clippy says above", || {
        let mut command = workspace.cargo();
        command.args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--features",
            FEATURES,
            "--",
            "-D",
            "warnings",
        ]);
        processes::run(command)
    })
}
