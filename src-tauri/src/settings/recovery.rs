//! Coming back from a settings file that a crash or a full disk left damaged.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// How many damaged files are kept before the oldest name is used again.
const MOST_SET_ASIDE: u32 = 9;

/// Sets a file that `is_sound` refuses aside and puts the last good copy in its place.
///
/// Returns a sentence for the person if anything had to be done.
pub(crate) fn make_readable(path: &Path, is_sound: impl Fn(&[u8]) -> bool) -> Option<String> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => {
            return Some(format!(
                "The settings could not be read ({}), so the defaults are used.",
                error.kind()
            ));
        }
    };
    if is_sound(&bytes) {
        return None;
    }
    let aside = free_name(path);
    if let Err(error) = fs::rename(path, &aside) {
        return Some(format!("The settings are damaged and could not be set aside ({}).", error.kind()));
    }
    let aside_name = aside.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let copy = copy_of(path);
    let restored = fs::read(&copy).is_ok_and(|bytes| is_sound(&bytes)) && fs::copy(&copy, path).is_ok();
    Some(if restored {
        format!(
            "The settings were damaged. The last good ones are back; the damaged file is kept as {aside_name}."
        )
    } else {
        format!(
            "The settings were damaged, so the defaults are used; the damaged file is kept as {aside_name}."
        )
    })
}

/// Copies the file that was just written, so that the copy is always whole: written beside it, then renamed.
///
/// # Errors
/// The copy could not be written; the one before is untouched.
pub(crate) fn keep_a_copy(path: &Path) -> io::Result<()> {
    let copy = copy_of(path);
    let unfinished = copy.with_extension("unfinished");
    fs::copy(path, &unfinished)?;
    fs::File::open(&unfinished)?.sync_all()?;
    fs::rename(&unfinished, &copy)
}

fn copy_of(path: &Path) -> PathBuf {
    path.with_extension("last-good.json")
}

fn free_name(path: &Path) -> PathBuf {
    let name = |number: u32| path.with_extension(format!("damaged-{number}.json"));
    (1..=MOST_SET_ASIDE)
        .map(name)
        .find(|candidate| !candidate.exists())
        .unwrap_or_else(|| name(MOST_SET_ASIDE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_json(bytes: &[u8]) -> bool {
        serde_json::from_slice::<serde_json::Value>(bytes).is_ok()
    }

    #[test]
    fn a_sound_or_absent_file_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("settings.json");
        assert_eq!(make_readable(&path, is_json), None);
        fs::write(&path, "{}").expect("written");
        assert_eq!(make_readable(&path, is_json), None);
        assert_eq!(fs::read_to_string(&path).expect("read"), "{}");
    }

    #[test]
    fn an_empty_file_is_set_aside_and_the_last_good_copy_comes_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("settings.json");
        fs::write(&path, "{\"good\":1}").expect("written");
        keep_a_copy(&path).expect("copied");
        fs::write(&path, "").expect("cut off by a crash");

        let notice = make_readable(&path, is_json).expect("a notice");

        assert!(notice.contains("last good ones are back"), "{notice}");
        assert_eq!(fs::read_to_string(&path).expect("read"), "{\"good\":1}");
        assert_eq!(fs::read_to_string(folder.path().join("settings.damaged-1.json")).expect("kept"), "");
    }

    #[test]
    fn without_a_copy_the_damaged_file_is_still_kept_and_every_further_one_too() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("settings.json");
        for number in 1..=3 {
            fs::write(&path, format!("{{ broken {number}")).expect("written");
            let notice = make_readable(&path, is_json).expect("a notice");
            assert!(notice.contains("defaults"), "{notice}");
            assert!(!path.exists());
        }
        let second = fs::read_to_string(folder.path().join("settings.damaged-2.json")).expect("kept");
        assert_eq!(second, "{ broken 2");
    }
}
