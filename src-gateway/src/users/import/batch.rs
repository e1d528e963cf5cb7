//! One batch of rows: decided, and written in one transaction together with its audit events.

use std::collections::HashMap;

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use voiceassist_contract::accounts::import::{
    ExistingAccounts, ImportOutcome, ImportPasswords, ImportQuery, ImportResult,
};
use voiceassist_contract::problem::{FieldError, ProblemCode};
use voiceassist_contract::{Secret, Time};

use crate::access::Administrator;
use crate::accounts::{NewAccount, audit_snapshot, new_row, role_of};
use crate::audit::{Action, Event};
use crate::passwords::NO_PASSWORD;
use crate::passwords::temporary::make_temporary_password;
use crate::problem::{Answer, ApiError};
use crate::state::AppState;
use crate::tables::users::{self, Column, Entity};
use crate::users::import::rows::{Named, NamedPerson};
use crate::users::update::{change_account, require_harmless_to_oneself};

/// Accounts by the key of their address.
type ByKey = HashMap<String, users::Model>;

/// A new account's row and the password that is to be shown.
type New = (users::Model, Option<Secret>);

/// Says what would become of these rows.
///
/// # Errors
/// If the database fails.
pub(super) async fn preview_batch(
    state: &AppState,
    admin: &Administrator,
    query: ImportQuery,
    batch: &[Named],
) -> Answer<Vec<ImportResult>> {
    let known = find_known(state.database.readers(), batch, false).await?;
    Ok(batch
        .iter()
        .map(|named| match &named.person {
            Err(errors) => refused_by_itself(named.row, errors.clone()),
            Ok(person) => match known.get(&person.email_key) {
                None => ImportResult { id: None, ..result(named.row, ImportOutcome::Created) },
                Some(before) => match decide(admin, query, before, person, state.now()) {
                    Decision::Keep { differs } => kept(named.row, before, differs),
                    Decision::Change(_) => changed(named.row, before),
                    Decision::Refuse(error) => refused(named.row, &error),
                },
            },
        })
        .collect())
}

/// Makes and changes accounts as these rows say.
///
/// # Errors
/// If the database fails, or too many passwords wait to be hashed; nothing of the batch is then done.
pub(super) async fn import_batch(
    state: &AppState,
    admin: &Administrator,
    query: ImportQuery,
    batch: &[Named],
) -> Answer<Vec<ImportResult>> {
    // Hashing takes long, so it comes before the transaction.
    let known = find_known(state.database.readers(), batch, false).await?;
    let mut new = make_new(state, query, batch, &known).await?;

    let transaction = state.database.begin_write().await?;
    let rows = new.values().map(|(row, _)| row);
    insert_new(&transaction, rows).await?;
    // Also those that somebody else has made since.
    let mut known = find_known(&transaction, batch, query.existing == ExistingAccounts::Update).await?;
    let (mut results, mut events) = (Vec::with_capacity(batch.len()), Vec::new());
    for named in batch {
        let person = match &named.person {
            Ok(person) => person,
            Err(errors) => {
                results.push(refused_by_itself(named.row, errors.clone()));
                continue;
            }
        };
        let before = known
            .remove(&person.email_key)
            .ok_or_else(|| ApiError::internal(&"an account that was just made is not there"))?;
        if let Some((row, password)) = new.remove(&person.email_key).filter(|(row, _)| row.id == before.id) {
            let event = Event::new(Action::AccountCreated, &admin.actor()).on_account(row.id);
            events.push(event.with(audit_snapshot(&row)));
            results.push(ImportResult {
                id: Some(row.id),
                temporary_password: password,
                ..result(named.row, ImportOutcome::Created)
            });
            continue;
        }
        results.push(match decide(admin, query, &before, person, state.now()) {
            Decision::Keep { differs } => kept(named.row, &before, differs),
            Decision::Refuse(error) => refused(named.row, &error),
            Decision::Change(after) => {
                change_account(state, &transaction, admin, &before, *after).await?;
                changed(named.row, &before)
            }
        });
    }
    state.record_all(&transaction, events).await?;
    transaction.commit().await?;
    Ok(results)
}

/// What becomes of an account that there is.
enum Decision {
    Keep { differs: bool },
    Change(Box<users::Model>),
    Refuse(ApiError),
}

fn decide(
    admin: &Administrator,
    query: ImportQuery,
    before: &users::Model,
    person: &NamedPerson,
    now: Time,
) -> Decision {
    let mut after = before.clone();
    after.full_name.clone_from(&person.full_name);
    if let Some(role) = person.role.filter(|role| *role != role_of(before)) {
        after.role = role.as_str().to_owned();
    }
    after.is_active = person.is_active.unwrap_or(before.is_active);
    let differs = after != *before;
    if !differs || query.existing == ExistingAccounts::Keep {
        return Decision::Keep { differs };
    }
    match require_harmless_to_oneself(admin, before, &after, now) {
        Ok(()) => Decision::Change(Box::new(after)),
        Err(error) => Decision::Refuse(error),
    }
}

/// The accounts that there are already; locked in the order of ids if they may be changed.
async fn find_known<C: ConnectionTrait>(
    connection: &C,
    batch: &[Named],
    is_locked: bool,
) -> Result<ByKey, DbErr> {
    let mut select = Entity::find().filter(Column::EmailKey.is_in(keys(batch))).order_by_asc(Column::Id);
    if is_locked {
        select = select.lock_exclusive();
    }
    let rows = select.all(connection).await?;
    Ok(rows.into_iter().map(|row| (row.email_key.clone(), row)).collect())
}

pub(super) fn keys(batch: &[Named]) -> impl Iterator<Item = &str> {
    batch.iter().filter_map(|named| named.person.as_ref().ok()).map(|person| person.email_key.as_str())
}

/// The accounts that are to be made, with their passwords.
async fn make_new(
    state: &AppState,
    query: ImportQuery,
    batch: &[Named],
    known: &ByKey,
) -> Answer<HashMap<String, New>> {
    let mut new = HashMap::new();
    let people = batch.iter().filter_map(|named| named.person.as_ref().ok());
    for person in people.filter(|person| !known.contains_key(&person.email_key)) {
        let password =
            (query.passwords == ImportPasswords::Temporary).then(|| make_temporary_password(state.random()));
        let hashed_password = match &password {
            // One after the other, so that sign-ins have the other threads.
            Some(password) => state.passwords.hash(password).await?,
            None => NO_PASSWORD.to_owned(),
        };
        let account = NewAccount {
            id: state.new_id(),
            email: person.email.clone(),
            full_name: person.full_name.clone(),
            role: person.role.unwrap_or_default(),
            hashed_password,
            must_change_password: true,
        };
        let row =
            users::Model { is_active: person.is_active.unwrap_or(true), ..new_row(account, state.now()) };
        new.insert(person.email_key.clone(), (row, password));
    }
    Ok(new)
}

/// Adds the accounts; whichever address somebody else has taken meanwhile is left out.
async fn insert_new<'a, C: ConnectionTrait>(
    transaction: &C,
    rows: impl Iterator<Item = &'a users::Model>,
) -> Result<(), DbErr> {
    let rows = rows.map(|row| users::ActiveModel::from(row.clone()).reset_all());
    Entity::insert_many(rows)
        .on_conflict(OnConflict::column(Column::EmailKey).do_nothing().to_owned())
        .exec_without_returning(transaction)
        .await?;
    Ok(())
}

fn result(row: u32, outcome: ImportOutcome) -> ImportResult {
    ImportResult {
        row,
        outcome,
        id: None,
        differs: false,
        code: None,
        message: None,
        errors: Vec::new(),
        temporary_password: None,
    }
}

fn kept(row: u32, account: &users::Model, differs: bool) -> ImportResult {
    ImportResult { id: Some(account.id), differs, ..result(row, ImportOutcome::Unchanged) }
}

fn changed(row: u32, account: &users::Model) -> ImportResult {
    ImportResult { id: Some(account.id), ..result(row, ImportOutcome::Updated) }
}

fn refused_by_itself(row: u32, errors: Vec<FieldError>) -> ImportResult {
    let message = errors.first().map(|error| error.message.clone());
    let code = Some(ProblemCode::InvalidInput);
    ImportResult { code, message, errors, ..result(row, ImportOutcome::Refused) }
}

/// The result of a row that `error` kept from being done.
pub(super) fn refused(row: u32, error: &ApiError) -> ImportResult {
    ImportResult {
        code: Some(error.code()),
        message: Some(error.detail().to_owned()),
        ..result(row, ImportOutcome::Refused)
    }
}
