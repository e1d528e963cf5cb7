//! A copy of the SQLite database while it is in use: of one moment, private, looked through, and never over
//! a file that is there.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

use crate::database::open_read_only;
use crate::database::place::DatabasePlace;
use crate::database::readers::Readers;

/// Ends the name of a copy that is being made.
const INCOMPLETE: &str = ".incomplete";

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file is there.
    #[error("{} is there already. A backup overwrites nothing: give another name.", .0.display())]
    Exists(PathBuf),
    /// The file cannot be made or kept.
    #[error("{} cannot be written: {}", .0.display(), .1)]
    File(PathBuf, io::Error),
    /// The database cannot be read, or the copy cannot be written.
    #[error("the copy cannot be made: {0}")]
    Database(#[from] DbErr),
    /// The copy is not sound.
    #[error("the copy is not sound and was removed; SQLite says: {0}")]
    Unsound(String),
}

/// Copies the SQLite database to `to`, and gives the copy's size in bytes. Writers need not wait for it.
///
/// # Errors
/// If there is no sound copy; nothing is left behind then.
pub async fn back_up(source: &Readers, to: &Path) -> Result<u64, BackupError> {
    // Taken first, so that two backups cannot meet under one name.
    let place = NewFile::make(to.to_owned())?;
    let mut name = to.as_os_str().to_owned();
    name.push(INCOMPLETE);
    let copy = NewFile::make(PathBuf::from(name))?;
    let target = copy.path.to_str().ok_or_else(|| {
        BackupError::File(to.to_owned(), io::Error::new(io::ErrorKind::InvalidInput, "its name is not UTF-8"))
    })?;
    // Into a file that is there and empty, which keeps its rights.
    let statement = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO ?", [target.into()]);
    source.execute_raw(statement).await?;
    look_through(&copy.path).await?;
    let bytes = copy.sync().map_err(|error| BackupError::File(copy.path.clone(), error))?;
    std::fs::rename(&copy.path, &place.path).map_err(|error| BackupError::File(to.to_owned(), error))?;
    sync_directory(to).map_err(|error| BackupError::File(to.to_owned(), error))?;
    copy.keep();
    place.keep();
    Ok(bytes)
}

async fn look_through(copy: &Path) -> Result<(), BackupError> {
    let connection = open_read_only(&DatabasePlace::Sqlite(copy.to_owned())).await?;
    let sound = ask(&connection, "PRAGMA integrity_check").await?;
    let dangling = ask(&connection, "PRAGMA foreign_key_check").await?;
    connection.close().await?;
    match (sound.as_deref(), dangling) {
        (Some("ok"), None) => Ok(()),
        (Some("ok"), Some(table)) => Err(BackupError::Unsound(format!("a row of {table} belongs to none"))),
        (found, _) => Err(BackupError::Unsound(found.unwrap_or("nothing").to_owned())),
    }
}

async fn ask(connection: &Readers, sql: &str) -> Result<Option<String>, DbErr> {
    let row = connection.query_one_raw(Statement::from_string(DbBackend::Sqlite, sql)).await?;
    row.map(|row| row.try_get_by_index(0)).transpose()
}

/// A file that was not there before. It is removed again unless it is kept.
struct NewFile {
    path: PathBuf,
    is_kept: std::cell::Cell<bool>,
}

impl NewFile {
    fn make(path: PathBuf) -> Result<Self, BackupError> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Ok(_) => Ok(Self { path, is_kept: std::cell::Cell::new(false) }),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(BackupError::Exists(path)),
            Err(error) => Err(BackupError::File(path, error)),
        }
    }

    /// Waits until it is on the disk, and gives its size.
    fn sync(&self) -> io::Result<u64> {
        let file = OpenOptions::new().write(true).open(&self.path)?;
        file.sync_all()?;
        Ok(file.metadata()?.len())
    }

    fn keep(&self) {
        self.is_kept.set(true);
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.is_kept.get() {
            // If it cannot be removed, there is nobody left to be told.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Waits until the file's name is on the disk.
fn sync_directory(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        File::open(directory.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Database;

    async fn database(folder: &Path) -> Database {
        let database = Database::open_sqlite(&folder.join("a.sqlite")).await.expect("opens");
        database.migrate().await.expect("migrates");
        database
    }

    #[tokio::test]
    async fn a_copy_is_private_and_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = database(folder.path()).await;
        let to = folder.path().join("a copy's name.sqlite");
        let bytes = back_up(database.readers(), &to).await.expect("copies");
        let metadata = std::fs::metadata(&to).expect("it is there");
        assert_eq!(metadata.len(), bytes);
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777, 0o600);
        let copy = Database::open_sqlite(&to).await.expect("opens");
        copy.migrate().await.expect("is up to date");
    }

    #[tokio::test]
    async fn nothing_is_overwritten_and_nothing_left_behind() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = database(folder.path()).await;
        let to = folder.path().join("copy.sqlite");
        std::fs::write(&to, "something dear").expect("writes");
        let refusal = back_up(database.readers(), &to).await.expect_err("it is there");
        assert!(matches!(refusal, BackupError::Exists(_)));
        assert_eq!(std::fs::read_to_string(&to).expect("reads"), "something dear");

        let unfinished = folder.path().join("other.sqlite.incomplete");
        std::fs::write(&unfinished, "of another run").expect("writes");
        let other = folder.path().join("other.sqlite");
        assert!(back_up(database.readers(), &other).await.is_err());
        assert!(unfinished.exists() && !other.exists());
        assert!(back_up(database.readers(), &folder.path().join("no/such/folder.sqlite")).await.is_err());
    }
}
