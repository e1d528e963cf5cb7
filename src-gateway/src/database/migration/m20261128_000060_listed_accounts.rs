//! What a page shows of each account, put together when the account is written. PostgreSQL alone: there putting it
//! together for every reader was more than half of what a page costs, and SQLite does it in passing.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

const POSTGRES: &str = include_str!("listed_accounts/postgres.sql");
const POSTGRES_BACK: &str = "ALTER TABLE users DROP COLUMN listed_values; DROP FUNCTION moment_in_utc";

/// This step.
#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run_on_postgres(manager, POSTGRES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run_on_postgres(manager, POSTGRES_BACK).await
    }
}

async fn run_on_postgres(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Postgres {
        manager.get_connection().execute_unprepared(sql).await?;
    }
    Ok(())
}
