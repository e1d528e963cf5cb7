//! What this gateway's columns hold for accounts that are there already.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, Value};
use voiceassist_contract::email::comparison_key;
use voiceassist_contract::{Id, Time};

use super::catalog::{Table, count, run};
use super::check::require_different_addresses;
use super::{Adopted, MigrationError};
use crate::accounts::{name_key, search_key};
use crate::passwords::NO_PASSWORD;

/// Accounts whose keys are computed at a time.
const CHUNK: usize = 2_000;

/// Fills the columns and counts what there is to say about it.
///
/// # Errors
/// If two accounts have the same address, or the database fails.
pub(super) async fn fill<C: ConnectionTrait>(
    connection: &C,
    before: &Table,
    now: Time,
) -> Result<Adopted, MigrationError> {
    let name = &before.name;
    let has = |column: &str| before.column(column).is_some();
    let is_active = if has("is_active") { "coalesce(is_active, false)" } else { "true" };
    let must_change = if before.has("must_change_password", "boolean") {
        "coalesce(must_change_password, false)"
    } else {
        "false"
    };
    let role = role_of(before);
    run(
        connection,
        &format!(
            "UPDATE {name} SET
                full_name = coalesce(nullif(btrim(full_name), ''), email),
                hashed_password = coalesce(nullif(hashed_password, ''), '{NO_PASSWORD}'),
                is_active = {is_active},
                created_at = date_trunc('milliseconds', coalesce(created_at, updated_at, '{now}')),
                updated_at = date_trunc('milliseconds', coalesce(updated_at, created_at, '{now}')),
                last_login = date_trunc('milliseconds', last_login),
                last_login_key = coalesce(
                    floor(extract(epoch FROM date_trunc('milliseconds', last_login)) * 1000)::bigint, 0),
                role = {role}, must_change_password = {must_change}, mfa_enabled = false, version = 1,
                failed_sign_ins = 0",
            now = now.to_rfc3339()
        ),
    )
    .await?;
    write_keys(connection, name).await?;
    require_different_addresses(connection, name).await?;

    let counted = async |condition: &str| {
        count(connection, &format!("SELECT count(*) FROM {name} WHERE {condition}")).await
    };
    let two_step = if before.has("totp_enabled", "boolean") { counted("totp_enabled").await? } else { 0 };
    let viewers =
        if is_word(before, "admin_role") { counted("admin_role::text = 'viewer'").await? } else { 0 };
    Ok(Adopted {
        accounts: counted("true").await?,
        administrators: counted("role = 'admin' AND is_active").await?,
        without_password: counted(&format!("hashed_password = '{NO_PASSWORD}'")).await?,
        unreadable_passwords: counted(&format!(
            r"hashed_password <> '{NO_PASSWORD}' AND hashed_password !~ '^\$2[abxy]\$'"
        ))
        .await?,
        two_step,
        viewers,
        nextcloud_links: 0,
        unclear_nextcloud_links: 0,
        given_defaults: Vec::new(),
        set_aside: Vec::new(),
    })
}

/// Whether a column holds a word, be it text or one of a list.
fn is_word(table: &Table, name: &str) -> bool {
    table.column(name).is_some_and(|column| column.kind != "boolean")
}

/// Nobody may do more than before: whoever could only look is no administrator.
fn role_of(before: &Table) -> String {
    let mut grounds = Vec::new();
    if before.has("is_admin", "boolean") {
        grounds.push("coalesce(is_admin, false)");
    }
    if is_word(before, "admin_role") {
        grounds.push("coalesce(admin_role::text = 'admin', false)");
    }
    // It was set aside before.
    if is_word(before, "role") {
        grounds.push("coalesce(old_role::text = 'admin', false)");
    }
    let is_admin = if grounds.is_empty() { "false".to_owned() } else { grounds.join(" OR ") };
    let may_only_look =
        if is_word(before, "admin_role") { "coalesce(admin_role::text = 'viewer', false)" } else { "false" };
    format!("CASE WHEN ({is_admin}) AND NOT {may_only_look} THEN 'admin' ELSE 'user' END")
}

/// Computed here and not by PostgreSQL, so that a name is folded as that of any other account is.
async fn write_keys<C: ConnectionTrait>(connection: &C, table: &str) -> Result<(), DbErr> {
    let mut last: Option<Id> = None;
    loop {
        let after = last.map_or_else(String::new, |id| format!("WHERE id > '{id}'"));
        let question = format!("SELECT id, email, full_name FROM {table} {after} ORDER BY id LIMIT {CHUNK}");
        let rows = connection.query_all_raw(Statement::from_string(DbBackend::Postgres, question)).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let (mut places, mut values) = (Vec::new(), Vec::<Value>::new());
        for row in &rows {
            let (id, email, full_name): (Id, String, String) =
                (row.try_get("", "id")?, row.try_get("", "email")?, row.try_get("", "full_name")?);
            let first = values.len() + 1;
            places.push(format!("(${first}::uuid, ${}, ${}, ${})", first + 1, first + 2, first + 3));
            values.push(id.into());
            values.push(comparison_key(&email).into());
            values.push(name_key(&full_name).into());
            values.push(search_key(id, &email, &full_name).into());
            last = Some(id);
        }
        let update = format!(
            "UPDATE {table} AS u SET email_key = v.email_key, name_key = v.name_key, search_key = v.search_key
               FROM (VALUES {}) AS v (id, email_key, name_key, search_key) WHERE u.id = v.id",
            places.join(", ")
        );
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, update, values);
        connection.execute_raw(statement).await?;
        if rows.len() < CHUNK {
            return Ok(());
        }
    }
}
