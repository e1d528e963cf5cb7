//! The connections that read, and the end of a statement that does not come to one by itself.
//!
//! A PostgreSQL server that is cut off or held answers nothing and refuses nothing. Its own time-outs are of no
//! use then: whoever waits must stop waiting.

use std::time::Duration;

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, Statement};

use super::failure::{is_lost_connection, no_answer};

/// For reading what is committed. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Readers {
    connections: DatabaseConnection,
    limit: Option<Duration>,
}

impl Readers {
    /// Reads over these connections; a statement takes `limit` at most, waiting for a connection included.
    pub(super) fn new(connections: DatabaseConnection, limit: Option<Duration>) -> Self {
        Self { connections, limit }
    }

    /// The connections themselves.
    pub(super) fn connections(&self) -> &DatabaseConnection {
        &self.connections
    }

    /// Closes the connections.
    ///
    /// # Errors
    /// If one does not close.
    pub async fn close(self) -> Result<(), DbErr> {
        within(self.limit, self.connections.close()).await
    }
}

/// A statement whose connection broke is asked once more: after the server was started again, connections that
/// it knows nothing of may still be in the pool. Reading twice does no harm.
#[async_trait]
impl ConnectionTrait for Readers {
    fn get_database_backend(&self) -> DbBackend {
        self.connections.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        within(self.limit, self.connections.execute_raw(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        within(self.limit, self.connections.execute_unprepared(sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        within(self.limit, async {
            match self.connections.query_one_raw(statement.clone()).await {
                Err(error) if is_lost_connection(&error) => self.connections.query_one_raw(statement).await,
                answer => answer,
            }
        })
        .await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        within(self.limit, async {
            match self.connections.query_all_raw(statement.clone()).await {
                Err(error) if is_lost_connection(&error) => self.connections.query_all_raw(statement).await,
                answer => answer,
            }
        })
        .await
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
