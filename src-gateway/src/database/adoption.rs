//! Adopting the database of another VoiceAssist gateway: its accounts become this one's, in place and in one
//! transaction.
//!
//! This gateway's tables are made beside the ones that are there, by the first of the steps that make them
//! everywhere, in a schema of their own. Then the table of accounts gets what it lacks (columns, indexes,
//! references), the others move next to it, the schema goes, and the later steps follow. What is not known here
//! (columns, tables, rows that refer to accounts) stays. What cannot be right stops it, and nothing has happened.

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use serde_json::json;
use voiceassist_contract::accounts::Role;
use voiceassist_contract::{Id, Time};

use crate::accounts::{NewAccount, new_row};
use crate::audit::{self, Action, Actor, AuditKey, Event};
use crate::database::adoption::catalog::{Table, read_one, run};
use crate::database::migration::Migrator;
use crate::passwords::NO_PASSWORD;
use crate::random::{Random, new_id};
use crate::tables::users;

mod catalog;
mod check;
mod fill;
mod graft;
mod links;
mod report;
mod types;

pub use report::Adopted;

/// So many steps make the tables that accounts are adopted into. Those after work on what is in them, as they
/// do in any database that is brought up to date. A published step never changes, so neither does this number.
const FIRST_STEPS: u32 = 5;

/// Where the tables are made, until they move.
const SCRATCH: &str = "voiceassist_adoption";

/// Why a database is not brought up to this version.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// The database is another gateway's, and nobody has asked for it to be taken over.
    #[error(
        "This is the database of another VoiceAssist gateway. Stop that gateway, make a backup, and run \
         `voiceassist-gateway migrate`; deploy/postgresql.md has the steps."
    )]
    OfAnotherGateway,
    /// Something in it cannot be right; a sentence that says what and where.
    #[error("The database was not adopted, and nothing in it was changed. {0}")]
    Refused(String),
}

/// Who adopts, and what the audit trail is written with.
pub struct Witness<'a> {
    /// The key of the audit trail.
    pub key: &'a AuditKey,
    /// Who it is.
    pub actor: Actor,
    /// The randomness.
    pub random: &'a dyn Random,
    /// The time.
    pub now: Time,
}

/// Whether the tables are those of another gateway, and this one has never been here.
///
/// # Errors
/// If the database fails.
pub(super) async fn is_of_another_gateway<C: ConnectionTrait>(connection: &C) -> Result<bool, DbErr> {
    if connection.get_database_backend() != DbBackend::Postgres {
        return Ok(false);
    }
    let question = "SELECT to_regclass(format('%I.users', current_schema())) IS NOT NULL \
                    AND to_regclass(format('%I.seaql_migrations', current_schema())) IS NULL";
    read_one(connection, question).await
}

/// Adopts what is there, in the caller's transaction.
///
/// # Errors
/// If something in it cannot be right, or the database fails; the transaction must then not be committed.
pub(super) async fn adopt(
    transaction: &DatabaseTransaction,
    witness: &Witness<'_>,
) -> Result<Adopted, MigrationError> {
    // What somebody put off until the end of a transaction would keep its tables from being changed.
    run(transaction, "SET CONSTRAINTS ALL IMMEDIATE").await?;
    let schema: String = read_one(transaction, "SELECT quote_ident(current_schema())").await?;
    let people = format!("{schema}.users");
    run(transaction, &format!("LOCK TABLE {people} IN ACCESS EXCLUSIVE MODE")).await?;
    let before = Table::read(transaction, &people).await?;
    check::require_accounts(transaction, &before).await?;
    check::require_free_names(transaction).await?;

    make_tables_beside(transaction).await?;
    // Triggers of the other gateway would write the time of this change everywhere.
    run(transaction, &format!("ALTER TABLE {people} DISABLE TRIGGER USER")).await?;
    types::convert(transaction, &before).await?;
    let new = Table::read(transaction, &format!("{SCRATCH}.users")).await?;
    let set_aside = types::set_aside(transaction, &before, &new).await?;
    graft::add_columns(transaction, &before, &new).await?;
    let mut adopted = fill::fill(transaction, &before, witness.now).await?;
    graft::require_values(transaction, &people, &new).await?;
    graft::move_tables(transaction, &schema).await?;
    adopted.given_defaults = graft::give_defaults(transaction, &before, &new).await?;
    adopted.set_aside = set_aside;
    run(transaction, &format!("ALTER TABLE {people} ENABLE TRIGGER USER")).await?;

    Migrator::up(transaction, None).await?;
    let links = links::adopt_links(transaction, &people, &before).await?;
    (adopted.nextcloud_links, adopted.unclear_nextcloud_links) = (links.linked, links.unclear);

    try_an_account(transaction, witness).await?;
    let event = Event::new(Action::DatabaseAdopted, &witness.actor).with(json!(adopted));
    let id = new_id(witness.random, witness.now);
    audit::append(transaction, witness.key, id, witness.now, event).await?;
    Ok(adopted)
}

async fn make_tables_beside(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    let path: String = read_one(transaction, "SELECT current_setting('search_path')").await?;
    run(transaction, &format!("CREATE SCHEMA {SCRATCH}")).await?;
    run(transaction, &format!("SET LOCAL search_path TO {SCRATCH}")).await?;
    Migrator::up(transaction, Some(FIRST_STEPS)).await?;
    let restore = format!("SELECT set_config('search_path', '{}', true)", path.replace('\'', "''"));
    run(transaction, &restore).await
}

/// What the other gateway's table asks of a new row (a check, a trigger, a column) is found now and not when
/// somebody registers.
async fn try_an_account(
    transaction: &DatabaseTransaction,
    witness: &Witness<'_>,
) -> Result<(), MigrationError> {
    let trial = transaction.begin().await?;
    for _ in 0..2 {
        let id: Id = new_id(witness.random, witness.now);
        let account = NewAccount {
            id,
            email: format!("{id}@trial.invalid"),
            full_name: "A trial".to_owned(),
            role: Role::User,
            hashed_password: NO_PASSWORD.to_owned(),
            must_change_password: true,
        };
        let row = users::ActiveModel::from(new_row(account, witness.now)).reset_all();
        users::Entity::insert(row).exec_without_returning(&trial).await.map_err(|error| {
            MigrationError::Refused(format!(
                "The table users does not take a new account; PostgreSQL says: {error}. Change what keeps it \
                 from that, and try again."
            ))
        })?;
    }
    Ok(trial.rollback().await?)
}
