//! Where the process keeps its files, and where the database is.

use std::path::{Path, PathBuf};

use super::Reader;
use crate::config::secrets::read_setting;
use crate::config::variables::Variables;
use crate::database::USUAL_CONNECTIONS;
use crate::database::place::DatabasePlace;

/// The directory's name under the platform's place for a user's data.
const DIRECTORY: &str = "voiceassist-gateway";
/// The database's name in the data directory.
const DATABASE: &str = "voiceassist.sqlite";

/// The data directory and the database.
pub(super) fn locate(
    given: Option<PathBuf>,
    variables: &Variables,
) -> Result<(PathBuf, DatabasePlace), String> {
    let directory = given
        .or_else(|| variables.text("DATA_DIRECTORY").map(PathBuf::from))
        .or_else(|| platform_directory(variables))
        .ok_or("There is no home directory. Say with --data-dir where to keep the data.")?;
    let url = read_setting("DATABASE_URL", variables).map_err(|error| error.to_string())?;
    let database = match url {
        Some(url) => DatabasePlace::parse(&url)?,
        None => DatabasePlace::Sqlite(directory.join(DATABASE)),
    };
    Ok((directory, database))
}

impl Reader<'_> {
    pub(super) fn database_connections(&mut self) -> u32 {
        let name = "DATABASE_CONNECTIONS";
        match self.number(name, USUAL_CONNECTIONS, 500) {
            1 => {
                self.complain(format!("{name} must be 2 or more: one to write and one to read."));
                USUAL_CONNECTIONS
            }
            number => number,
        }
    }
}

fn platform_directory(variables: &Variables) -> Option<PathBuf> {
    let path = |name: &str| variables.text(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = if cfg!(windows) {
        path("APPDATA")
    } else if cfg!(target_os = "macos") {
        path("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        path("XDG_DATA_HOME").or_else(|| path("HOME").map(|home| home.join(".local/share")))
    };
    base.map(|base| base.join(DIRECTORY))
}

/// Makes a directory that only its owner can look into.
///
/// # Errors
/// If it cannot be made.
pub fn make_private_directory(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locate_with(variables: &[(&str, &str)]) -> Result<(PathBuf, DatabasePlace), String> {
        locate(None, &Variables::of(variables))
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_platform_decides_unless_something_is_said() {
        let directory = |variables: &[(&str, &str)]| locate_with(variables).expect("a directory").0;
        let home = ("HOME", "/home/ana");
        assert_eq!(directory(&[home]), Path::new("/home/ana/.local/share/voiceassist-gateway"));
        assert_eq!(directory(&[home, ("XDG_DATA_HOME", "/d")]), Path::new("/d/voiceassist-gateway"));
        assert_eq!(directory(&[home, ("DATA_DIRECTORY", "here")]), Path::new("here"));
        assert!(locate_with(&[]).is_err());
    }

    #[test]
    fn the_database_is_a_file_here_unless_an_address_says_otherwise() {
        let database = |variables: &[(&str, &str)]| {
            let directory = [("DATA_DIRECTORY", "d")];
            let variables: Vec<_> = directory.into_iter().chain(variables.iter().copied()).collect();
            locate_with(&variables).map(|found| found.1.to_string())
        };
        assert_eq!(database(&[]).as_deref(), Ok("SQLite, d/voiceassist.sqlite"));
        assert_eq!(database(&[("DATABASE_URL", "sqlite:///a.sqlite")]).as_deref(), Ok("SQLite, /a.sqlite"));
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("url");
        std::fs::write(&path, "postgres://ana:hunter2@db/clinic\n").expect("writes");
        let path = path.to_str().expect("a path");
        let from_file = database(&[("DATABASE_URL_FILE", path)]).expect("sound");
        assert!(from_file.starts_with("PostgreSQL, postgres://ana@db:5432/clinic"), "{from_file}");
        let both = [("DATABASE_URL", "sqlite://a"), ("DATABASE_URL_FILE", path)];
        assert!(database(&both).expect_err("refused").contains("not both"));
    }
}
