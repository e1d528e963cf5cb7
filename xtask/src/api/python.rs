//! schemathesis in a place of its own under the target directory, made once for each list of what it needs.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::digest;
use crate::processes;
use crate::progress::Progress;
use crate::workspace::Workspace;

/// Names and hashes of schemathesis and all that it needs.
const REQUIREMENTS: &str = "xtask/schemathesis/requirements.txt";

/// The program, fetched the first time.
pub(super) fn ensure_fetched(workspace: &Workspace, progress: &mut Progress) -> Result<PathBuf> {
    let requirements = workspace.root.join(REQUIREMENTS);
    let list = std::fs::read(&requirements).with_context(|| format!("{REQUIREMENTS} cannot be read"))?;
    let folder = workspace.notes()?.join(format!("schemathesis-{:.12}", digest::sha256(&list)));
    let programs = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let program = programs.join(format!("schemathesis{}", std::env::consts::EXE_SUFFIX));
    let mark = folder.join("complete");
    if mark.is_file() && program.is_file() {
        return Ok(program);
    }
    progress.step("fetch schemathesis", "look whether pip reaches its index", || {
        // What an earlier try left behind would only confuse.
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        let mut make = Command::new(if cfg!(windows) { "python" } else { "python3" });
        make.args(["-m", "venv"]).arg(&folder);
        processes::run(make)?;
        let mut install = Command::new(programs.join(format!("python{}", std::env::consts::EXE_SUFFIX)));
        install
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"])
            .args(["--require-hashes", "--requirement"])
            .arg(&requirements);
        processes::run(install)?;
        std::fs::write(&mark, "").context("the place of schemathesis cannot be marked as complete")?;
        Ok(program)
    })
}
