//! What every route does with accounts in the same way: finding, making, showing, counting edits, and
//! the rule that an administrator remains.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QuerySelect,
};
use serde_json::{Value, json};
use voiceassist_contract::accounts::{Account, Lock, Role, User};
use voiceassist_contract::email::comparison_key;
use voiceassist_contract::problem::{FieldError, ProblemCode};
use voiceassist_contract::{Id, Time};

use crate::database::failure::is_duplicate;
use crate::database::write::WriteTransaction;
use crate::problem::{Answer, ApiError};
use crate::tables::users;

/// A new account, already checked.
#[derive(Clone)]
pub struct NewAccount {
    /// Its id.
    pub id: Id,
    /// The address as typed.
    pub email: String,
    /// The person's name.
    pub full_name: String,
    /// What it may do.
    pub role: Role,
    /// The password's hash.
    pub hashed_password: String,
    /// Whether the password must be changed first.
    pub must_change_password: bool,
}

/// Adds an account and gives its row.
///
/// # Errors
/// `email_taken`, or if the database fails.
pub async fn insert_account<C: ConnectionTrait>(
    transaction: &C,
    account: NewAccount,
    now: Time,
) -> Answer<users::Model> {
    let row = new_row(account, now);
    let inserted = users::Entity::insert(users::ActiveModel::from(row.clone()).reset_all())
        .exec_without_returning(transaction)
        .await;
    inserted.map_err(taken_or_failed)?;
    Ok(row)
}

/// The row of a new account, which is not in the database yet.
pub fn new_row(account: NewAccount, now: Time) -> users::Model {
    users::Model {
        id: account.id,
        email_key: comparison_key(&account.email),
        name_key: name_key(&account.full_name),
        search_key: search_key(account.id, &account.email, &account.full_name),
        email: account.email,
        full_name: account.full_name,
        hashed_password: account.hashed_password,
        role: account.role.as_str().to_owned(),
        is_active: true,
        must_change_password: account.must_change_password,
        mfa_enabled: false,
        version: 1,
        created_at: now,
        updated_at: now,
        last_login: None,
        last_login_key: 0,
        failed_sign_ins: 0,
        last_failure_at: None,
        last_failure_address: None,
        locked_until: None,
    }
}

/// Writes `changed`, counts the edit, and gives the row as it is now. The caller has read the row in the
/// same transaction and compared its version. Keys for sorting and searching follow by themselves.
///
/// # Errors
/// `email_taken`, or if the database fails.
pub async fn update_account(
    transaction: &WriteTransaction,
    mut changed: users::Model,
    now: Time,
) -> Answer<users::Model> {
    transaction.note_restriction(changed.id);
    changed.version += 1;
    changed.updated_at = now;
    changed.email_key = comparison_key(&changed.email);
    changed.name_key = name_key(&changed.full_name);
    changed.search_key = search_key(changed.id, &changed.email, &changed.full_name);
    save_account(transaction, changed).await
}

/// Writes what is no edit, such as a sign-in: the version stays.
///
/// # Errors
/// `email_taken`, or if the database fails.
pub async fn save_account(transaction: &WriteTransaction, row: users::Model) -> Answer<users::Model> {
    transaction.note_change(row.id);
    let write = users::ActiveModel::from(row.clone()).reset_all();
    users::Entity::update(write).exec(transaction).await.map_err(taken_or_failed)?;
    Ok(row)
}

/// The account with this id, locked until the transaction ends.
///
/// # Errors
/// `not_found`, or if the database fails.
pub async fn find_for_update<C: ConnectionTrait>(transaction: &C, id: Id) -> Answer<users::Model> {
    let row = users::Entity::find_by_id(id).lock_exclusive().one(transaction).await?;
    row.ok_or_else(no_such_account)
}

/// The account with this id.
///
/// # Errors
/// `not_found`, or if the database fails.
pub async fn find_account<C: ConnectionTrait>(connection: &C, id: Id) -> Answer<users::Model> {
    users::Entity::find_by_id(id).one(connection).await?.ok_or_else(no_such_account)
}

/// The account with this address, in any case.
///
/// # Errors
/// If the database fails.
pub async fn find_by_email<C: ConnectionTrait>(
    connection: &C,
    email: &str,
) -> Result<Option<users::Model>, DbErr> {
    users::Entity::find().filter(users::Column::EmailKey.eq(comparison_key(email))).one(connection).await
}

/// Refuses an address that an account has, before anything expensive is done for it; the unique column decides in
/// the end.
///
/// # Errors
/// `email_taken`, or if the database fails.
pub async fn require_free_address<C: ConnectionTrait>(connection: &C, email: &str) -> Answer<()> {
    match find_by_email(connection, email).await? {
        Some(_) => Err(email_taken()),
        None => Ok(()),
    }
}

/// Stops the transaction if it would leave no active administrator. To be called after the change and
/// before the commit; two transactions that race are held apart by the writer or by the locked rows.
///
/// # Errors
/// `last_administrator`, or if the database fails.
pub async fn ensure_an_administrator_remains<C: ConnectionTrait>(transaction: &C) -> Answer<()> {
    let remaining = users::Entity::find()
        .select_only()
        .column(users::Column::Id)
        .filter(users::Column::Role.eq(Role::Admin.as_str()))
        .filter(users::Column::IsActive.eq(true))
        .lock_exclusive()
        .into_tuple::<Id>()
        .one(transaction)
        .await?;
    match remaining {
        Some(_) => Ok(()),
        None => Err(ApiError::new(
            ProblemCode::LastAdministrator,
            "This is the last active administrator. Make somebody else an administrator first.",
        )),
    }
}

/// Whether there is any account with the role of an administrator.
///
/// # Errors
/// If the database fails.
pub async fn count_administrators<C: ConnectionTrait>(connection: &C) -> Result<u64, DbErr> {
    users::Entity::find().filter(users::Column::Role.eq(Role::Admin.as_str())).count(connection).await
}

/// The account as its own person sees it.
pub fn to_user(row: &users::Model) -> User {
    let role = role_of(row);
    User {
        id: row.id,
        email: row.email.clone(),
        full_name: row.full_name.clone(),
        role,
        is_active: row.is_active,
        is_admin: role == Role::Admin,
        must_change_password: row.must_change_password,
        mfa_enabled: row.mfa_enabled,
        created_at: row.created_at,
        updated_at: row.updated_at,
        last_login: row.last_login,
        version: row.version,
    }
}

/// The account as administrators see it; `sessions` is left out of lists.
pub fn to_account(row: &users::Model, sessions: Option<u64>) -> Account {
    Account { user: to_user(row), lock: lock_of(row), sessions, nextcloud: None }
}

/// What the account may do. A word that this version does not know gives no right.
pub fn role_of(row: &users::Model) -> Role {
    if row.role == Role::Admin.as_str() { Role::Admin } else { Role::User }
}

/// What the audit trail keeps of an account before and after a change.
pub fn audit_snapshot(row: &users::Model) -> Value {
    json!({
        "email": row.email,
        "full_name": row.full_name,
        "role": row.role,
        "is_active": row.is_active,
        "must_change_password": row.must_change_password,
    })
}

/// The name as it is sorted.
pub fn name_key(full_name: &str) -> String {
    full_name.to_lowercase()
}

/// The text that a search looks into. Whoever searches puts the words in lower case first.
pub fn search_key(id: Id, email: &str, full_name: &str) -> String {
    format!("{}\n{}\n{id}", name_key(full_name), comparison_key(email))
}

fn lock_of(row: &users::Model) -> Option<Lock> {
    let failures = u32::try_from(row.failed_sign_ins).ok().filter(|failures| *failures > 0)?;
    Some(Lock {
        failures,
        last_failure_at: row.last_failure_at?,
        last_failure_address: row.last_failure_address.clone().unwrap_or_default(),
        until: row.locked_until,
    })
}

fn no_such_account() -> ApiError {
    ApiError::not_found("There is no such account.")
}

fn taken_or_failed(error: DbErr) -> ApiError {
    // The address is the only unique column that a caller chooses.
    if is_duplicate(&error) { email_taken() } else { error.into() }
}

/// `email_taken`.
pub fn email_taken() -> ApiError {
    let message = "Another account has this e-mail address.";
    ApiError::new(ProblemCode::EmailTaken, message).with_errors(vec![FieldError {
        field: "email".to_owned(),
        code: ProblemCode::EmailTaken.as_str().to_owned(),
        message: message.to_owned(),
    }])
}
