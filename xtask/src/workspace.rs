//! Where things are: the checkout, cargo's target directory, and cargo itself with a clean environment.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow};

use crate::processes;
use crate::stamp::Fingerprint;

/// The checkout that this xtask was started in.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    /// The folder with the root `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Where cargo puts what it builds.
    pub(crate) target: PathBuf,
    /// Which build of xtask this is. Found out at the start, because compiling the tests puts another one in its place.
    pub(crate) xtask: String,
}

impl Workspace {
    /// Finds the checkout and the target directory.
    pub(crate) fn find() -> Result<Self> {
        // `cargo run` says where the package is now; the path known when compiling may be another clone's.
        let package = std::env::var_os("CARGO_MANIFEST_DIR")
            .map(PathBuf::from)
            .filter(|folder| folder.ends_with("xtask"))
            .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
        let root = package.parent().context("xtask/ has no folder above it")?.to_owned();
        let target = match target_of_this_program() {
            Some(target) => target,
            None => target_by_metadata(&root)?,
        };
        let mut xtask = Fingerprint::new("1");
        xtask.add_identity(&std::env::current_exe().context("this program's file is not known")?)?;
        Ok(Self { root, target, xtask: xtask.finish() })
    }

    /// Cargo, in the checkout, as if it had been called by hand.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = cargo_in(&self.root);
        command.env("CARGO_TARGET_DIR", &self.target);
        forget_cargo_run(&mut command);
        command
    }

    /// Where a program of this workspace is after a build.
    pub(crate) fn program(&self, name: &str, is_release: bool) -> PathBuf {
        let folder = if is_release { "release" } else { "debug" };
        self.target.join(folder).join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// Where pictures go, whatever the target directory is: a person looks for them in the checkout.
    pub(crate) fn screens(&self) -> Result<PathBuf> {
        let folder = self.root.join("target/screens");
        std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        Ok(folder)
    }

    /// Where xtask keeps notes about what it built.
    pub(crate) fn notes(&self) -> Result<PathBuf> {
        let folder = self.target.join("xtask");
        std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        Ok(folder)
    }
}

/// The cargo that runs xtask, or the one on the path.
fn cargo_in(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.current_dir(root);
    command
}

/// Takes away what `cargo run` set for this program, so that build scripts do not see it change.
pub(crate) fn forget_cargo_run(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(is_of_cargo_run) {
            command.env_remove(&name);
        }
    }
}

/// Whether `cargo run` sets this variable to describe the package that it runs.
pub(crate) fn is_of_cargo_run(name: &str) -> bool {
    name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "CARGO_BIN_NAME"
}

/// `<target>/debug/xtask` knows its target directory without asking anybody.
fn target_of_this_program() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let target = program.parent()?.parent()?;
    (program.parent()?.ends_with("debug") && target.join("CACHEDIR.TAG").exists()).then(|| target.to_owned())
}

fn target_by_metadata(root: &Path) -> Result<PathBuf> {
    let metadata = read_metadata(root)?;
    let target =
        metadata["target_directory"].as_str().ok_or_else(|| anyhow!("cargo names no target directory"))?;
    Ok(PathBuf::from(target))
}

/// What cargo knows about the packages of the workspace.
pub(crate) fn read_metadata(root: &Path) -> Result<serde_json::Value> {
    let mut command = cargo_in(root);
    command.args(["metadata", "--no-deps", "--format-version", "1"]);
    serde_json::from_str(&processes::read_output(command)?).context("cargo metadata is not JSON")
}
