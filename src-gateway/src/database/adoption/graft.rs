//! Joining this version's tables, which were made beside, to the table of accounts that was there.

use sea_orm::{ConnectionTrait, DbErr};

use super::catalog::{Column, Table, read, run};
use super::types::{is_in_the_way, is_shared, other_name};
use super::{MigrationError, SCRATCH};

/// Adds the columns that are missing, without values yet.
///
/// # Errors
/// If PostgreSQL refuses.
pub(super) async fn add_columns<C: ConnectionTrait>(
    connection: &C,
    before: &Table,
    new: &Table,
) -> Result<(), DbErr> {
    for column in &new.columns {
        if before.column(&column.name).is_some_and(is_shared) {
            continue;
        }
        let Column { quoted, kind, .. } = column;
        let collation = if column.is_bytewise { r#" COLLATE "C""# } else { "" };
        let default = column.default.as_ref().map(|value| format!(" DEFAULT {value}")).unwrap_or_default();
        let add = format!("ALTER TABLE {} ADD COLUMN {quoted} {kind}{collation}{default}", before.name);
        run(connection, &add).await?;
    }
    Ok(())
}

/// Makes columns required that this version requires, now that they have values.
///
/// # Errors
/// If one has none, which is a mistake here.
pub(super) async fn require_values<C: ConnectionTrait>(
    connection: &C,
    people: &str,
    new: &Table,
) -> Result<(), DbErr> {
    for column in new.columns.iter().filter(|column| column.is_required) {
        run(connection, &format!("ALTER TABLE {people} ALTER COLUMN {} SET NOT NULL", column.quoted)).await?;
    }
    Ok(())
}

/// Makes the indexes of accounts, turns what refers to accounts over to them, and moves the other tables to
/// `schema`.
///
/// # Errors
/// If PostgreSQL refuses.
pub(super) async fn move_tables<C: ConnectionTrait>(connection: &C, schema: &str) -> Result<(), DbErr> {
    let (from, to) = (format!("{SCRATCH}.users"), format!("{schema}.users"));
    let indexes = format!(
        "SELECT pg_get_indexdef(indexrelid) AS definition FROM pg_index
          WHERE indrelid = '{from}'::regclass AND NOT indisprimary"
    );
    for row in read(connection, &indexes).await? {
        let definition: String = row.try_get("", "definition")?;
        run(connection, &definition.replace(&format!(" ON {from} "), &format!(" ON {to} "))).await?;
    }

    let references = format!(
        "SELECT conrelid::regclass::text AS table_name, quote_ident(conname) AS name,
                pg_get_constraintdef(oid) AS definition
           FROM pg_constraint WHERE contype = 'f' AND confrelid = '{from}'::regclass"
    );
    for row in read(connection, &references).await? {
        let (table, name): (String, String) = (row.try_get("", "table_name")?, row.try_get("", "name")?);
        let definition: String = row.try_get("", "definition")?;
        let definition = definition.replace(&format!("REFERENCES {from}("), &format!("REFERENCES {to}("));
        let turn = format!(
            "ALTER TABLE {table} DROP CONSTRAINT {name}; ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"
        );
        run(connection, &turn).await?;
    }

    run(connection, &format!("DROP TABLE {from}")).await?;
    let tables = format!(
        "SELECT oid::regclass::text AS name FROM pg_class
          WHERE relkind = 'r' AND relnamespace = '{SCRATCH}'::regnamespace"
    );
    for row in read(connection, &tables).await? {
        let name: String = row.try_get("", "name")?;
        run(connection, &format!("ALTER TABLE {name} SET SCHEMA {schema}")).await?;
    }
    // Without CASCADE: what is still there was forgotten, and must not go.
    run(connection, &format!("DROP SCHEMA {SCRATCH}")).await
}

/// Columns of the other gateway that must have a value get one for new accounts, and are named.
///
/// # Errors
/// A sentence, if nothing can be said for all new accounts.
pub(super) async fn give_defaults<C: ConnectionTrait>(
    connection: &C,
    before: &Table,
    new: &Table,
) -> Result<Vec<String>, MigrationError> {
    let mut given = Vec::new();
    let wanting = before.columns.iter().filter(|column| column.is_required && column.default.is_none());
    for column in wanting.filter(|column| !is_shared(column)) {
        let Some(default) = find_default(column) else {
            return Err(MigrationError::Refused(format!(
                "The column {} of users must have a value and has no default, so no account could be added. Give \
                 it one (ALTER TABLE users ALTER COLUMN {} SET DEFAULT …), or let it be empty (… DROP NOT NULL), \
                 and try again.",
                column.name, column.quoted
            )));
        };
        let is_set_aside = is_in_the_way(column, new);
        let quoted = if is_set_aside { other_name(&column.name) } else { column.quoted.clone() };
        let alter = format!("ALTER TABLE {} ALTER COLUMN {quoted} SET DEFAULT {default}", before.name);
        run(connection, &alter).await?;
        given.push(column.name.clone());
    }
    Ok(given)
}

/// What says the least: no, nothing, empty, now. Where each value may be there once, only what is random.
fn find_default(column: &Column) -> Option<&'static str> {
    let kind = column.kind.as_str();
    match kind {
        "uuid" => return Some("gen_random_uuid()"),
        "text" | "character varying" if column.is_unique => return Some("gen_random_uuid()::text"),
        _ if column.is_unique => return None,
        _ => {}
    }
    match kind {
        "boolean" => Some("false"),
        "smallint" | "integer" | "bigint" | "real" | "double precision" => Some("0"),
        "json" | "jsonb" => Some("'{}'"),
        "date" => Some("now()"),
        _ if kind.ends_with("[]") => Some("'{}'"),
        _ if kind.starts_with("numeric") => Some("0"),
        _ if kind.starts_with("timestamp") => Some("now()"),
        _ if column.is_text() => Some("''"),
        _ => None,
    }
}
