//! `cargo xtask ui`: the interface as the files that the shell embeds, in `src-ui/dist`.
//!
//! Nothing is done while neither the sources nor the result have changed, and a file is only written when
//! its content differs, so that the shell is not compiled anew for nothing.

mod files;
mod stamp;

use anyhow::{Context, Result};

use crate::progress::Progress;
use crate::wasm;
use crate::workspace::Workspace;

/// Builds the interface if it is not up to date.
pub(crate) fn build(workspace: &Workspace, progress: &mut Progress, yes: bool) -> Result<()> {
    let dist = workspace.root.join("src-ui/dist");
    let note = workspace.notes()?.join("interface.stamp");
    let inputs = stamp::hash_inputs(&workspace.root)?;
    if stamp::is_current(&note, &inputs, &dist) {
        return Ok(());
    }
    let toolchain = wasm::choose_toolchain(workspace, progress, yes)?;
    let is_first = !workspace.target.join("interface").exists();
    let name = if is_first {
        "compile the interface (some minutes the first time)"
    } else {
        "compile the interface"
    };
    let compiled =
        progress.step(name, "mend what the compiler says above", || wasm::build(workspace, toolchain))?;
    progress.step("put the interface together", "run it again; if it fails again, report it", || {
        let folder = tempfile::tempdir_in(workspace.notes()?)?;
        wasm::bind(&compiled, folder.path())?;
        files::copy_folder(&workspace.root.join("src-ui/static"), folder.path())
            .context("src-ui/static cannot be copied")?;
        files::replace_changed(folder.path(), &dist).context("src-ui/dist cannot be written")?;
        stamp::write(&note, &inputs, &dist)
    })
}
