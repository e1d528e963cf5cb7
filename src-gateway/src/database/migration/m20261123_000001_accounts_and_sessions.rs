//! Accounts, their sessions, and failed sign-ins under addresses that nobody has.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, boolean, integer, pk_uuid, string, string_null, string_uniq, text, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid,
};

/// This step.
#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Users {
    Table,
    Id,
    Email,
    EmailKey,
    FullName,
    NameKey,
    SearchKey,
    HashedPassword,
    Role,
    IsActive,
    MustChangePassword,
    MfaEnabled,
    Version,
    CreatedAt,
    UpdatedAt,
    LastLogin,
    LastLoginKey,
    FailedSignIns,
    LastFailureAt,
    LastFailureAddress,
    LockedUntil,
}

#[derive(DeriveIden)]
enum Sessions {
    Table,
    Id,
    UserId,
    Device,
    Address,
    CreatedAt,
    LastSeenAt,
    ExpiresAt,
    RefreshExpiresAt,
    Generation,
    IssuedAt,
    RefreshHash,
    PreviousRefreshHash,
    RotatedAt,
    EndedAt,
    EndReason,
}

#[derive(DeriveIden)]
enum UnknownSignIns {
    Table,
    KeyHash,
    Failures,
    LastFailureAt,
    LockedUntil,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(users()).await?;
        for (name, column, order) in [
            ("users_by_name", Users::NameKey, IndexOrder::Asc),
            ("users_by_email", Users::EmailKey, IndexOrder::Asc),
            ("users_by_role", Users::Role, IndexOrder::Asc),
            ("users_by_status", Users::IsActive, IndexOrder::Asc),
            ("users_by_last_login", Users::LastLoginKey, IndexOrder::Asc),
            ("users_by_creation", Users::CreatedAt, IndexOrder::Asc),
            ("users_by_lock", Users::LockedUntil, IndexOrder::Asc),
        ] {
            let mut index = Index::create();
            index.name(name).table(Users::Table).col((column, order)).col(Users::Id);
            manager.create_index(index.to_owned()).await?;
        }
        manager.create_table(sessions()).await?;
        let mut by_user = Index::create();
        by_user
            .name("sessions_by_user")
            .table(Sessions::Table)
            .col(Sessions::UserId)
            .col(Sessions::LastSeenAt);
        manager.create_index(by_user.to_owned()).await?;
        manager.create_table(unknown_sign_ins()).await?;
        let mut by_age = Index::create();
        by_age
            .name("unknown_sign_ins_by_age")
            .table(UnknownSignIns::Table)
            .col(UnknownSignIns::LastFailureAt);
        manager.create_index(by_age.to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(UnknownSignIns::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Sessions::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Users::Table).to_owned()).await
    }
}

fn users() -> TableCreateStatement {
    Table::create()
        .table(Users::Table)
        .col(pk_uuid(Users::Id))
        .col(text(Users::Email))
        .col(text(Users::EmailKey).unique_key().take())
        .col(text(Users::FullName))
        .col(text(Users::NameKey))
        .col(text(Users::SearchKey))
        .col(text(Users::HashedPassword))
        .col(string(Users::Role))
        .col(boolean(Users::IsActive))
        .col(boolean(Users::MustChangePassword))
        .col(boolean(Users::MfaEnabled))
        .col(big_integer(Users::Version))
        .col(timestamp_with_time_zone(Users::CreatedAt))
        .col(timestamp_with_time_zone(Users::UpdatedAt))
        .col(timestamp_with_time_zone_null(Users::LastLogin))
        .col(big_integer(Users::LastLoginKey))
        .col(integer(Users::FailedSignIns))
        .col(timestamp_with_time_zone_null(Users::LastFailureAt))
        .col(string_null(Users::LastFailureAddress))
        .col(timestamp_with_time_zone_null(Users::LockedUntil))
        .to_owned()
}

fn sessions() -> TableCreateStatement {
    Table::create()
        .table(Sessions::Table)
        .col(pk_uuid(Sessions::Id))
        .col(uuid(Sessions::UserId))
        .col(text(Sessions::Device))
        .col(string(Sessions::Address))
        .col(timestamp_with_time_zone(Sessions::CreatedAt))
        .col(timestamp_with_time_zone(Sessions::LastSeenAt))
        .col(timestamp_with_time_zone(Sessions::ExpiresAt))
        .col(timestamp_with_time_zone(Sessions::RefreshExpiresAt))
        .col(big_integer(Sessions::Generation))
        .col(timestamp_with_time_zone(Sessions::IssuedAt))
        .col(string(Sessions::RefreshHash))
        .col(string_null(Sessions::PreviousRefreshHash))
        .col(timestamp_with_time_zone_null(Sessions::RotatedAt))
        .col(timestamp_with_time_zone_null(Sessions::EndedAt))
        .col(string_null(Sessions::EndReason))
        .foreign_key(
            ForeignKey::create()
                .name("sessions_belong_to_users")
                .from(Sessions::Table, Sessions::UserId)
                .to(Users::Table, Users::Id),
        )
        .to_owned()
}

fn unknown_sign_ins() -> TableCreateStatement {
    Table::create()
        .table(UnknownSignIns::Table)
        .col(string_uniq(UnknownSignIns::KeyHash).primary_key().take())
        .col(integer(UnknownSignIns::Failures))
        .col(timestamp_with_time_zone(UnknownSignIns::LastFailureAt))
        .col(timestamp_with_time_zone_null(UnknownSignIns::LockedUntil))
        .to_owned()
}
