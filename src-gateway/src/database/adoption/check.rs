//! What must be so for a database to be adopted; everything else is found by PostgreSQL itself on the way.

use sea_orm::ConnectionTrait;

use super::MigrationError;
use super::catalog::{Table, count, read};

/// What PostgreSQL reads as a UUID.
const IS_UUID: &str = r"'^\{?[0-9a-fA-F]{4}(-?[0-9a-fA-F]{4}){7}\}?$'";

/// Tables of this gateway that a database may have from somebody else.
const TABLES: [&str; 4] = ["sign_in_sessions", "unknown_sign_ins", "audit_events", "audit_head"];

const TIMES: [&str; 3] = ["created_at", "updated_at", "last_login"];

fn refuse<T>(sentence: impl Into<String>) -> Result<T, MigrationError> {
    Err(MigrationError::Refused(sentence.into()))
}

/// That the table holds accounts which can become this gateway's.
///
/// # Errors
/// A sentence about the first thing that cannot be right. It names no person.
pub(super) async fn require_accounts<C: ConnectionTrait>(
    connection: &C,
    table: &Table,
) -> Result<(), MigrationError> {
    for name in ["id", "email", "hashed_password"] {
        if table.column(name).is_none() {
            return refuse(format!("Its table users has no column {name}, so it is not VoiceAssist's."));
        }
    }
    for column in &table.columns {
        let is_fine = match column.name.as_str() {
            "id" => column.kind == "uuid" || column.is_text(),
            "email" | "full_name" | "hashed_password" => column.is_text(),
            "is_active" | "is_admin" => column.kind == "boolean",
            name if TIMES.contains(&name) => column.is_naive_time() || column.is_moment(),
            _ => true,
        };
        if !is_fine {
            let (name, kind) = (&column.name, &column.kind);
            return refuse(format!("The column {name} of users is of the type {kind}, which it cannot be."));
        }
    }
    let name = &table.name;
    let counted = async |condition: &str| {
        count(connection, &format!("SELECT count(*) FROM {name} WHERE {condition}")).await
    };
    if !table.has("id", "uuid") {
        let odd = counted(&format!("id IS NULL OR id::text !~ {IS_UUID}")).await?;
        if odd > 0 {
            return refuse(format!("{odd} accounts have an id that is no UUID."));
        }
    }
    if !table.column("id").is_some_and(|id| id.is_unique) {
        return refuse("The column id of users has neither a primary key nor another unique index.");
    }
    let without_address = counted("email IS NULL OR btrim(email) = ''").await?;
    if without_address > 0 {
        return refuse(format!("{without_address} accounts have no e-mail address."));
    }
    Ok(())
}

/// That nobody else's tables have the names of this gateway's.
///
/// # Errors
/// A sentence with the name.
pub(super) async fn require_free_names<C: ConnectionTrait>(connection: &C) -> Result<(), MigrationError> {
    for name in TABLES {
        let question =
            format!("SELECT 1 WHERE to_regclass(format('%I.{name}', current_schema())) IS NOT NULL");
        if !read(connection, &question).await?.is_empty() {
            return refuse(format!("There is a table {name} already. Rename it, and try again."));
        }
    }
    Ok(())
}

/// That no two accounts have addresses which this gateway takes for one.
///
/// # Errors
/// A sentence with the ids of some that do.
pub(super) async fn require_different_addresses<C: ConnectionTrait>(
    connection: &C,
    table: &str,
) -> Result<(), MigrationError> {
    let question = format!(
        "SELECT string_agg(id::text, ' and ' ORDER BY id) AS ids FROM {table} GROUP BY email_key \
         HAVING count(*) > 1 ORDER BY 1 LIMIT 5"
    );
    let rows = read(connection, &question).await?;
    let same: Vec<String> = rows.iter().map(|row| row.try_get("", "ids")).collect::<Result<_, _>>()?;
    if same.is_empty() {
        return Ok(());
    }
    refuse(format!(
        "These accounts have the same e-mail address, in different cases: {}. Change or remove all but one of \
         each, and try again.",
        same.join("; ")
    ))
}
