//! Which Rust compiles the interface.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Result, bail};

use super::TARGET;
use crate::packages::{self, Purpose};
use crate::processes::{self, Running};
use crate::progress::Progress;
use crate::workspace::Workspace;

/// How long rustup's server may take before the system's Rust is taken instead.
const RUSTUP_PATIENCE: Duration = Duration::from_secs(20);
pub(super) const DEBIAN_CARGO: &str = "/usr/bin/cargo";
pub(super) const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_SOURCE: &str = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";

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
    let newest = packages::find_ubuntu_wasm().into_iter().filter(|minor| is_new_enough(*minor)).max();
    let purpose = match newest {
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
    if let Some(toolchain) = find_of_system() {
        return Ok(toolchain);
    }
    let (wanted, package) = match purpose {
        Purpose::UbuntuWasm(minor) => (ubuntu_library(minor), format!("libstd-rust-1.{minor}-dev-wasm32")),
        _ => (DEBIAN_SOURCE.into(), "rust-web-src".to_owned()),
    };
    bail!(
        "{package} is installed, but {} is not there. What to do: apt-get install --reinstall {package}",
        wanted.display()
    )
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

/// The system's Rust that can compile for wasm, if it is installed.
fn find_of_system() -> Option<Toolchain> {
    let newest =
        find_ubuntu_rusts(Path::new("/usr/lib")).into_iter().filter(|minor| is_ubuntu_ready(*minor)).max();
    newest.map(Toolchain::Ubuntu).or_else(|| is_debian_ready().then_some(Toolchain::Debian))
}

fn is_debian_ready() -> bool {
    [DEBIAN_CARGO, DEBIAN_RUSTC, DEBIAN_SOURCE].iter().all(|file| Path::new(file).exists())
        && processes::ask(DEBIAN_RUSTC, &["--version"])
            .and_then(|version| minor_version(&version))
            .is_some_and(is_new_enough)
        && find_linker().is_some()
}

fn is_ubuntu_ready(minor: u32) -> bool {
    let programs = ["cargo", "rustc"].map(|name| ubuntu_program(name, minor));
    is_new_enough(minor)
        && ubuntu_library(minor).is_dir()
        && programs.iter().all(|file| Path::new(file).exists())
}

/// The minor versions of the Rusts that have a folder of their own among `libraries`.
fn find_ubuntu_rusts(libraries: &Path) -> Vec<u32> {
    let entries = std::fs::read_dir(libraries).into_iter().flatten().flatten();
    let minor = |name: OsString| name.to_str()?.strip_prefix("rust-1.")?.parse().ok();
    entries.filter_map(|entry| minor(entry.file_name())).collect()
}

/// A program of Ubuntu's Rust of this minor version.
pub(super) fn ubuntu_program(name: &str, minor: u32) -> String {
    format!("/usr/bin/{name}-1.{minor}")
}

fn ubuntu_library(minor: u32) -> PathBuf {
    format!("/usr/lib/rust-1.{minor}/lib/rustlib/{TARGET}/lib").into()
}

/// What links wasm beside Debian's compiler, which brings no linker of its own.
pub(super) fn find_linker() -> Option<&'static str> {
    ["wasm-ld-22", "wasm-ld"].into_iter().find(|linker| processes::is_on_path(linker))
}

/// `95` of `rustc 1.95.0 (…)`.
fn minor_version(text: &str) -> Option<u32> {
    text.split_whitespace().nth(1)?.split('.').nth(1)?.parse().ok()
}

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
    fn the_version_of_a_compiler_is_read_from_what_it_says() {
        assert_eq!(
            minor_version("rustc 1.96.0 (ac68faa20 2026-07-28) (built from a source tarball)"),
            Some(96)
        );
        assert_eq!(minor_version("rustc"), None);
        assert_eq!(minor_version(""), None);
    }

    #[test]
    fn the_least_version_is_the_one_of_the_workspace() {
        assert!(minimum_minor_version() >= 85, "edition 2024 needs at least that");
    }

    #[test]
    fn rusts_of_ubuntu_have_folders_of_their_own() -> Result<()> {
        let libraries = tempfile::TempDir::new()?;
        for name in ["rust-1.97", "rust-1.101", "rust-1.x", "rust-lldb", "rustlib", "rust-2.0"] {
            std::fs::create_dir(libraries.path().join(name))?;
        }
        let mut found = find_ubuntu_rusts(libraries.path());
        found.sort_unstable();
        assert_eq!(found, [97, 101]);
        assert!(find_ubuntu_rusts(&libraries.path().join("none")).is_empty());
        Ok(())
    }
}
