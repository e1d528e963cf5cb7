//! Remembers from what the interface was built and what came out, as hashes.

use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::files::list_files;

/// To be raised when xtask builds the interface in another way from the same sources.
const WAY_OF_BUILDING: &str = "2";
const INPUTS: &[&str] = &["src-ui", "src-contract", "Cargo.lock", "Cargo.toml"];

/// One hash of everything that the interface is built from.
pub(super) fn hash_inputs(root: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    hash.update(WAY_OF_BUILDING);
    for input in INPUTS {
        let path = root.join(input);
        if path.is_dir() {
            for file in list_files(&path)?.iter().filter(|file| !file.starts_with("dist")) {
                add_file(&mut hash, &path.join(file), &Path::new(input).join(file))?;
            }
        } else {
            add_file(&mut hash, &path, Path::new(input))?;
        }
    }
    Ok(to_hex(&hash.finalize()))
}

fn add_file(hash: &mut Sha256, path: &Path, name: &Path) -> Result<()> {
    let content = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    hash.update(name.to_string_lossy().as_bytes());
    // The length keeps the end of one file from passing for the beginning of the next.
    hash.update(content.len().to_le_bytes());
    hash.update(content);
    Ok(())
}

/// Whether `dist` is what was built last, from just these inputs.
pub(super) fn is_current(note: &Path, inputs: &str, dist: &Path) -> bool {
    let Ok(noted) = std::fs::read_to_string(note) else { return false };
    hash_outputs(dist).is_ok_and(|outputs| noted == text(inputs, &outputs))
}

/// Notes that `dist` was built from these inputs.
pub(super) fn write(note: &Path, inputs: &str, dist: &Path) -> Result<()> {
    std::fs::write(note, text(inputs, &hash_outputs(dist)?))
        .context("the note of what was built cannot be written")
}

fn hash_outputs(dist: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    for file in list_files(dist)? {
        add_file(&mut hash, &dist.join(&file), &file)?;
    }
    Ok(to_hex(&hash.finalize()))
}

fn text(inputs: &str, outputs: &str) -> String {
    format!("from {inputs}\nto {outputs}\n")
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkout() -> Result<tempfile::TempDir> {
        let root = tempfile::tempdir()?;
        for folder in ["src-ui/dist", "src-ui/src", "src-contract"] {
            std::fs::create_dir_all(root.path().join(folder))?;
        }
        for file in [
            "Cargo.lock",
            "Cargo.toml",
            "src-ui/src/main.rs",
            "src-contract/lib.rs",
            "src-ui/dist/index.html",
        ] {
            std::fs::write(root.path().join(file), file)?;
        }
        Ok(root)
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
        let (note, dist) = (root.path().join("note"), root.path().join("src-ui/dist"));
        assert!(!is_current(&note, "inputs", &dist), "nothing was built yet");
        write(&note, "inputs", &dist)?;
        assert!(is_current(&note, "inputs", &dist));
        assert!(!is_current(&note, "other inputs", &dist));
        std::fs::remove_file(dist.join("index.html"))?;
        assert!(!is_current(&note, "inputs", &dist), "the result is gone");
        Ok(())
    }
}
