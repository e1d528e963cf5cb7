//! Where the process keeps its files, and which file is the database.

use std::path::{Path, PathBuf};

use crate::config::variables::Variables;

/// The directory's name under the platform's place for a user's data.
const DIRECTORY: &str = "voiceassist-gateway";
/// The database's name in the data directory.
const DATABASE: &str = "voiceassist.sqlite";

/// The data directory and the database's file.
pub(super) fn locate(given: Option<PathBuf>, variables: &Variables) -> Result<(PathBuf, PathBuf), String> {
    let directory = given
        .or_else(|| variables.text("DATA_DIRECTORY").map(PathBuf::from))
        .or_else(|| platform_directory(variables))
        .ok_or("There is no home directory. Say with --data-dir where to keep the data.")?;
    let database = match variables.text("DATABASE_URL") {
        Some(url) => sqlite_path(url)?,
        None => directory.join(DATABASE),
    };
    Ok((directory, database))
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

fn sqlite_path(url: &str) -> Result<PathBuf, String> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Err(
            "DATABASE_URL names PostgreSQL, which is not part of this version. Use sqlite://.".to_owned()
        );
    }
    let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"));
    match path {
        Some(path) if !path.is_empty() && !path.contains([':', '?']) => Ok(PathBuf::from(path)),
        _ => {
            Err("DATABASE_URL must name a file, such as sqlite:///var/lib/voiceassist/gateway.sqlite."
                .to_owned())
        }
    }
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

    fn locate_with(variables: &[(&str, &str)]) -> Result<(PathBuf, PathBuf), String> {
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
    fn a_database_url_names_a_file_and_nothing_else() {
        let database =
            |url| locate_with(&[("DATA_DIRECTORY", "d"), ("DATABASE_URL", url)]).map(|found| found.1);
        assert_eq!(database("sqlite:///var/lib/a.sqlite"), Ok("/var/lib/a.sqlite".into()));
        assert_eq!(database("sqlite://a.sqlite"), Ok("a.sqlite".into()));
        for refused in ["sqlite::memory:", "sqlite://", "mysql://h/d", "postgres://h/d", "sqlite://a?mode=ro"]
        {
            assert!(database(refused).is_err(), "{refused}");
        }
    }
}
