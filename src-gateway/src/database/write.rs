//! A transaction that may write. It remembers whose rows it changes, and makes that known around its commit
//! by the protocol of [`crate::generations`].

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use voiceassist_contract::Id;

use super::readers::within;
use crate::generations::{Generations, change_rows};

/// A transaction that may write. Dropped without a commit it changes nothing.
#[derive(Debug)]
pub struct WriteTransaction {
    transaction: DatabaseTransaction,
    /// The longest that a statement may take.
    limit: Option<Duration>,
    generations: Option<Arc<dyn Generations>>,
    changes: Mutex<Changes>,
}

/// Whose rows the transaction changes.
#[derive(Debug, Default)]
struct Changes {
    accounts: BTreeSet<Id>,
    /// Whether somebody may do less afterwards.
    is_restriction: bool,
}

impl WriteTransaction {
    pub(super) fn new(
        transaction: DatabaseTransaction,
        limit: Option<Duration>,
        generations: Option<Arc<dyn Generations>>,
    ) -> Self {
        Self { transaction, limit, generations, changes: Mutex::default() }
    }

    /// Notes that the account's row, or one of its sessions', says something else after the commit.
    pub fn note_change(&self, account: Id) {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner).accounts.insert(account);
    }

    /// Notes the same of a change that may take something away: a session, a role, a password. The commit
    /// then does not return before it holds on every replica.
    pub fn note_restriction(&self, account: Id) {
        let mut changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        changes.accounts.insert(account);
        changes.is_restriction = true;
    }

    /// Commits, and makes known what has changed. Both happen also if the caller stops waiting.
    ///
    /// # Errors
    /// If the database fails. It may have committed all the same.
    pub async fn commit(self) -> Result<(), DbErr> {
        let Self { transaction, limit, generations, changes } = self;
        let changes = changes.into_inner().unwrap_or_else(PoisonError::into_inner);
        match generations {
            Some(generations) if !changes.accounts.is_empty() => {
                let commit = async move {
                    let accounts: Vec<Id> = changes.accounts.into_iter().collect();
                    let commit = within(limit, transaction.commit());
                    change_rows(&*generations, &accounts, changes.is_restriction, commit).await
                };
                tokio::spawn(commit).await.map_err(|error| DbErr::Custom(error.to_string()))?
            }
            _ => within(limit, transaction.commit()).await,
        }
    }
}

/// What reads within the transaction or begins a nested one.
impl Deref for WriteTransaction {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.transaction
    }
}

#[async_trait]
impl ConnectionTrait for WriteTransaction {
    fn get_database_backend(&self) -> DbBackend {
        self.transaction.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        within(self.limit, self.transaction.execute_raw(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        within(self.limit, self.transaction.execute_unprepared(sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        within(self.limit, self.transaction.query_one_raw(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        within(self.limit, self.transaction.query_all_raw(statement)).await
    }
}
