//! The application and the gateway: compiled by cargo, which is not asked while nothing has changed.
//!
//! Cargo takes more than a second to find that there is nothing to do, and that is a third of the time from Enter to
//! the window.

mod inputs;

use std::process::Command;

use anyhow::{Result, bail};

use crate::processes;
use crate::stamp::{Fingerprint, Stamp};
use crate::test::FEATURES;
use crate::workspace::Workspace;

const PROGRAMS: [&str; 2] = ["voiceassist-admin", "voiceassist-gateway"];

/// Compiles them unless they were compiled last from just what is there now.
pub(crate) fn build(workspace: &Workspace, is_release: bool) -> Result<()> {
    let inputs = inputs::hash(workspace)?;
    if stamp(workspace, is_release)?.is_current(&inputs, hash_outputs(workspace, is_release)) {
        return Ok(());
    }
    compile_from(workspace, is_release, &inputs)
}

/// Has cargo compile what has to be compiled.
pub(crate) fn compile(workspace: &Workspace, is_release: bool) -> Result<()> {
    compile_from(workspace, is_release, &inputs::hash(workspace)?)
}

/// `inputs` are those of before: what is changed while cargo works is then a change at the next start.
fn compile_from(workspace: &Workspace, is_release: bool, inputs: &str) -> Result<()> {
    processes::run(command(workspace, is_release))?;
    let overlooked = inputs::find_overlooked(workspace, is_release)?;
    if !overlooked.is_empty() {
        bail!(
            "compiled into the programs, but not looked at when deciding whether to compile them (see xtask/src/programs/inputs.rs): {}",
            overlooked.join(", ")
        );
    }
    stamp(workspace, is_release)?.write(inputs, &hash_outputs(workspace, is_release)?)
}

/// With the packages and features that the tests are compiled with: what they share is then compiled once.
fn command(workspace: &Workspace, is_release: bool) -> Command {
    let mut command = workspace.cargo();
    command.args(["build", "--workspace", "--features", FEATURES]);
    command.args(PROGRAMS.iter().flat_map(|program| ["--bin", program]));
    if is_release {
        command.arg("--release");
    }
    command
}

fn stamp(workspace: &Workspace, is_release: bool) -> Result<Stamp> {
    let name = if is_release { "programs-release.stamp" } else { "programs.stamp" };
    Ok(Stamp::at(workspace.notes()?.join(name)))
}

/// By size and time: reading them would take as long as it spares.
fn hash_outputs(workspace: &Workspace, is_release: bool) -> Result<String> {
    let mut outputs = Fingerprint::new("1");
    for program in PROGRAMS {
        outputs.add_identity(&workspace.program(program, is_release))?;
    }
    Ok(outputs.finish())
}
