//! All that decides what the programs become: sources, manifests, settings, compiler.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::PROGRAMS;
use crate::stamp::Fingerprint;
use crate::workspace::{Workspace, is_of_cargo_run};

/// Files and folders of the checkout. The interface is embedded as it was built.
const SOURCES: [&str; 13] = [
    ".cargo",
    "Cargo.lock",
    "Cargo.toml",
    "icons",
    "rust-toolchain.toml",
    "src-client",
    "src-contract",
    "src-gateway",
    "src-tauri",
    "src-ui/Cargo.toml",
    "src-ui/dist",
    "tauri.conf.json",
    "xtask/Cargo.toml",
];
/// What the build script of the application writes from the sources above.
const GENERATED: [&str; 2] = ["gen", "permissions"];
/// How the variables begin that cargo, the compilers and build scripts listen to.
const SETTINGS: [&str; 9] =
    ["AWS_LC_SYS_", "CARGO", "CC", "CFLAGS", "CXX", "LIBSQLITE3_", "PKG_CONFIG", "RUST", "TAURI_"];

/// One hash of it all.
pub(super) fn hash(workspace: &Workspace) -> Result<String> {
    let mut inputs = Fingerprint::new("1");
    for source in SOURCES {
        inputs.add_path(&workspace.root, Path::new(source), &[])?;
    }
    for manifest in manifests_of_tests(&workspace.root)? {
        inputs.add_path(&workspace.root, &manifest, &[])?;
    }
    for (name, value) in settings(std::env::vars_os()) {
        inputs.add(&name, value.as_encoded_bytes());
    }
    // Cargo has just seen to it that this program is up to date, so it is another one after a change of the compiler,
    // of its flags, or of the way in which it has the programs compiled.
    inputs.add("xtask", workspace.xtask.as_bytes());
    Ok(inputs.finish())
}

/// What a package in the workspace asks of others decides which of their features are compiled.
fn manifests_of_tests(root: &Path) -> Result<BTreeSet<PathBuf>> {
    let entries = std::fs::read_dir(root.join("tests")).context("tests/ cannot be read")?;
    let folders: Vec<_> = entries.collect::<Result<_, _>>()?;
    let manifests =
        folders.iter().map(|folder| Path::new("tests").join(folder.file_name()).join("Cargo.toml"));
    Ok(manifests.filter(|manifest| root.join(manifest).exists()).collect())
}

fn settings(variables: impl Iterator<Item = (OsString, OsString)>) -> BTreeMap<String, OsString> {
    let is_setting = |name: &str| SETTINGS.iter().any(|beginning| name.starts_with(beginning));
    variables
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
        .filter(|(name, _)| is_setting(name) && !is_of_cargo_run(name))
        .collect()
}

/// Files of the checkout that, by cargo's own account, went into the programs and are none of the above.
pub(super) fn find_overlooked(workspace: &Workspace, is_release: bool) -> Result<Vec<String>> {
    let mut overlooked = BTreeSet::new();
    for program in PROGRAMS {
        let account = workspace.program(program, is_release).with_extension("d");
        let text = std::fs::read_to_string(&account)
            .with_context(|| format!("{} cannot be read", account.display()))?;
        // What build scripts write into the target directory, they write from the sources.
        let accounted = read_account(&text).into_iter().filter(|file| !file.starts_with(&workspace.target));
        overlooked.extend(accounted.filter_map(|file| {
            let file = file.strip_prefix(&workspace.root).ok()?.to_owned();
            let is_known = |places: &[&str]| places.iter().any(|place| file.starts_with(place));
            (!is_known(&SOURCES) && !is_known(&GENERATED)).then(|| file.display().to_string())
        }));
    }
    Ok(overlooked.into_iter().collect())
}

/// The files behind the colon of each line of a make rule, where a blank within a name is written `\ `.
fn read_account(rules: &str) -> BTreeSet<PathBuf> {
    let lines = rules.lines().filter_map(|line| line.split_once(": "));
    lines
        .flat_map(|(_, files)| {
            let files = files.replace("\\ ", "\0");
            files.split(' ').map(|file| PathBuf::from(file.replace('\0', " "))).collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_names_files_with_and_without_blanks() {
        let files = read_account("/target/debug/app: /clinic/src/main.rs /my\\ clinic/src/lib.rs\n");
        assert_eq!(files, ["/clinic/src/main.rs", "/my clinic/src/lib.rs"].map(PathBuf::from).into());
    }

    #[test]
    fn the_settings_of_compilers_count_and_those_of_the_desktop_do_not() {
        let variables = [("RUSTFLAGS", "-Dwarnings"), ("DISPLAY", ":0"), ("CARGO_PKG_NAME", "xtask")];
        let variables = variables.map(|(name, value)| (name.into(), value.into()));
        let found = settings(variables.into_iter());
        assert_eq!(found, BTreeMap::from([("RUSTFLAGS".to_owned(), "-Dwarnings".into())]));
    }

    #[test]
    fn every_source_and_every_manifest_of_the_checkout_is_there() -> Result<()> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask/ has a folder above it")?;
        // What the interface becomes need not be there yet.
        for source in SOURCES.iter().filter(|source| !source.ends_with("dist")) {
            assert!(root.join(source).exists(), "{source}");
        }
        assert!(manifests_of_tests(root)?.contains(Path::new("tests/engines/Cargo.toml")));
        Ok(())
    }
}
