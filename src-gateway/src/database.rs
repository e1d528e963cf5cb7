//! The database behind one type: whoever writes begins a transaction, whoever reads takes a reader. Which engine
//! it is, the rooms below know: a file for one process, or a server for any number of replicas.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ::metrics::Histogram;
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr};
use sea_orm_migration::MigratorTrait;
use tokio::time::Instant;

use crate::database::adoption::{Adopted, MigrationError, Witness};
use crate::database::migration::Migrator;
use crate::database::place::DatabasePlace;
use crate::database::readers::{Readers, Source, within};
use crate::database::write::WriteTransaction;
use crate::generations::Generations;
use crate::generations::beside::BesideTheServer;
use crate::metrics::{Metrics, catalogue};

pub mod adoption;
mod connection_cache;
pub mod failure;
pub mod full;
pub mod migration;
pub mod place;
pub mod pools;
mod postgres;
pub mod readers;
mod sqlite;
pub mod write;

/// Connections of a process, where nothing else is said. Ten replicas have room on a server as it is installed,
/// which takes 100.
pub const USUAL_CONNECTIONS: u32 = 9;

/// The database in use.
#[derive(Clone, Debug)]
pub struct Database {
    writers: DatabaseConnection,
    readers: Readers,
    /// Told of changes to accounts and sessions.
    generations: Option<Arc<dyn Generations>>,
    write_wait: Histogram,
}

impl Database {
    /// Opens the database with so many connections at most (2 or more). An SQLite file is made if there is none.
    ///
    /// # Errors
    /// If the file cannot be opened, or the server does not answer or lets the role not in.
    pub async fn open(place: &DatabasePlace, most_connections: u32) -> Result<Self, DbErr> {
        let (writers, readers) = match place {
            DatabasePlace::Sqlite(path) => {
                let writer = sqlite::connect(path, 1).await?;
                let readers = sqlite::connect(path, readers_of(most_connections, 1)).await?;
                (writer, Readers(Source::File(readers)))
            }
            DatabasePlace::Postgres(address) => {
                // Writers wait for each other: a few are enough, and none can take the readers' places.
                let most_writers = (most_connections / 4).max(1);
                let writers = postgres::connect(address, most_writers).await?;
                let most_readers = readers_of(most_connections, most_writers);
                (writers, postgres::connect_readers(address, most_readers).await?)
            }
        };
        // Until it is said otherwise, somebody else is taken to serve what is in it.
        let generations: Option<Arc<dyn Generations>> = Some(Arc::new(BesideTheServer));
        Ok(Self { writers, readers, generations, write_wait: Histogram::noop() })
    }

    /// Opens the SQLite file at `path` as usual, and makes it if there is none.
    ///
    /// # Errors
    /// If the file cannot be opened.
    pub async fn open_sqlite(path: &Path) -> Result<Self, DbErr> {
        Self::open(&DatabasePlace::Sqlite(path.to_owned()), USUAL_CONNECTIONS).await
    }

    /// The same database, whose changes to accounts and sessions are made known there, or to nobody where
    /// nobody keeps anything of them.
    #[must_use]
    pub fn told_to(self, generations: Option<Arc<dyn Generations>>) -> Self {
        Self { generations, ..self }
    }

    /// The same database, whose writers' waiting is measured there.
    #[must_use]
    pub fn measured_by(self, metrics: &Metrics) -> Self {
        Self { write_wait: metrics.histogram(&catalogue::WRITE_WAIT_SECONDS, vec![]), ..self }
    }

    /// Brings the tables up to this version. Of several processes that begin at the same time one does it, and
    /// the others wait for it.
    ///
    /// # Errors
    /// If a migration fails, or the database is another gateway's; it is then as it was.
    pub async fn migrate(&self) -> Result<(), MigrationError> {
        // Asked first, because whoever may only read and write may not even try to make the table of steps.
        if Migrator::get_pending_migrations_read_only(&self.readers).await?.is_empty() {
            return Ok(());
        }
        let transaction = self.begin_migration().await?;
        if adoption::is_of_another_gateway(&transaction).await? {
            return Err(MigrationError::OfAnotherGateway);
        }
        Migrator::up(&transaction, None).await?;
        Ok(transaction.commit().await?)
    }

    /// Takes over the database of another VoiceAssist gateway, and says what came of it; nothing, if it is this
    /// one's already.
    ///
    /// # Errors
    /// If something in it cannot be right, or the database fails; it is then as it was.
    pub async fn adopt(&self, witness: &Witness<'_>) -> Result<Option<Adopted>, MigrationError> {
        let transaction = self.begin_migration().await?;
        let adopted = if adoption::is_of_another_gateway(&transaction).await? {
            Some(adoption::adopt(&transaction, witness).await?)
        } else {
            Migrator::up(&transaction, None).await?;
            None
        };
        transaction.commit().await?;
        Ok(adopted)
    }

    async fn begin_migration(&self) -> Result<DatabaseTransaction, DbErr> {
        match self.backend() {
            DbBackend::Postgres => postgres::begin_migration(&self.writers).await,
            _ => sqlite::begin_write(&self.writers).await,
        }
    }

    /// Begins a transaction that may write. No other writer runs until it ends, on no replica.
    ///
    /// # Errors
    /// If no connection is free in time, or other writers do not come to an end.
    pub async fn begin_write(&self) -> Result<WriteTransaction, DbErr> {
        let came = Instant::now();
        let begun = self.wait_for_turn().await;
        // Those who gave up have waited too.
        self.write_wait.record(came.elapsed().as_secs_f64());
        begun
    }

    async fn wait_for_turn(&self) -> Result<WriteTransaction, DbErr> {
        let transaction = match self.backend() {
            DbBackend::Postgres => postgres::begin_write(&self.writers).await?,
            _ => sqlite::begin_write(&self.writers).await?,
        };
        Ok(WriteTransaction::new(transaction, self.limit(), self.generations.clone()))
    }

    /// For reading what is committed.
    pub fn readers(&self) -> &Readers {
        &self.readers
    }

    /// What the database in use calls its version; asked of the database itself.
    ///
    /// # Errors
    /// If it does not answer.
    pub async fn read_version(&self) -> Result<String, DbErr> {
        match self.backend() {
            DbBackend::Postgres => postgres::read_version(&self.readers).await,
            _ => sqlite::read_version(&self.readers).await,
        }
    }

    /// How long a statement is waited for. A file answers by itself, or its time-out does.
    fn limit(&self) -> Option<Duration> {
        (self.backend() == DbBackend::Postgres).then_some(postgres::ANSWER_LIMIT)
    }

    fn backend(&self) -> DbBackend {
        self.readers.get_database_backend()
    }

    /// Closes all connections, after which SQLite's write-ahead log is merged into the file.
    ///
    /// # Errors
    /// If a connection does not close.
    pub async fn close(self) -> Result<(), DbErr> {
        let limit = self.limit();
        self.readers.close().await?;
        within(limit, self.writers.close()).await
    }
}

fn readers_of(most_connections: u32, writers: u32) -> u32 {
    most_connections.saturating_sub(writers).max(1)
}

/// Opens a database that is there, for reading alone: nothing is made, migrated or changed.
///
/// # Errors
/// If it cannot be opened.
pub async fn open_read_only(place: &DatabasePlace) -> Result<Readers, DbErr> {
    Ok(match place {
        DatabasePlace::Sqlite(path) => Readers(Source::File(sqlite::connect_read_only(path).await?)),
        DatabasePlace::Postgres(address) => postgres::connect_read_only(address).await?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::Statement;

    async fn pragma(database: &Database, name: &str) -> String {
        let statement = Statement::from_string(DbBackend::Sqlite, format!("PRAGMA {name}"));
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
        assert_eq!(pragma(&database, "synchronous").await, "2");
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
