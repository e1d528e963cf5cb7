//! What makes a million accounts quick to search and to count: an index of the letters in every account's name,
//! address and id, and the number of accounts of each kind. Triggers keep both, whoever writes.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

const SQLITE: &str = include_str!("account_index/sqlite.sql");
const POSTGRES: &str = include_str!("account_index/postgres.sql");

const SQLITE_BACK: &str = "
    DROP TRIGGER users_inserted; DROP TRIGGER users_updated; DROP TRIGGER users_deleted;
    DROP INDEX users_to_change_password;
    DROP VIEW account_places;
    DROP TABLE account_letters; DROP TABLE account_search; DROP TABLE account_serial; DROP TABLE account_counts;
";
const POSTGRES_BACK: &str = "
    DROP TRIGGER users_inserted ON users; DROP TRIGGER users_updated ON users; DROP TRIGGER users_deleted ON users;
    DROP FUNCTION index_new_accounts; DROP FUNCTION index_changed_accounts; DROP FUNCTION forget_accounts;
    DROP FUNCTION sum_up_account_counts;
    DROP INDEX users_to_change_password;
    DROP TABLE account_search; DROP TABLE account_counts; DROP FUNCTION account_flags; DROP FUNCTION account_letters_of;
";

/// This step.
#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On both engines in a transaction: half of it would count wrong for ever.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, SQLITE, POSTGRES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, SQLITE_BACK, POSTGRES_BACK).await
    }
}

async fn run(manager: &SchemaManager<'_>, sqlite: &str, postgres: &str) -> Result<(), DbErr> {
    let sql = if manager.get_database_backend() == DbBackend::Sqlite { sqlite } else { postgres };
    manager.get_connection().execute_unprepared(sql).await.map(|_| ())
}
