//! The connections that read, and the end of a statement that does not come to one by itself.
//!
//! A PostgreSQL server that is cut off or held answers nothing and refuses nothing. Its own time-outs are of no
//! use then: whoever waits must stop waiting.

use std::time::Duration;

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, Statement};

use super::connection_cache::ConnectionCache;
use super::failure::{is_lost_connection, no_answer};
use super::postgres::ANSWER_LIMIT;

/// For reading what is committed. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Readers(pub(super) Source);

/// Where the connections come from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// SQLite, which answers by itself or gives up by itself.
    File(DatabaseConnection),
    /// PostgreSQL, which may not answer at all.
    Server(ConnectionCache),
}

impl Readers {
    /// The longest that a statement may take, waiting for a connection included.
    fn limit(&self) -> Option<Duration> {
        match &self.0 {
            Source::File(_) => None,
            Source::Server(_) => Some(ANSWER_LIMIT),
        }
    }

    /// Closes the connections.
    ///
    /// # Errors
    /// If one does not close.
    pub async fn close(self) -> Result<(), DbErr> {
        let limit = self.limit();
        within(limit, async {
            match self.0 {
                Source::File(connections) => connections.close().await?,
                Source::Server(cache) => cache.close().await,
            }
            Ok(())
        })
        .await
    }
}

#[async_trait]
impl ConnectionTrait for Readers {
    fn get_database_backend(&self) -> DbBackend {
        match &self.0 {
            Source::File(connections) => connections.get_database_backend(),
            Source::Server(_) => DbBackend::Postgres,
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        within(self.limit(), async {
            match &self.0 {
                Source::File(connections) => connections.execute_raw(statement).await,
                Source::Server(cache) => cache.execute(&statement).await,
            }
        })
        .await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        within(self.limit(), async {
            match &self.0 {
                Source::File(connections) => connections.execute_unprepared(sql).await,
                Source::Server(cache) => cache.execute_unprepared(sql).await,
            }
        })
        .await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let ask = || async {
            match &self.0 {
                Source::File(connections) => connections.query_one_raw(statement.clone()).await,
                Source::Server(cache) => Ok(cache.query_all(&statement).await?.into_iter().next()),
            }
        };
        within(self.limit(), ask_twice(ask)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let ask = || async {
            match &self.0 {
                Source::File(connections) => connections.query_all_raw(statement.clone()).await,
                Source::Server(cache) => cache.query_all(&statement).await,
            }
        };
        within(self.limit(), ask_twice(ask)).await
    }
}

/// Asks once more if the connection broke: after the server was started again, connections that it knows nothing of may
/// still be at hand. Reading twice does no harm.
async fn ask_twice<T, F: Future<Output = Result<T, DbErr>>>(ask: impl Fn() -> F) -> Result<T, DbErr> {
    match ask().await {
        Err(error) if is_lost_connection(&error) => ask().await,
        answer => answer,
    }
}

/// What comes of `work`, or a failure once it has taken `limit`.
pub(super) async fn within<T>(
    limit: Option<Duration>,
    work: impl Future<Output = Result<T, DbErr>>,
) -> Result<T, DbErr> {
    match limit {
        None => work.await,
        Some(limit) => {
            tokio::time::timeout(limit, work).await.unwrap_or_else(|_| Err(no_answer(limit.as_secs())))
        }
    }
}
