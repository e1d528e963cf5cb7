//! PostgreSQL: pools of connections that are given up in time, and one writer at a time on however many
//! replicas.
//!
//! Every write appends to the audit trail, whose end is one row, so writers wait for each other anyhow. They do
//! so at their beginning, under a lock of the whole database: then each statement of a transaction sees what all
//! earlier writers have committed, and what is true of one process with one writing connection (the chain, the
//! last administrator, addresses that are free) is true of ten.

use std::time::Duration;

use sea_orm::sqlx::Connection;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, RuntimeErr, Statement,
    TransactionTrait,
};

use super::connection_cache::{ConnectionCache, KEPT_FOR};
use super::failure::is_lost_connection;
use super::place::PostgresAddress;
use super::readers::{Readers, Source, within};

/// How long whoever waits for an answer waits; the server ends a statement a little earlier.
pub(super) const ANSWER_LIMIT: Duration = Duration::from_secs(7);

/// How long a request waits for a connection before it is refused.
pub(super) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// Connections that have been idle this long are asked whether they are still there before they are used.
const IDLE_BEFORE_QUESTION: Duration = Duration::from_secs(1);

/// Settings of every connection, in milliseconds where nothing else is said. A transaction whose process went
/// away, or that waits for something else than the database, must not hold up all other writers. Nothing here runs
/// for so long that compiling it would be worth what that takes.
const SETTINGS: [(&str, &str); 5] = [
    ("statement_timeout", "6000"),
    ("lock_timeout", "5000"),
    ("idle_in_transaction_session_timeout", "10000"),
    ("default_transaction_isolation", "read committed"),
    ("jit", "off"),
];

/// Held by whoever writes or migrates, until the transaction ends. The number is "VoiceAss" in bytes.
const WRITERS_LOCK: &str = "SELECT pg_advisory_xact_lock(6228312685298152307)";

/// For a migration: others that start at the same time wait until the first is done, and large tables take long.
const PATIENCE: &str = "SET LOCAL statement_timeout = '1h'; SET LOCAL lock_timeout = '120s'; \
                        SET LOCAL idle_in_transaction_session_timeout = '60s'";

/// How long a migration waits for others, and for a server that does not answer.
const MIGRATION_TURN: Duration = Duration::from_secs(130);

/// Opens so many connections as they are needed, one of them now; for writing.
///
/// # Errors
/// If there is no such server or database, or it lets this role not in.
pub(super) async fn connect(address: &PostgresAddress, most: u32) -> Result<DatabaseConnection, DbErr> {
    open_pool(with_settings(address)?, most).await.map(DatabaseConnection::from)
}

/// The same for reading what is committed.
///
/// # Errors
/// As [`connect`].
pub(super) async fn connect_readers(address: &PostgresAddress, most: u32) -> Result<Readers, DbErr> {
    open_readers(with_settings(address)?, most).await
}

/// One connection that cannot write.
///
/// # Errors
/// As [`connect`].
pub(super) async fn connect_read_only(address: &PostgresAddress) -> Result<Readers, DbErr> {
    open_readers(with_settings(address)?.options([("default_transaction_read_only", "on")]), 1).await
}

async fn open_readers(options: PgConnectOptions, most: u32) -> Result<Readers, DbErr> {
    Ok(Readers(Source::Server(ConnectionCache::new(open_pool(options, most).await?, KEPT_FOR))))
}

fn with_settings(address: &PostgresAddress) -> Result<PgConnectOptions, DbErr> {
    use sea_orm::sqlx::ConnectOptions;
    let options = address.options().map_err(to_failure)?;
    Ok(options.options(SETTINGS).application_name("voiceassist-gateway").disable_statement_logging())
}

async fn open_pool(options: PgConnectOptions, most: u32) -> Result<PgPool, DbErr> {
    let pool = PgPoolOptions::new()
        .max_connections(most)
        .min_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // A question before each use would double what a small statement costs.
        .test_before_acquire(false)
        .before_acquire(|connection, about| {
            Box::pin(async move {
                if about.idle_for >= IDLE_BEFORE_QUESTION {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        // The pool asks whether a connection is in order before it takes it back, and would wait for ever where
        // nothing comes back; its place would be lost.
        .after_release(|connection, _| {
            Box::pin(async move {
                match tokio::time::timeout(ANSWER_LIMIT, connection.ping()).await {
                    Ok(answer) => answer.map(|()| true),
                    Err(_) => Err(sea_orm::sqlx::Error::PoolTimedOut),
                }
            })
        });
    pool.connect_with(options).await.map_err(to_failure)
}

/// Begins a transaction that no other writer's overlaps.
///
/// # Errors
/// If the server does not answer in time, or other writers do not come to an end.
pub(super) async fn begin_write(writers: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    within(Some(ANSWER_LIMIT), async {
        match try_begin(writers).await {
            // Nothing has been written yet, and the next connection may be a sound one.
            Err(error) if is_lost_connection(&error) => try_begin(writers).await,
            begun => begun,
        }
    })
    .await
}

async fn try_begin(writers: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let transaction = writers.begin().await?;
    transaction.execute_unprepared(WRITERS_LOCK).await?;
    Ok(transaction)
}

/// Begins a transaction that may take as long as it needs, and that no writer's and no other migration overlaps.
///
/// # Errors
/// As [`begin_write`].
pub(super) async fn begin_migration(writers: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    within(Some(MIGRATION_TURN), async {
        let transaction = writers.begin().await?;
        transaction.execute_unprepared(PATIENCE).await?;
        transaction.execute_unprepared(WRITERS_LOCK).await?;
        Ok(transaction)
    })
    .await
}

/// Such as `PostgreSQL 16.4`.
///
/// # Errors
/// If the server does not answer.
pub(super) async fn read_version<C: ConnectionTrait>(connection: &C) -> Result<String, DbErr> {
    let query = Statement::from_string(DbBackend::Postgres, "SHOW server_version");
    let row = connection.query_one_raw(query).await?;
    let version: String =
        row.ok_or_else(|| DbErr::RecordNotFound("a version".to_owned()))?.try_get_by_index(0)?;
    // Distributions write their own name behind it.
    Ok(format!("PostgreSQL {}", version.split_whitespace().next().unwrap_or_default()))
}

/// What a connection that could not be had is to whoever asked for it.
pub(super) fn to_failure(error: sea_orm::sqlx::Error) -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(error.into()))
}
