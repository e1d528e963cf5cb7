//! The audit trail by actor, target and action, each and in pairs, in the order of time; and the seal of its
//! end.
//!
//! A page is read from one index whatever the filter: equal columns first, then time and place as sorted.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::string;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// This step.
#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(Clone, Copy, DeriveIden)]
enum AuditEvents {
    Table,
    Sequence,
    At,
    ActorId,
    Action,
    TargetId,
}

#[derive(DeriveIden)]
enum AuditHead {
    Table,
    Seal,
}

/// Indexes of the step before, which these replace; the one by time stays.
const REPLACED: [(&str, AuditEvents); 3] = [
    ("audit_events_by_actor", AuditEvents::ActorId),
    ("audit_events_by_target", AuditEvents::TargetId),
    ("audit_events_by_action", AuditEvents::Action),
];

const ADDED: [(&str, &[AuditEvents]); 6] = [
    ("audit_events_of_actor", &[AuditEvents::ActorId]),
    ("audit_events_of_target", &[AuditEvents::TargetId]),
    ("audit_events_of_action", &[AuditEvents::Action]),
    ("audit_events_of_actor_and_target", &[AuditEvents::ActorId, AuditEvents::TargetId]),
    ("audit_events_of_actor_and_action", &[AuditEvents::ActorId, AuditEvents::Action]),
    ("audit_events_of_target_and_action", &[AuditEvents::TargetId, AuditEvents::Action]),
];

/// What SQLite is told of a large trail: how many events there are, and how many are left when one column after
/// the other is known. On its own it takes two bounds on the time for more than a second equal column, and
/// reads the wrong index. PostgreSQL finds out by itself.
const STATISTICS: [(&str, &str); 7] = [
    ("audit_events_by_time", "1000000 1 1"),
    ("audit_events_of_actor", "1000000 1000 1 1"),
    ("audit_events_of_target", "1000000 1000 1 1"),
    ("audit_events_of_action", "1000000 50000 1 1"),
    ("audit_events_of_actor_and_target", "1000000 1000 100 1 1"),
    ("audit_events_of_actor_and_action", "1000000 1000 100 1 1"),
    ("audit_events_of_target_and_action", "1000000 1000 100 1 1"),
];

const FORGET_STATISTICS: &str = "DELETE FROM sqlite_stat1 WHERE tbl = 'audit_events'";

async fn tell_statistics(connection: &impl ConnectionTrait) -> Result<(), DbErr> {
    // This makes the table of statistics.
    connection.execute_unprepared("ANALYZE audit_events").await?;
    connection.execute_unprepared(FORGET_STATISTICS).await?;
    for (index, statistics) in STATISTICS {
        let insert = format!(
            "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('audit_events', '{index}', '{statistics}')"
        );
        connection.execute_unprepared(&insert).await?;
    }
    connection.execute_unprepared("ANALYZE sqlite_schema").await.map(|_| ())
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, columns) in ADDED {
            let mut index = Index::create();
            index.name(name).table(AuditEvents::Table);
            for column in columns {
                index.col(*column);
            }
            index.col(AuditEvents::At).col(AuditEvents::Sequence);
            manager.create_index(index).await?;
        }
        for (name, _) in REPLACED {
            manager.drop_index(Index::drop().name(name).table(AuditEvents::Table).to_owned()).await?;
        }
        // Before the table's change below, which makes every other connection read them.
        if manager.get_database_backend() == DbBackend::Sqlite {
            tell_statistics(manager.get_connection()).await?;
        }
        let mut seal = string(AuditHead::Seal);
        seal.default("");
        manager.alter_table(Table::alter().table(AuditHead::Table).add_column(seal).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Sqlite {
            manager.get_connection().execute_unprepared(FORGET_STATISTICS).await?;
        }
        let seal = Table::alter().table(AuditHead::Table).drop_column(AuditHead::Seal).to_owned();
        manager.alter_table(seal).await?;
        for (name, column) in REPLACED {
            let mut index = Index::create();
            index.name(name).table(AuditEvents::Table).col(column).col(AuditEvents::Sequence);
            manager.create_index(index).await?;
        }
        for (name, _) in ADDED {
            manager.drop_index(Index::drop().name(name).table(AuditEvents::Table).to_owned()).await?;
        }
        Ok(())
    }
}
