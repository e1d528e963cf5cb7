//! Finding the servers' programs, on the path and where Debian puts PostgreSQL's.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// PostgreSQL's programs, all of one version.
#[derive(Clone, Debug)]
pub(crate) struct PostgresPrograms {
    folder: PathBuf,
}

impl PostgresPrograms {
    /// Finds the newest version installed, or the one whose folder `VOICEASSIST_POSTGRES_PROGRAMS` names.
    pub(crate) fn find() -> Result<Self> {
        if let Some(folder) = std::env::var_os("VOICEASSIST_POSTGRES_PROGRAMS") {
            return Ok(Self { folder: folder.into() });
        }
        let mut folders: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .filter_map(|entry| {
                let path = entry.ok()?.path();
                let version = path.file_name()?.to_str()?.parse().ok()?;
                Some((version, path.join("bin")))
            })
            .filter(|(_, folder)| folder.join("initdb").is_file())
            .collect();
        folders.sort();
        let newest = folders.pop().map(|(_, folder)| folder);
        let folder = newest
            .or_else(|| find_on_path("initdb"))
            .context("PostgreSQL is not installed (Debian: postgresql)")?;
        Ok(Self { folder })
    }

    /// The path of one of them.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// The program of the Redis server.
pub(crate) fn find_redis() -> Result<PathBuf> {
    let folder = find_on_path("redis-server").context("Redis is not installed (Debian: redis-server)")?;
    Ok(folder.join("redis-server"))
}

/// The folder that really holds a program of the path; links are followed.
fn find_on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|path| path.is_file()).and_then(
        |path| {
            let is_same = |real: &PathBuf| real.file_name() == path.file_name();
            let real = path.canonicalize().ok().filter(is_same).unwrap_or(path.clone());
            real.parent().map(Path::to_owned)
        },
    )
}
