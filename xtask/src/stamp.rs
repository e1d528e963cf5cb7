//! Remembers from what something was built and what came out, so that it is not built, or asked about, again.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::digest;
use crate::files::list_files;

/// One hash of all that was added, with the names under which it was.
#[derive(Debug)]
pub(crate) struct Fingerprint(Sha256);

impl Fingerprint {
    /// `way` is to be changed when something else comes out of the same sources.
    pub(crate) fn new(way: &str) -> Self {
        let mut fingerprint = Self(Sha256::new());
        fingerprint.add("", way.as_bytes());
        fingerprint
    }

    /// Adds this content.
    pub(crate) fn add(&mut self, name: &str, content: &[u8]) {
        // The lengths keep the end of one thing from passing for the beginning of the next.
        for part in [name.as_bytes(), content] {
            self.0.update(part.len().to_le_bytes());
            self.0.update(part);
        }
    }

    /// Adds a file of the folder `root`, or all files of a folder in it that are not below `without`.
    pub(crate) fn add_path(&mut self, root: &Path, name: &Path, without: &[&str]) -> Result<()> {
        let path = root.join(name);
        if !path.is_dir() {
            let content =
                std::fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
            self.add(&name.to_string_lossy(), &content);
            return Ok(());
        }
        for file in list_files(&path)? {
            let name = name.join(file);
            if !without.iter().any(|folder| name.starts_with(folder)) {
                self.add_path(root, &name, without)?;
            }
        }
        Ok(())
    }

    /// Adds which file this is, without reading it: its size, and when it was written.
    pub(crate) fn add_identity(&mut self, file: &Path) -> Result<()> {
        let unknown = || format!("{} cannot be looked at", file.display());
        let metadata = std::fs::metadata(file).with_context(unknown)?;
        let written = metadata.modified().with_context(unknown)?;
        let identity = format!("{} {written:?}", metadata.len());
        self.add(&file.to_string_lossy(), identity.as_bytes());
        Ok(())
    }

    /// In hexadecimal digits.
    pub(crate) fn finish(self) -> String {
        digest::to_digits(&self.0.finalize())
    }
}

/// A note of what was built last.
#[derive(Debug)]
pub(crate) struct Stamp {
    note: PathBuf,
}

impl Stamp {
    /// The one in this file, which need not be there.
    pub(crate) fn at(note: PathBuf) -> Self {
        Self { note }
    }

    /// Whether just these inputs were built last, and gave these outputs, which are an error where they are missing.
    pub(crate) fn is_current(&self, inputs: &str, outputs: Result<String>) -> bool {
        let Ok(noted) = std::fs::read_to_string(&self.note) else { return false };
        outputs.is_ok_and(|outputs| noted == text(inputs, &outputs))
    }

    /// Notes that these inputs gave these outputs.
    pub(crate) fn write(&self, inputs: &str, outputs: &str) -> Result<()> {
        std::fs::write(&self.note, text(inputs, outputs))
            .context("the note of what was built cannot be written")
    }
}

fn text(inputs: &str, outputs: &str) -> String {
    format!("from {inputs}\nto {outputs}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::folder_with;

    fn fingerprint_of(files: &[(&str, &str)]) -> Result<String> {
        let folder = folder_with(files)?;
        let mut fingerprint = Fingerprint::new("1");
        fingerprint.add_path(folder.path(), Path::new("src"), &["src/dist"])?;
        Ok(fingerprint.finish())
    }

    #[test]
    fn a_changed_added_or_renamed_file_is_noticed_and_one_that_is_left_out_is_not() -> Result<()> {
        let before = fingerprint_of(&[("src/main.rs", "a"), ("src/dist/index.html", "x")])?;
        assert_eq!(fingerprint_of(&[("src/main.rs", "a"), ("src/dist/index.html", "y")])?, before);
        for changed in [
            &[("src/main.rs", "b")][..],
            &[("src/other.rs", "a")],
            &[("src/main.rs", "a"), ("src/more.rs", "")],
            &[("src/main.rsa", "")],
        ] {
            assert_ne!(fingerprint_of(changed)?, before, "{changed:?}");
        }
        Ok(())
    }

    #[test]
    fn another_way_of_building_is_another_thing() {
        assert_ne!(Fingerprint::new("1").finish(), Fingerprint::new("2").finish());
    }

    #[test]
    fn a_file_that_was_written_again_is_another_one() -> Result<()> {
        let folder = folder_with(&[("program", "content")])?;
        let program = folder.path().join("program");
        let identify = || {
            let mut fingerprint = Fingerprint::new("1");
            fingerprint.add_identity(&program).map(|()| fingerprint.finish())
        };
        let before = identify()?;
        assert_eq!(identify()?, before);
        let later = std::fs::metadata(&program)?.modified()? + std::time::Duration::from_secs(1);
        std::fs::File::options().append(true).open(&program)?.set_modified(later)?;
        assert_ne!(identify()?, before);
        std::fs::remove_file(&program)?;
        assert!(identify().is_err(), "it is gone");
        Ok(())
    }

    #[test]
    fn what_was_built_is_current_until_inputs_or_outputs_change() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let stamp = Stamp::at(folder.path().join("note"));
        assert!(!stamp.is_current("inputs", Ok("outputs".to_owned())), "nothing was built yet");
        stamp.write("inputs", "outputs")?;
        assert!(stamp.is_current("inputs", Ok("outputs".to_owned())));
        assert!(!stamp.is_current("others", Ok("outputs".to_owned())));
        assert!(!stamp.is_current("inputs", Ok("others".to_owned())));
        assert!(!stamp.is_current("inputs", Err(anyhow::anyhow!("they are gone"))));
        Ok(())
    }
}
