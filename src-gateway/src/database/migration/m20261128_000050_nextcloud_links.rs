//! Which account is which in Nextcloud, how the last attempt to link it went, and whether Nextcloud is to be
//! left alone for a while.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    integer, pk_uuid, string, string_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid_null,
};

/// This step.
#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Users {
    Table,
    Id,
}

#[derive(DeriveIden)]
enum NextcloudLinks {
    Table,
    AccountId,
    State,
    NextcloudId,
    NextcloudKey,
    WantedId,
    Attempts,
    AttemptedAt,
    Claim,
    ClaimedUntil,
    LastError,
    LinkedAt,
}

#[derive(DeriveIden)]
enum NextcloudPause {
    Table,
    Id,
    Credentials,
    Fault,
    Until,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(links()).await?;
        // Nobody's files may come to belong to two accounts.
        let mut by_key = Index::create();
        by_key
            .name("nextcloud_links_by_key")
            .table(NextcloudLinks::Table)
            .col(NextcloudLinks::NextcloudKey)
            .unique();
        manager.create_index(by_key.to_owned()).await?;
        manager.create_table(pause()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(NextcloudPause::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(NextcloudLinks::Table).to_owned()).await
    }
}

fn links() -> TableCreateStatement {
    let of_account = ForeignKey::create()
        .name("nextcloud_links_account")
        .from(NextcloudLinks::Table, NextcloudLinks::AccountId)
        .to(Users::Table, Users::Id)
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned();
    Table::create()
        .table(NextcloudLinks::Table)
        .col(pk_uuid(NextcloudLinks::AccountId))
        .col(string(NextcloudLinks::State))
        .col(string_null(NextcloudLinks::NextcloudId))
        .col(string_null(NextcloudLinks::NextcloudKey))
        .col(string_null(NextcloudLinks::WantedId))
        .col(integer(NextcloudLinks::Attempts))
        .col(timestamp_with_time_zone_null(NextcloudLinks::AttemptedAt))
        .col(uuid_null(NextcloudLinks::Claim))
        .col(timestamp_with_time_zone_null(NextcloudLinks::ClaimedUntil))
        .col(string_null(NextcloudLinks::LastError))
        .col(timestamp_with_time_zone_null(NextcloudLinks::LinkedAt))
        .foreign_key(&mut of_account.clone())
        .to_owned()
}

fn pause() -> TableCreateStatement {
    Table::create()
        .table(NextcloudPause::Table)
        .col(integer(NextcloudPause::Id).primary_key())
        .col(string(NextcloudPause::Credentials))
        .col(string(NextcloudPause::Fault))
        .col(timestamp_with_time_zone(NextcloudPause::Until))
        .to_owned()
}
