//! The steps that bring a database up to this version, oldest first. A published step never changes.

use sea_orm_migration::prelude::*;

mod m20261123_000001_accounts_and_sessions;
mod m20261123_000002_audit;
mod m20261123_000010_audit_filters;
mod m20261124_000020_step_up;
mod m20261128_000021_one_order;
mod m20261128_000040_account_index;
mod m20261128_000050_nextcloud_links;
mod m20261128_000060_listed_accounts;

/// Runs the steps that a database does not have yet.
#[derive(Clone, Copy, Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_accounts_and_sessions::Migration),
            Box::new(m20261123_000002_audit::Migration),
            Box::new(m20261123_000010_audit_filters::Migration),
            Box::new(m20261124_000020_step_up::Migration),
            Box::new(m20261128_000021_one_order::Migration),
            Box::new(m20261128_000040_account_index::Migration),
            Box::new(m20261128_000050_nextcloud_links::Migration),
            Box::new(m20261128_000060_listed_accounts::Migration),
        ]
    }
}
