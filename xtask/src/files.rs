//! Folders of built files: listing, copying, and replacing only what differs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// All files below `folder`, as paths relative to it, in order.
pub(crate) fn list_files(folder: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(relative) = folders.pop() {
        let here = folder.join(&relative);
        for entry in std::fs::read_dir(&here).with_context(|| format!("{} cannot be read", here.display()))? {
            let entry = entry?;
            let path = relative.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else {
                found.insert(path);
            }
        }
    }
    Ok(found)
}

/// Copies all of `from` into `to`.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for file in list_files(from)? {
        let target = to.join(&file);
        make_parent(&target)?;
        std::fs::copy(from.join(&file), &target)
            .with_context(|| format!("{} cannot be written", target.display()))?;
    }
    Ok(())
}

/// Makes `to` hold what `from` holds. A file with the same content is not touched, and none is ever half written.
pub(crate) fn replace_changed(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    let wanted = list_files(from)?;
    for file in &wanted {
        let (source, target) = (from.join(file), to.join(file));
        let content = std::fs::read(&source)?;
        if std::fs::read(&target).is_ok_and(|present| present == content) {
            continue;
        }
        make_parent(&target)?;
        let parent = target.parent().context("a file is in a folder")?;
        let mut fresh = tempfile::Builder::new().prefix(".new-").tempfile_in(parent)?;
        std::io::Write::write_all(&mut fresh, &content)?;
        make_readable(fresh.as_file())?;
        fresh.persist(&target)?;
    }
    for file in list_files(to)?.difference(&wanted) {
        std::fs::remove_file(to.join(file))?;
    }
    Ok(())
}

fn make_parent(file: &Path) -> Result<()> {
    if let Some(parent) = file.parent() {
        std::fs::create_dir_all(parent)?;
    }
    Ok(())
}

/// Temporary files are for their owner alone; these are not temporary any more.
#[cfg(unix)]
fn make_readable(file: &std::fs::File) -> Result<()> {
    Ok(file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))?)
}

#[cfg(not(unix))]
fn make_readable(_file: &std::fs::File) -> Result<()> {
    Ok(())
}

/// A temporary folder with these files, for tests.
#[cfg(test)]
pub(crate) fn folder_with(files: &[(&str, &str)]) -> Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    for (name, content) in files {
        make_parent(&folder.path().join(name))?;
        std::fs::write(folder.path().join(name), content)?;
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same_is_not_touched_and_what_is_gone_goes() -> Result<()> {
        let from = folder_with(&[("same.css", "a"), ("changed.js", "new"), ("snippets/one.js", "1")])?;
        let to = folder_with(&[("same.css", "a"), ("changed.js", "old"), ("gone.js", "x")])?;
        let before = std::fs::metadata(to.path().join("same.css"))?.modified()?;
        std::thread::sleep(std::time::Duration::from_millis(20));
        replace_changed(from.path(), to.path())?;
        assert_eq!(list_files(from.path())?, list_files(to.path())?);
        assert_eq!(std::fs::read_to_string(to.path().join("changed.js"))?, "new");
        assert_eq!(std::fs::metadata(to.path().join("same.css"))?.modified()?, before);
        Ok(())
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let error = list_files(Path::new("/no/such/folder")).expect_err("it is not there");
        assert!(error.to_string().contains("/no/such/folder"));
    }
}
