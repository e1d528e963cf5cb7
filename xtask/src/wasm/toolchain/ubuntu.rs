//! Ubuntu's Rusts: several of them beside each other, with their versions in their names, and for the newest of them
//! a standard library for wasm.

use std::ffi::OsString;
use std::path::Path;

use super::{TARGET, is_new_enough};
use crate::packages;

const LIBRARIES: &str = "/usr/lib";

/// The newest one that is installed with all that it needs, as the N of 1.N.
pub(super) fn newest_installed() -> Option<u32> {
    find(Path::new(LIBRARIES)).into_iter().filter(|minor| is_ready(*minor)).max()
}

/// The newest one that could be installed, as the N of 1.N.
pub(super) fn newest_package() -> Option<u32> {
    packages::find_ubuntu_wasm().into_iter().filter(|minor| is_new_enough(*minor)).max()
}

/// Where its program of this name is.
pub(super) fn program(name: &str, minor: u32) -> String {
    format!("/usr/bin/{name}-1.{minor}")
}

fn is_ready(minor: u32) -> bool {
    let library = format!("{LIBRARIES}/rust-1.{minor}/lib/rustlib/{TARGET}/lib");
    let is_there = |name| Path::new(&program(name, minor)).exists();
    is_new_enough(minor) && Path::new(&library).is_dir() && is_there("cargo") && is_there("rustc")
}

/// All that have a folder of their own among `libraries`.
fn find(libraries: &Path) -> Vec<u32> {
    let entries = std::fs::read_dir(libraries).into_iter().flatten().flatten();
    let minor = |name: OsString| name.to_str()?.strip_prefix("rust-1.")?.parse().ok();
    entries.filter_map(|entry| minor(entry.file_name())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_folder_of_its_own() -> std::io::Result<()> {
        let libraries = tempfile::TempDir::new()?;
        for name in ["rust-1.97", "rust-1.101", "rust-1.x", "rust-lldb", "rustlib", "rust-2.0"] {
            std::fs::create_dir(libraries.path().join(name))?;
        }
        let mut found = find(libraries.path());
        found.sort_unstable();
        assert_eq!(found, [97, 101]);
        assert!(find(&libraries.path().join("none")).is_empty());
        Ok(())
    }
}
