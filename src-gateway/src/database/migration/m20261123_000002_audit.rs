//! The audit trail: events that are only ever added, and the place where the next one is chained.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_uniq, integer, pk_uuid, string, string_null, text_null,
    timestamp_with_time_zone, uuid_null,
};

/// This step.
#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum AuditEvents {
    Table,
    Id,
    Sequence,
    At,
    ActorId,
    ActorName,
    Action,
    TargetKind,
    TargetId,
    Address,
    RequestId,
    Before,
    After,
    PreviousMac,
    Mac,
}

#[derive(DeriveIden)]
enum AuditHead {
    Table,
    Id,
    Sequence,
    Mac,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(audit_events()).await?;
        for (name, column) in [
            ("audit_events_by_actor", AuditEvents::ActorId),
            ("audit_events_by_target", AuditEvents::TargetId),
            ("audit_events_by_action", AuditEvents::Action),
            ("audit_events_by_time", AuditEvents::At),
        ] {
            let mut index = Index::create();
            index.name(name).table(AuditEvents::Table).col(column).col(AuditEvents::Sequence);
            manager.create_index(index.to_owned()).await?;
        }
        let head = Table::create()
            .table(AuditHead::Table)
            .col(integer(AuditHead::Id).primary_key().take())
            .col(big_integer(AuditHead::Sequence))
            .col(string(AuditHead::Mac))
            .to_owned();
        manager.create_table(head).await?;
        let first = Query::insert()
            .into_table(AuditHead::Table)
            .columns([AuditHead::Id, AuditHead::Sequence, AuditHead::Mac])
            .values_panic([1.into(), 0_i64.into(), "".into()])
            .to_owned();
        manager.execute(first).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(AuditHead::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(AuditEvents::Table).to_owned()).await
    }
}

fn audit_events() -> TableCreateStatement {
    Table::create()
        .table(AuditEvents::Table)
        .col(pk_uuid(AuditEvents::Id))
        .col(big_integer_uniq(AuditEvents::Sequence))
        .col(timestamp_with_time_zone(AuditEvents::At))
        .col(uuid_null(AuditEvents::ActorId))
        .col(string_null(AuditEvents::ActorName))
        .col(string(AuditEvents::Action))
        .col(string_null(AuditEvents::TargetKind))
        .col(string_null(AuditEvents::TargetId))
        .col(string_null(AuditEvents::Address))
        .col(string_null(AuditEvents::RequestId))
        .col(text_null(AuditEvents::Before))
        .col(text_null(AuditEvents::After))
        .col(string(AuditEvents::PreviousMac))
        .col(string(AuditEvents::Mac))
        .to_owned()
}
