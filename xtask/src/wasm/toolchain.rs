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

/// How long rustup's server may take before Debian's Rust is taken instead.
const RUSTUP_PATIENCE: Duration = Duration::from_secs(20);
const DEBIAN_SOURCE: &str = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";

/// A Rust that can compile for wasm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The one that compiles everything else, with rustup's standard library for wasm.
    Rustup,
    /// Debian's `rustc-web`, which compiles the standard library itself.
    Debian,
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
    if is_debian_ready() {
        return Ok(Toolchain::Debian);
    }
    if !packages::is_available(Purpose::Wasm) {
        bail!(
            "The interface needs Rust's standard library for wasm. rustup could not fetch it, and this system has \
             no package rustc-web to compile it with. What to do: let this computer reach static.rust-lang.org, \
             then run: rustup target add {TARGET}"
        );
    }
    packages::ensure(progress, &[Purpose::Wasm], yes)?;
    if is_debian_ready() {
        return Ok(Toolchain::Debian);
    }
    bail!(
        "rustc-web is installed, but {DEBIAN_SOURCE} is not there. What to do: apt-get install --reinstall rust-web-src"
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

fn is_debian_ready() -> bool {
    ["/usr/bin/cargo", "/usr/bin/rustc", DEBIAN_SOURCE].iter().all(|file| Path::new(file).exists())
        && processes::ask("/usr/bin/rustc", &["--version"])
            .and_then(|version| minor_version(&version))
            .is_some_and(|minor| minor >= minimum_minor_version())
        && find_linker().is_some()
}

/// What links wasm beside Debian's compiler, which brings no linker of its own.
pub(super) fn find_linker() -> Option<&'static str> {
    ["wasm-ld-22", "wasm-ld"].into_iter().find(|linker| processes::is_on_path(linker))
}

/// `95` of `rustc 1.95.0 (…)`.
fn minor_version(text: &str) -> Option<u32> {
    text.split_whitespace().nth(1)?.split('.').nth(1)?.parse().ok()
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
}
