//! Connections to PostgreSQL that stay at hand from one statement to the next.
//!
//! A pool of sqlx asks the server whether a connection is in order each time it takes one back, once within
//! [`super::postgres`]'s limit and once more without any. That is an eighth of what a page of 100 accounts costs.
//! A connection whose answer has been read to its end is known to be in order: it stays here for the next statement,
//! and the pool gets it back after about [`KEPT_FOR`], with all that the pool does about age, idleness and loss. One
//! whose statement failed, or was given up before its answer came, goes back at once and is asked.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use sea_orm::{DbErr, ExecResult, QueryResult, RuntimeErr, Statement, Values};
use sea_query_sqlx::SqlxValues;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgPool, Postgres};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Error, Executor};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use super::failure::is_lost_connection;
use super::postgres::{ACQUIRE_TIMEOUT, to_failure};

/// How long a connection is kept from the pool, which is long beside a statement and short beside what the pool looks
/// after.
pub(super) const KEPT_FOR: Duration = Duration::from_secs(1);

/// Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct ConnectionCache {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    pool: PgPool,
    /// One for each connection that the pool makes. Whoever has one finds a connection here or in the pool, because
    /// those that are kept here and those in use are never more than these together.
    turns: Semaphore,
    kept: Mutex<Kept>,
    /// Giving a connection back to the pool starts a task, also where the last owner goes away outside of one.
    runtime: Handle,
    kept_for: Duration,
}

#[derive(Debug, Default)]
struct Kept {
    connections: Vec<Borrowed>,
    /// Whether somebody sees to it that they go back.
    is_watched: bool,
}

#[derive(Debug)]
struct Borrowed {
    connection: PoolConnection<Postgres>,
    since: Instant,
}

/// A connection in use. Dropped, it goes back to the pool.
#[derive(Debug)]
pub(super) struct Taken<'c> {
    borrowed: Borrowed,
    cache: &'c ConnectionCache,
    /// Given back last, after the connection.
    _turn: SemaphorePermit<'c>,
}

impl ConnectionCache {
    /// Keeps connections of `pool` for so long, usually [`KEPT_FOR`]; called within a runtime.
    pub(super) fn new(pool: PgPool, kept_for: Duration) -> Self {
        let most = usize::try_from(pool.options().get_max_connections()).unwrap_or(Semaphore::MAX_PERMITS);
        let (turns, kept) = (Semaphore::new(most), Mutex::default());
        Self { shared: Arc::new(Shared { pool, turns, kept, runtime: Handle::current(), kept_for }) }
    }

    /// The pool behind it.
    pub(super) fn pool(&self) -> &PgPool {
        &self.shared.pool
    }

    /// How many connections wait here to be used.
    pub(super) fn idle(&self) -> usize {
        self.shared.lock().connections.len()
    }

    /// A connection that nobody else uses.
    ///
    /// # Errors
    /// If none is free in time, or none can be made.
    pub(super) async fn take(&self) -> Result<Taken<'_>, DbErr> {
        let taken = tokio::time::timeout(ACQUIRE_TIMEOUT, async {
            let turn = self.shared.turns.acquire().await.map_err(|_| Error::PoolClosed)?;
            let borrowed = match self.shared.pop() {
                Some(borrowed) => borrowed,
                None => Borrowed { connection: self.shared.pool.acquire().await?, since: Instant::now() },
            };
            Ok(Taken { borrowed, cache: self, _turn: turn })
        });
        let taken = taken.await.unwrap_or(Err(Error::PoolTimedOut));
        taken.map_err(to_failure)
    }

    /// All rows of a statement.
    ///
    /// # Errors
    /// If the database fails.
    pub(super) async fn query_all(&self, statement: &Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut taken = self.take().await?;
        // Read to the end also where one row is wanted: what is left unread would be the next statement's answer.
        let rows = to_query(statement).fetch_all(&mut *taken.borrowed.connection).await;
        let rows = taken.conclude(rows, DbErr::Query)?;
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }

    /// Runs a statement.
    ///
    /// # Errors
    /// If the database fails.
    pub(super) async fn execute(&self, statement: &Statement) -> Result<ExecResult, DbErr> {
        let mut taken = self.take().await?;
        let done = to_query(statement).execute(&mut *taken.borrowed.connection).await;
        taken.conclude(done, DbErr::Exec).map(ExecResult::from)
    }

    /// Runs statements as they stand.
    ///
    /// # Errors
    /// If the database fails.
    pub(super) async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let mut taken = self.take().await?;
        let done = taken.borrowed.connection.execute(AssertSqlSafe(sql)).await;
        taken.conclude(done, DbErr::Exec).map(ExecResult::from)
    }

    /// Closes all connections, those in use as soon as they are not any more.
    pub(super) async fn close(&self) {
        self.shared.turns.close();
        self.shared.give_all_back();
        self.shared.pool.close().await;
    }
}

impl Taken<'_> {
    /// Keeps the connection at hand, because its last answer has been read to the end.
    pub(super) fn keep(self) {
        let Self { borrowed, cache, _turn } = self;
        Shared::push(&cache.shared, borrowed);
    }

    /// What came of a statement; only after a success the connection is kept.
    fn conclude<T>(self, outcome: Result<T, Error>, of_kind: fn(RuntimeErr) -> DbErr) -> Result<T, DbErr> {
        match outcome {
            Ok(value) => {
                self.keep();
                Ok(value)
            }
            Err(error) => {
                let error = of_kind(RuntimeErr::SqlxError(error.into()));
                if is_lost_connection(&error) {
                    // What has broken this one has likely broken the others; the pool finds out which.
                    self.cache.shared.give_all_back();
                }
                Err(error)
            }
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection that was used last. One that has been here for too long, because the computer slept, goes
    /// back to the pool.
    fn pop(&self) -> Option<Borrowed> {
        self.lock().connections.pop().filter(|borrowed| !self.is_due(borrowed))
    }

    fn push(this: &Arc<Self>, borrowed: Borrowed) {
        let mut kept = this.lock();
        // Closing takes what is kept away after it has closed the turns.
        if this.turns.is_closed() || this.is_due(&borrowed) {
            return;
        }
        kept.connections.push(borrowed);
        if !std::mem::replace(&mut kept.is_watched, true) {
            tokio::spawn(watch(Arc::downgrade(this), this.kept_for));
        }
    }

    /// Whether the pool is to have it back.
    fn is_due(&self, borrowed: &Borrowed) -> bool {
        borrowed.since.elapsed() >= self.kept_for
    }

    fn give_all_back(&self) {
        self.lock().connections.clear();
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let _entered = self.runtime.enter();
        self.give_all_back();
    }
}

/// Gives the pool back what it is to have, until nothing is left.
async fn watch(shared: Weak<Shared>, kept_for: Duration) {
    loop {
        tokio::time::sleep(kept_for).await;
        let Some(shared) = shared.upgrade() else { return };
        let mut kept = shared.lock();
        kept.connections.retain(|borrowed| !shared.is_due(borrowed));
        if kept.connections.is_empty() {
            kept.is_watched = false;
            return;
        }
    }
}

fn to_query(statement: &Statement) -> Query<'_, Postgres, SqlxValues> {
    let values = statement.values.clone().unwrap_or_else(|| Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql.as_str()), SqlxValues(values))
}

#[cfg(all(test, target_os = "linux"))]
mod tests;
