//! Where the gateway for trying things out keeps its database: in the user's data directory.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

const NOTES: &[&str] = &["lock", "port"];

/// The folder, held by this process alone.
#[derive(Debug)]
pub(super) struct Data {
    folder: PathBuf,
    _lock: File,
}

impl Data {
    /// Makes the folder if need be, and makes sure that no other run uses it.
    pub(super) fn open() -> Result<Self> {
        Self::open_at(user_data_folder()?.join("voiceassist-admin").join("development"))
    }

    fn open_at(folder: PathBuf) -> Result<Self> {
        std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        let lock = File::create(folder.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { folder, _lock: lock }),
            Err(TryLockError::WouldBlock) => {
                bail!(
                    "Another `cargo xtask run` is using {}. What to do: end that one first.",
                    folder.display()
                )
            }
            Err(TryLockError::Error(error)) => Err(error).context("the data directory cannot be locked"),
        }
    }

    /// The folder itself.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The database file, under the name that the gateway gives it.
    pub(super) fn database(&self) -> PathBuf {
        self.folder.join("voiceassist.sqlite")
    }

    /// What the gateway writes while it runs.
    pub(super) fn log(&self) -> PathBuf {
        self.folder.join("gateway.log")
    }

    /// The port of the last run: with the same one, the window's profile stays the same.
    pub(super) fn last_port(&self) -> Option<u16> {
        std::fs::read_to_string(self.folder.join("port")).ok()?.trim().parse().ok()
    }

    /// Remembers the port.
    pub(super) fn remember_port(&self, port: u16) -> Result<()> {
        std::fs::write(self.folder.join("port"), port.to_string()).context("the port cannot be noted")
    }

    /// The e-mail addresses of the administrators made so far, the first one first.
    pub(super) fn administrators(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.folder.join("administrators")).unwrap_or_default();
        text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    /// Remembers one more. Passwords are not remembered.
    pub(super) fn remember_administrator(&self, email: &str) -> Result<()> {
        let mut all = self.administrators();
        all.push(email.to_owned());
        std::fs::write(self.folder.join("administrators"), all.join("\n") + "\n")
            .context("the administrator cannot be noted")
    }

    /// Moves database and keys into a folder beside; nothing is deleted. Where to, if there was something.
    pub(super) fn set_aside(&self) -> Result<Option<PathBuf>> {
        if !self.database().exists() {
            return Ok(None);
        }
        let place = (1..)
            .map(|number| self.folder.with_file_name(format!("development-{number}")))
            .find(|place| !place.exists())
            .context("there is always a next number")?;
        std::fs::create_dir_all(&place)?;
        for entry in std::fs::read_dir(&self.folder)? {
            let name = entry?.file_name();
            if !NOTES.iter().any(|note| name.as_os_str() == *note) {
                std::fs::rename(self.folder.join(&name), place.join(&name))?;
            }
        }
        Ok(Some(place))
    }
}

fn user_data_folder() -> Result<PathBuf> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = if cfg!(windows) {
        variable("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        variable("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        variable("XDG_DATA_HOME").or_else(|| variable("HOME").map(|home| home.join(".local/share")))
    };
    folder.context("the user's data directory is not known: HOME is not set")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_run_at_a_time_uses_the_database() -> Result<()> {
        let place = tempfile::tempdir()?;
        let folder = place.path().join("development");
        let first = Data::open_at(folder.clone())?;
        let error = Data::open_at(folder.clone()).expect_err("the first one is still there");
        assert!(error.to_string().contains("end that one first"));
        drop(first);
        Data::open_at(folder)?;
        Ok(())
    }

    #[test]
    fn a_fresh_start_keeps_the_old_database_aside() -> Result<()> {
        let place = tempfile::tempdir()?;
        let data = Data::open_at(place.path().join("development"))?;
        assert_eq!(data.set_aside()?, None);
        std::fs::write(data.database(), "people")?;
        data.remember_administrator("admin@clinic.example")?;
        data.remember_port(4711)?;
        let aside = data.set_aside()?.context("there was a database")?;
        assert_eq!(std::fs::read_to_string(aside.join("voiceassist.sqlite"))?, "people");
        assert!(data.administrators().is_empty() && !data.database().exists());
        assert_eq!(data.last_port(), Some(4711));
        Ok(())
    }

    #[test]
    fn administrators_are_remembered_in_order() -> Result<()> {
        let place = tempfile::tempdir()?;
        let data = Data::open_at(place.path().join("development"))?;
        data.remember_administrator("a@clinic.example")?;
        data.remember_administrator("b@clinic.example")?;
        assert_eq!(data.administrators(), ["a@clinic.example", "b@clinic.example"]);
        Ok(())
    }
}
