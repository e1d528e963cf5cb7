//! How the pools of connections are doing, for the metrics.

use std::time::Duration;

use sea_orm::{DatabaseConnection, DbBackend};
use tokio::time::Instant;

use super::Database;
use super::connection_cache::Taken;
use super::readers::{Readers, Source};

/// The longest that is waited for a connection in order to see how long it takes.
const LOOK_TIMEOUT: Duration = Duration::from_secs(1);

/// How a pool is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolState {
    /// The pool, in a word.
    pub name: &'static str,
    /// Connections that wait to be used.
    pub idle: usize,
    /// Connections in use.
    pub in_use: usize,
    /// The most connections that it makes.
    pub most: usize,
    /// How long a connection took to get just now, a second at the most.
    pub wait: Duration,
}

impl Database {
    /// Looks at every pool; takes a second at the most.
    pub async fn look_at_pools(&self) -> [PoolState; 2] {
        tokio::join!(look_at("writers", &self.writers), look_at_readers(&self.readers)).into()
    }
}

async fn look_at_readers(readers: &Readers) -> PoolState {
    let name = "readers";
    match &readers.0 {
        Source::File(connections) => look_at(name, connections).await,
        Source::Server(cache) => {
            look_into(name, cache.pool(), cache.idle(), async { cache.take().await.map(Taken::keep).is_ok() })
                .await
        }
    }
}

async fn look_at(name: &'static str, connection: &DatabaseConnection) -> PoolState {
    match connection.get_database_backend() {
        DbBackend::Postgres => look_into_pool(name, connection.get_postgres_connection_pool()).await,
        _ => look_into_pool(name, connection.get_sqlite_connection_pool()).await,
    }
}

async fn look_into_pool<DB: sqlx::Database>(name: &'static str, pool: &sqlx::Pool<DB>) -> PoolState {
    look_into(name, pool, 0, async { pool.acquire().await.is_ok() }).await
}

/// `kept` connections of the pool wait elsewhere; `acquire` says whether it has got one.
async fn look_into<DB: sqlx::Database>(
    name: &'static str,
    pool: &sqlx::Pool<DB>,
    kept: usize,
    acquire: impl Future<Output = bool>,
) -> PoolState {
    let (size, idle) = (usize::try_from(pool.size()).unwrap_or(usize::MAX), pool.num_idle() + kept);
    let most = usize::try_from(pool.options().get_max_connections()).unwrap_or(usize::MAX);
    let started = Instant::now();
    let wait = match tokio::time::timeout(LOOK_TIMEOUT, acquire).await {
        Ok(true) => started.elapsed(),
        Ok(false) | Err(_) => LOOK_TIMEOUT,
    };
    // The numbers are not read at one moment.
    PoolState { name, idle, in_use: size.saturating_sub(idle), most, wait }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_one_writer_is_seen_to_be_in_use_and_waited_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::open_sqlite(&folder.path().join("a.sqlite")).await.expect("opens");
        let [writers, readers] = database.look_at_pools().await;
        assert_eq!((writers.name, writers.idle, writers.in_use, writers.most), ("writers", 1, 0, 1));
        assert!(writers.wait < LOOK_TIMEOUT && readers.wait < LOOK_TIMEOUT);

        let write = database.begin_write().await.expect("begins");
        let [writers, readers] = database.look_at_pools().await;
        assert_eq!((writers.idle, writers.in_use), (0, 1));
        assert_eq!(writers.wait, LOOK_TIMEOUT);
        assert!(readers.wait < LOOK_TIMEOUT, "whoever reads does not wait");
        drop(write);
    }
}
