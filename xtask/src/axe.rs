//! axe-core, which looks for what keeps people with assistive technology out. The window tests run it on
//! every screen; it comes from the npm registry, in one fixed version, and is never part of the product.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::digest;
use crate::processes;
use crate::progress::Progress;
use crate::workspace::Workspace;

const VERSION: &str = "4.14.1";
/// Of `axe.min.js` in that version: what runs in the window is what was looked at.
const SHA256: &str = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c";

/// The file, fetched the first time.
pub(crate) fn ensure_fetched(workspace: &Workspace, progress: &mut Progress) -> Result<PathBuf> {
    let file = workspace.notes()?.join(format!("axe-core-{VERSION}.min.js"));
    if is_the_one(&file) {
        return Ok(file);
    }
    progress.step("fetch axe-core", "look whether npm reaches its registry", || {
        let folder = tempfile::tempdir_in(workspace.notes()?)?;
        let mut pack = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
        pack.args(["pack", "--silent", &format!("axe-core@{VERSION}")]).current_dir(folder.path());
        processes::run(pack)?;
        let mut unpack = Command::new("tar");
        unpack.args(["-xzf", &format!("axe-core-{VERSION}.tgz")]).current_dir(folder.path());
        processes::run(unpack)?;
        std::fs::copy(folder.path().join("package/axe.min.js"), &file)
            .context("axe-core has no axe.min.js")?;
        ensure!(is_the_one(&file), "axe-core {VERSION} is not the file it was");
        Ok(file)
    })
}

fn is_the_one(file: &Path) -> bool {
    std::fs::read(file).is_ok_and(|content| digest::sha256(&content) == SHA256)
}
