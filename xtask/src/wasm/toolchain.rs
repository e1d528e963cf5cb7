//! Which Rust compiles the interface.

mod debian;
mod ubuntu;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::TARGET;
use crate::packages::{self, Purpose};
use crate::processes::{self, Running};
use crate::progress::Progress;
use crate::workspace::{Workspace, forget_cargo_run};

/// How long rustup's server may take before the system's Rust is taken instead.
const RUSTUP_PATIENCE: Duration = Duration::from_secs(20);

/// A Rust that can compile for wasm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The one that compiles everything else, with rustup's standard library for wasm.
    Rustup,
    /// Debian's `rustc-web`, which compiles the standard library itself.
    Debian,
    /// Ubuntu's Rust 1.N of this N, with its standard library for wasm.
    Ubuntu(u32),
}

/// Finds a Rust for wasm, or installs what is missing for one.
pub(crate) fn choose_toolchain(
    workspace: &Workspace,
    progress: &mut Progress,
    yes: bool,
) -> Result<Toolchain> {
    if has_standard_library() {
        return Ok(Toolchain::Rustup);
    }
    // Asking rustup takes long where its server cannot be reached: one failure is remembered.
    let failed_before = workspace.notes()?.join("rustup-has-no-wasm");
    if !failed_before.exists() {
        if processes::is_on_path("rustup") && add_by_rustup(progress)? {
            return Ok(Toolchain::Rustup);
        }
        std::fs::write(&failed_before, "Remove this file to let xtask ask rustup again.\n")?;
    }
    if let Some(toolchain) = find_of_system() {
        return Ok(toolchain);
    }
    let purpose = match ubuntu::newest_package() {
        Some(minor) => Purpose::UbuntuWasm(minor),
        None if packages::is_available(Purpose::DebianWasm) => Purpose::DebianWasm,
        None => bail!(
            "The interface needs Rust's standard library for wasm. rustup could not fetch it, and this system has \
             no package that brings it, as rustc-web on Debian and libstd-rust-1.{}-dev-wasm32 on Ubuntu. \
             What to do: let this computer reach static.rust-lang.org, then run: rustup target add {TARGET}",
            minimum_minor_version()
        ),
    };
    packages::ensure(progress, &[purpose], yes)?;
    find_of_system().with_context(|| {
        format!(
            "The packages are installed, and still no Rust here compiles for wasm. \
             What to do: apt-get install --reinstall {}",
            packages::names_for(purpose)
        )
    })
}

impl Toolchain {
    /// `cargo build` for wasm with this Rust; the caller adds what is to be built.
    pub(super) fn build(self, workspace: &Workspace) -> Command {
        let mut command = match self {
            Self::Rustup => workspace.cargo(),
            Self::Debian => second_cargo(workspace, debian::CARGO, debian::RUSTC),
            Self::Ubuntu(minor) => {
                second_cargo(workspace, &ubuntu::program("cargo", minor), &ubuntu::program("rustc", minor))
            }
        };
        command.args(["build", "--target", TARGET]);
        if self == Self::Debian {
            debian::build_standard_library_too(&mut command);
        }
        command
    }
}

/// Another Rust than the one that compiles everything else.
fn second_cargo(workspace: &Workspace, cargo: &str, rustc: &str) -> Command {
    let mut command = Command::new(cargo);
    forget_cargo_run(&mut command);
    command
        .current_dir(&workspace.root)
        .env("RUSTC", rustc)
        .env_remove("CARGO")
        .env_remove("RUSTUP_TOOLCHAIN")
        // Flags meant for the native compiler, such as a linker, do not suit this one.
        .env_remove("RUSTFLAGS");
    command
}

/// The system's Rust that compiles for wasm, if it is installed.
fn find_of_system() -> Option<Toolchain> {
    let newest = ubuntu::newest_installed().map(Toolchain::Ubuntu);
    newest.or_else(|| debian::is_ready().then_some(Toolchain::Debian))
}

/// Lets the next call ask rustup again.
pub(crate) fn forget_failure(workspace: &Workspace) -> Result<()> {
    let note = workspace.notes()?.join("rustup-has-no-wasm");
    if note.exists() {
        std::fs::remove_file(note)?;
    }
    Ok(())
}

fn has_standard_library() -> bool {
    sysroot().is_some_and(|root| root.join("lib/rustlib").join(TARGET).join("lib").is_dir())
}

/// Where the compiler's libraries are; cargo's own place tells it without starting rustc.
fn sysroot() -> Option<PathBuf> {
    let beside_cargo = std::env::var_os("CARGO")
        .map(PathBuf::from)
        .and_then(|cargo| cargo.parent().and_then(Path::parent).map(Path::to_owned))
        .filter(|root| root.join("lib/rustlib").is_dir());
    beside_cargo.or_else(|| {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
        processes::ask(rustc.to_str()?, &["--print", "sysroot"]).map(|root| PathBuf::from(root.trim()))
    })
}

fn add_by_rustup(progress: &mut Progress) -> Result<bool> {
    progress.step("ask rustup for the wasm standard library", "see the message above", || {
        let mut command = Command::new("rustup");
        command
            .args(["target", "add", TARGET])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut rustup = Running::start("rustup", command)?;
        let mut succeeded = false;
        processes::wait_until(RUSTUP_PATIENCE, || {
            let ended = rustup.ended()?;
            succeeded = ended.is_some_and(|status| status.success());
            Ok(ended.is_some())
        })?;
        drop(rustup);
        if !succeeded {
            eprintln!("  rustup cannot fetch it here; the system's packages are used instead");
        }
        Ok(succeeded && has_standard_library())
    })
}

/// Whether Rust 1.N of this N compiles this workspace.
fn is_new_enough(minor: u32) -> bool {
    minor >= minimum_minor_version()
}

fn minimum_minor_version() -> u32 {
    env!("CARGO_PKG_RUST_VERSION").split('.').nth(1).and_then(|minor| minor.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_version_is_the_one_of_the_workspace() {
        assert!(minimum_minor_version() >= 85, "edition 2024 needs at least that");
    }
}
