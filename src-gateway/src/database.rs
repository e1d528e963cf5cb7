//! The database behind one type: whoever writes begins a transaction, whoever reads takes a reader.
//!
//! On SQLite there is one writing connection, so writers wait for each other in the pool and not in
//! the file's lock, and a pool of readers that write-ahead logging keeps from waiting at all.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database as SeaDatabase, DatabaseConnection, DbBackend, DbErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;

use crate::database::migration::Migrator;
use crate::database::write::WriteTransaction;
use crate::generations::Generations;
use crate::generations::beside::BesideTheServer;

pub mod migration;
pub mod pools;
pub mod write;

/// How long a request waits for a connection before it is refused.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// How long SQLite waits for another process that holds the file's lock.
const BUSY_TIMEOUT_MILLISECONDS: &str = "5000";

/// Connections that read side by side.
const READERS: u32 = 8;

/// The database in use.
#[derive(Clone, Debug)]
pub struct Database {
    writer: DatabaseConnection,
    readers: DatabaseConnection,
    /// Told of changes to accounts and sessions.
    generations: Option<Arc<dyn Generations>>,
}

impl Database {
    /// Opens the SQLite file at `path`, and makes it if there is none.
    ///
    /// # Errors
    /// If the file cannot be opened.
    pub async fn open_sqlite(path: &Path) -> Result<Self, DbErr> {
        let url = sqlite_url(path)?;
        let writer = SeaDatabase::connect(sqlite_options(&url, 1)).await?;
        let readers = SeaDatabase::connect(sqlite_options(&url, READERS)).await?;
        // Until it is said otherwise, somebody else is taken to serve what is in it.
        Ok(Self { writer, readers, generations: Some(Arc::new(BesideTheServer)) })
    }

    /// The same database, whose changes to accounts and sessions are made known there, or to nobody where
    /// nobody keeps anything of them.
    #[must_use]
    pub fn told_to(self, generations: Option<Arc<dyn Generations>>) -> Self {
        Self { generations, ..self }
    }

    /// Brings the tables up to this version.
    ///
    /// # Errors
    /// If a migration fails; it has then changed nothing.
    pub async fn migrate(&self) -> Result<(), DbErr> {
        Migrator::up(&self.writer, None).await
    }

    /// Begins a transaction that may write. On SQLite no other writer runs until it ends.
    ///
    /// # Errors
    /// If no connection is free in time.
    pub async fn begin_write(&self) -> Result<WriteTransaction, DbErr> {
        let transaction = self
            .writer
            .begin_with_options(TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            })
            .await?;
        Ok(WriteTransaction::new(transaction, self.generations.clone()))
    }

    /// For reading what is committed.
    pub fn readers(&self) -> &DatabaseConnection {
        &self.readers
    }

    /// What the database in use calls its version; asked of the database itself.
    ///
    /// # Errors
    /// If it does not answer.
    pub async fn read_version(&self) -> Result<String, DbErr> {
        let query = Statement::from_string(DbBackend::Sqlite, "SELECT 'SQLite ' || sqlite_version()");
        let row = self.readers.query_one_raw(query).await?;
        row.ok_or_else(|| DbErr::RecordNotFound("a version".to_owned()))?.try_get_by_index(0)
    }

    /// Closes all connections, after which the write-ahead log is merged into the file.
    ///
    /// # Errors
    /// If a connection does not close.
    pub async fn close(self) -> Result<(), DbErr> {
        self.readers.close().await?;
        self.writer.close().await
    }
}

/// Opens an SQLite file that is there, for reading alone: nothing is made, migrated or changed.
///
/// # Errors
/// If it cannot be opened.
pub async fn open_sqlite_read_only(path: &Path) -> Result<DatabaseConnection, DbErr> {
    let url = sqlite_url(path)?.replace("?mode=rwc", "?mode=ro");
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).min_connections(1).connect_timeout(ACQUIRE_TIMEOUT).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|sqlite| sqlite.pragma("busy_timeout", BUSY_TIMEOUT_MILLISECONDS));
    SeaDatabase::connect(options).await
}

fn sqlite_url(path: &Path) -> Result<String, DbErr> {
    // As a URL, so that spaces, `?` and `#` in the path stay part of the path.
    let absolute = std::path::absolute(path).map_err(|error| DbErr::Custom(error.to_string()))?;
    let url = url::Url::from_file_path(&absolute)
        .map_err(|()| DbErr::Custom("the database's path is not usable".to_owned()))?;
    Ok(format!("sqlite://{}?mode=rwc", url.path()))
}

fn sqlite_options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_timeout(ACQUIRE_TIMEOUT)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "NORMAL")
                .pragma("busy_timeout", BUSY_TIMEOUT_MILLISECONDS)
                .pragma("foreign_keys", "ON")
        });
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn pragma(database: &Database, name: &str) -> String {
        let statement = Statement::from_string(sea_orm::DbBackend::Sqlite, format!("PRAGMA {name}"));
        let row = database.readers().query_one_raw(statement).await.expect("pragma is read").expect("a row");
        row.try_get_by_index::<String>(0)
            .or_else(|_| row.try_get_by_index::<i64>(0).map(|number| number.to_string()))
            .expect("a value")
    }

    #[tokio::test]
    async fn a_file_with_odd_characters_in_its_path_opens_with_write_ahead_logging() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a clinic?#%20.sqlite");
        let database = Database::open_sqlite(&path).await.expect("the database opens");
        database.migrate().await.expect("the tables are made");
        database.migrate().await.expect("a second time changes nothing");
        assert!(path.is_file());
        assert_eq!(pragma(&database, "journal_mode").await, "wal");
        assert_eq!(pragma(&database, "foreign_keys").await, "1");
        assert_eq!(pragma(&database, "synchronous").await, "1");
        database.close().await.expect("the database closes");
    }

    #[tokio::test]
    async fn a_transaction_that_is_dropped_leaves_nothing_behind() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::open_sqlite(&folder.path().join("a.sqlite")).await.expect("opens");
        let write = database.begin_write().await.expect("begins");
        write.execute_unprepared("CREATE TABLE scratch (a INTEGER)").await.expect("creates");
        drop(write);
        let write = database.begin_write().await.expect("begins again");
        write.execute_unprepared("CREATE TABLE scratch (a INTEGER)").await.expect("it was not there");
    }

    /// SQLite compares times as text, PostgreSQL as times: both must come to the same order.
    #[tokio::test]
    async fn stored_times_sort_and_compare_as_times_do() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::open_sqlite(&folder.path().join("a.sqlite")).await.expect("opens");
        let write = database.begin_write().await.expect("begins");
        write.execute_unprepared("CREATE TABLE moments (at TEXT)").await.expect("creates");
        let start = 1_790_000_000_000_i64;
        let milliseconds = [0, 1, 9, 10, 99, 100, 120, 999, 1_000, 1_001, 60_000, 86_400_000, -1, -1_000];
        for offset in milliseconds {
            let at = chrono::DateTime::from_timestamp_millis(start + offset).expect("in range");
            let insert = "INSERT INTO moments VALUES (?)";
            let statement = Statement::from_sql_and_values(DbBackend::Sqlite, insert, [at.into()]);
            write.execute_raw(statement).await.expect("inserts");
        }
        write.commit().await.expect("commits");

        let border = chrono::DateTime::from_timestamp_millis(start + 100).expect("in range");
        let select = "SELECT at FROM moments WHERE at <= ? ORDER BY at";
        let statement = Statement::from_sql_and_values(DbBackend::Sqlite, select, [border.into()]);
        let rows = database.readers().query_all_raw(statement).await.expect("reads");
        let read: Vec<i64> = rows
            .iter()
            .map(|row| row.try_get_by_index::<chrono::DateTime<chrono::Utc>>(0).expect("a time"))
            .map(|time| time.timestamp_millis() - start)
            .collect();
        assert_eq!(read, [-1_000, -1, 0, 1, 9, 10, 99, 100]);
    }
}
