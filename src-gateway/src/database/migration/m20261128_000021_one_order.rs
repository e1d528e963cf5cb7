//! The same on every engine and beside every application: texts that are sorted are compared byte by byte, and
//! the table of sessions has a name that an existing VoiceAssist database does not have already.
//!
//! SQLite compares so by itself. PostgreSQL goes by the rules of a language, which differ from server to server
//! and change with its libraries, under an index that was sorted by the old ones.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// This step.
#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Sessions {
    Table,
}

#[derive(DeriveIden)]
enum SignInSessions {
    Table,
}

/// Columns of `users` that are sorted or compared, and what they are.
const COMPARED: [(&str, &str); 4] =
    [("email_key", "text"), ("name_key", "text"), ("search_key", "text"), ("role", "varchar")];

async fn collate(manager: &SchemaManager<'_>, collation: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    for (column, kind) in COMPARED {
        let sql = format!(r#"ALTER TABLE users ALTER COLUMN {column} TYPE {kind} COLLATE "{collation}""#);
        connection.execute_unprepared(&sql).await?;
    }
    Ok(())
}

fn is_postgres(manager: &SchemaManager<'_>) -> bool {
    manager.get_database_backend() == DbBackend::Postgres
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let rename = Table::rename().table(Sessions::Table, SignInSessions::Table).to_owned();
        manager.rename_table(rename).await?;
        if is_postgres(manager) {
            // Its index keeps the old name otherwise, which another table of sessions may want.
            let rename = "ALTER INDEX sessions_pkey RENAME TO sign_in_sessions_pkey";
            manager.get_connection().execute_unprepared(rename).await?;
            collate(manager, "C").await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if is_postgres(manager) {
            collate(manager, "default").await?;
            let rename = "ALTER INDEX sign_in_sessions_pkey RENAME TO sessions_pkey";
            manager.get_connection().execute_unprepared(rename).await?;
        }
        manager.rename_table(Table::rename().table(SignInSessions::Table, Sessions::Table).to_owned()).await
    }
}
