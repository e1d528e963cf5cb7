//! Debian's second Rust, `rustc-web`, which brings the source of the standard library and compiles it for wasm.

use std::path::Path;
use std::process::Command;

use super::is_new_enough;
use crate::processes;

/// Its cargo.
pub(super) const CARGO: &str = "/usr/bin/cargo";
/// Its compiler.
pub(super) const RUSTC: &str = "/usr/bin/rustc";
const SOURCE: &str = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";

/// Whether it is installed with all that it needs.
pub(super) fn is_ready() -> bool {
    [CARGO, RUSTC, SOURCE].iter().all(|file| Path::new(file).exists())
        && processes::ask(RUSTC, &["--version"])
            .and_then(|version| minor_version(&version))
            .is_some_and(is_new_enough)
        && find_linker().is_some()
}

/// Lets its `cargo build` compile the standard library before anything else.
pub(super) fn build_standard_library_too(command: &mut Command) {
    // -Zbuild-std is not stable; this compiler is used for nothing else.
    command.env("RUSTC_BOOTSTRAP", "1").arg("-Zbuild-std=std,panic_abort");
    if let Some(linker) = find_linker() {
        command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    }
}

/// What links wasm beside this compiler, which brings no linker of its own.
fn find_linker() -> Option<&'static str> {
    ["wasm-ld-22", "wasm-ld"].into_iter().find(|linker| processes::is_on_path(linker))
}

/// `95` of `rustc 1.95.0 (…)`.
fn minor_version(text: &str) -> Option<u32> {
    text.split_whitespace().nth(1)?.split('.').nth(1)?.parse().ok()
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
}
