//! `cargo xtask ui`: the interface as the files that the shell embeds, in `src-ui/dist`.
//!
//! Nothing is done while neither the sources nor the result have changed, and a file is only written when
//! its content differs, so that the shell is not compiled anew for nothing.

use std::path::Path;

use anyhow::{Context, Result};

use crate::files;
use crate::progress::Progress;
use crate::stamp::{Fingerprint, Stamp};
use crate::wasm;
use crate::workspace::Workspace;

/// To be changed when the interface is built in another way from the same sources.
const WAY_OF_BUILDING: &str = "3";
const SOURCES: [&str; 4] = ["src-ui", "src-contract", "Cargo.lock", "Cargo.toml"];

/// Builds the interface if it is not up to date.
pub(crate) fn build(workspace: &Workspace, progress: &mut Progress, yes: bool) -> Result<()> {
    let dist = workspace.root.join("src-ui/dist");
    let stamp = Stamp::at(workspace.notes()?.join("interface.stamp"));
    let inputs = hash_inputs(&workspace.root)?;
    if stamp.is_current(&inputs, hash_outputs(&dist)) {
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
        stamp.write(&inputs, &hash_outputs(&dist)?)
    })
}

fn hash_inputs(root: &Path) -> Result<String> {
    let mut inputs = Fingerprint::new(WAY_OF_BUILDING);
    for source in SOURCES {
        inputs.add_path(root, Path::new(source), &["src-ui/dist"])?;
    }
    Ok(inputs.finish())
}

fn hash_outputs(dist: &Path) -> Result<String> {
    let mut outputs = Fingerprint::new(WAY_OF_BUILDING);
    outputs.add_path(dist, Path::new(""), &[])?;
    Ok(outputs.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkout() -> Result<tempfile::TempDir> {
        let names = [
            "Cargo.lock",
            "Cargo.toml",
            "src-ui/src/main.rs",
            "src-contract/lib.rs",
            "src-ui/dist/index.html",
        ];
        files::folder_with(&names.map(|name| (name, name)))
    }

    #[test]
    fn a_changed_source_changes_the_hash_and_a_built_file_does_not() -> Result<()> {
        let root = checkout()?;
        let before = hash_inputs(root.path())?;
        std::fs::write(root.path().join("src-ui/dist/index.html"), "built")?;
        assert_eq!(hash_inputs(root.path())?, before);
        std::fs::write(root.path().join("src-ui/src/main.rs"), "changed")?;
        assert_ne!(hash_inputs(root.path())?, before);
        Ok(())
    }

    #[test]
    fn a_renamed_source_changes_the_hash() -> Result<()> {
        let root = checkout()?;
        let before = hash_inputs(root.path())?;
        std::fs::rename(root.path().join("src-contract/lib.rs"), root.path().join("src-contract/other.rs"))?;
        assert_ne!(hash_inputs(root.path())?, before);
        Ok(())
    }

    #[test]
    fn what_was_built_is_current_until_sources_or_result_change() -> Result<()> {
        let root = checkout()?;
        let (stamp, dist) = (Stamp::at(root.path().join("note")), root.path().join("src-ui/dist"));
        let is_current = |inputs| stamp.is_current(inputs, hash_outputs(&dist));
        assert!(!is_current("inputs"), "nothing was built yet");
        stamp.write("inputs", &hash_outputs(&dist)?)?;
        assert!(is_current("inputs"));
        assert!(!is_current("other inputs"));
        std::fs::remove_file(dist.join("index.html"))?;
        assert!(!is_current("inputs"), "the result is gone");
        Ok(())
    }
}
