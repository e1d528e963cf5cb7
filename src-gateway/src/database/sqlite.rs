//! SQLite: one writing connection, so that writers wait for each other in the pool and not in the file's lock,
//! and a pool of readers that write-ahead logging keeps from waiting at all.

use std::path::Path;
use std::time::Duration;

use sea_orm::sqlx::Connection;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database as SeaDatabase, DatabaseConnection, DatabaseTransaction,
    DbBackend, DbErr, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use super::failure::is_locked;

/// How long a request waits for a connection before it is refused.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// How long SQLite waits for another process that holds the file's lock.
const BUSY_TIMEOUT_MILLISECONDS: &str = "5000";

/// How often a file is opened that another process is making, and the pause between.
const MOST_TRIES: u32 = 40;
const PAUSE: Duration = Duration::from_millis(50);

/// Opens so many connections to the file at `path`, which is made if there is none.
///
/// # Errors
/// If the file cannot be opened, or another process holds it for seconds.
pub(super) async fn connect(path: &Path, most: u32) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(to_url(path, "rwc")?);
    // On a full disk SQLite ends a transaction by itself, and the connection goes on believing that it is in one:
    // it would begin no other ever again.
    options.map_sqlx_sqlite_before_acquire(|connection, _| {
        let is_usable = !connection.is_in_transaction();
        Box::pin(std::future::ready(Ok(is_usable)))
    });
    options
        .max_connections(most)
        .min_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_timeout(ACQUIRE_TIMEOUT)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .pragma("journal_mode", "WAL")
                // What is acknowledged is on the disk: with NORMAL, a loss of power (not of the process) would
                // take the last events of the audit trail with it, and the changes they tell of.
                .pragma("synchronous", "FULL")
                .pragma("busy_timeout", BUSY_TIMEOUT_MILLISECONDS)
                .pragma("foreign_keys", "ON")
        });
    let mut tries = 1;
    loop {
        match SeaDatabase::connect(options.clone()).await {
            // SQLite does not wait for its lock where two processes make the same file at once.
            Err(error) if tries < MOST_TRIES && is_locked(&error) => tokio::time::sleep(PAUSE).await,
            opened => return opened,
        }
        tries += 1;
    }
}

/// Opens a file that is there, for reading alone: nothing is made, migrated or changed.
///
/// # Errors
/// If it cannot be opened.
pub(super) async fn connect_read_only(path: &Path) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(to_url(path, "ro")?);
    options.max_connections(1).min_connections(1).connect_timeout(ACQUIRE_TIMEOUT).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|sqlite| sqlite.pragma("busy_timeout", BUSY_TIMEOUT_MILLISECONDS));
    SeaDatabase::connect(options).await
}

/// Begins a transaction that no other writer's overlaps.
///
/// # Errors
/// If the connection is not free in time.
pub(super) async fn begin_write(writer: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    writer.begin_with_options(options).await
}

/// Such as `SQLite 3.46.0`.
///
/// # Errors
/// If the file cannot be read.
pub(super) async fn read_version<C: ConnectionTrait>(connection: &C) -> Result<String, DbErr> {
    let query = Statement::from_string(DbBackend::Sqlite, "SELECT 'SQLite ' || sqlite_version()");
    let row = connection.query_one_raw(query).await?;
    row.ok_or_else(|| DbErr::RecordNotFound("a version".to_owned()))?.try_get_by_index(0)
}

fn to_url(path: &Path, mode: &str) -> Result<String, DbErr> {
    // As a URL, so that spaces, `?` and `#` in the path stay part of the path.
    let absolute = std::path::absolute(path).map_err(|error| DbErr::Custom(error.to_string()))?;
    let url = url::Url::from_file_path(&absolute)
        .map_err(|()| DbErr::Custom("the database's path is not usable".to_owned()))?;
    Ok(format!("sqlite://{}?mode={mode}", url.path()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn several_processes_may_make_the_same_file_at_once() {
        let folder = tempfile::tempdir().expect("a folder");
        for round in 0..20 {
            let path = folder.path().join(format!("{round}.sqlite"));
            let opening = (0..6).map(|_| connect(&path, 1));
            for opened in futures_util::future::join_all(opening).await {
                opened.expect("opens").close().await.expect("closes");
            }
        }
    }
}
