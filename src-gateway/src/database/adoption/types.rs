//! The columns that both gateways have, as this one has them.

use sea_orm::{ConnectionTrait, DbErr, QueryResult};

use super::catalog::{Column, Table, read, run};

/// Columns that mean the same to both, if they are there.
const SHARED: [&str; 9] = [
    "id",
    "email",
    "full_name",
    "hashed_password",
    "is_active",
    "created_at",
    "updated_at",
    "last_login",
    "must_change_password",
];

/// Gives shared columns this gateway's types.
///
/// # Errors
/// If PostgreSQL refuses, for example because a view shows a column.
pub(super) async fn convert<C: ConnectionTrait>(connection: &C, table: &Table) -> Result<(), DbErr> {
    let name = &table.name;
    if !table.has("id", "uuid") {
        convert_ids(connection, name).await?;
    }
    for column in &table.columns {
        let quoted = &column.quoted;
        let alter = format!("ALTER TABLE {name} ALTER COLUMN {quoted}");
        match column.name.as_str() {
            "email" | "full_name" | "hashed_password" if column.kind != "text" => {
                run(connection, &format!("{alter} TYPE text")).await?;
            }
            "created_at" | "updated_at" | "last_login" if column.is_naive_time() => {
                // Its default is a time without a zone; without it, whoever else writes goes on having one.
                run(connection, &format!("{alter} DROP DEFAULT")).await?;
                let utc = format!("{alter} TYPE timestamp with time zone USING {quoted} AT TIME ZONE 'UTC'");
                run(connection, &utc).await?;
                if column.default.is_some() {
                    run(connection, &format!("{alter} SET DEFAULT now()")).await?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Makes UUIDs of the ids, and of everything that refers to them.
async fn convert_ids<C: ConnectionTrait>(connection: &C, table: &str) -> Result<(), DbErr> {
    let references = read_references(connection, table).await?;
    for reference in &references {
        let Reference { from, name, .. } = reference;
        run(connection, &format!("ALTER TABLE {from} DROP CONSTRAINT {name}")).await?;
    }
    let mut columns = vec![(table.to_owned(), "id".to_owned())];
    for reference in &references {
        let column = (reference.from.clone(), reference.column.clone());
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    for (table, column) in columns {
        let alter = format!("ALTER TABLE {table} ALTER COLUMN {column}");
        run(connection, &format!("{alter} DROP DEFAULT")).await?;
        run(connection, &format!("{alter} TYPE uuid USING {column}::text::uuid")).await?;
    }
    for Reference { from, name, definition, .. } in &references {
        run(connection, &format!("ALTER TABLE {from} ADD CONSTRAINT {name} {definition}")).await?;
    }
    Ok(())
}

/// A column that refers to accounts.
struct Reference {
    from: String,
    column: String,
    name: String,
    definition: String,
}

async fn read_references<C: ConnectionTrait>(connection: &C, table: &str) -> Result<Vec<Reference>, DbErr> {
    let question = format!(
        "SELECT c.conrelid::regclass::text AS from_table, quote_ident(a.attname) AS column_name,
                quote_ident(c.conname) AS name, pg_get_constraintdef(c.oid) AS definition
           FROM pg_constraint c
           JOIN pg_attribute i ON i.attrelid = c.confrelid AND i.attname = 'id'
           JOIN LATERAL unnest(c.conkey, c.confkey) AS k (from_column, to_column) ON k.to_column = i.attnum
           JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.from_column
          WHERE c.contype = 'f' AND c.conparentid = 0 AND c.confrelid = '{table}'::regclass"
    );
    let reference = |row: &QueryResult| -> Result<Reference, DbErr> {
        Ok(Reference {
            from: row.try_get("", "from_table")?,
            column: row.try_get("", "column_name")?,
            name: row.try_get("", "name")?,
            definition: row.try_get("", "definition")?,
        })
    };
    read(connection, &question).await?.iter().map(reference).collect()
}

/// Gives columns another name that have one of this gateway's with another meaning, and says which.
///
/// # Errors
/// If PostgreSQL refuses.
pub(super) async fn set_aside<C: ConnectionTrait>(
    connection: &C,
    before: &Table,
    new: &Table,
) -> Result<Vec<String>, DbErr> {
    let mut moved = Vec::new();
    for column in before.columns.iter().filter(|column| is_in_the_way(column, new)) {
        let (quoted, other) = (&column.quoted, other_name(&column.name));
        run(connection, &format!("ALTER TABLE {} RENAME COLUMN {quoted} TO {other}", before.name)).await?;
        moved.push(column.name.clone());
    }
    Ok(moved)
}

/// The name of a column that was set aside. Only names of this gateway's columns are, which need no quotes.
pub(super) fn other_name(name: &str) -> String {
    format!("old_{name}")
}

/// Whether a column has the name of one of this gateway's, and another meaning.
pub(super) fn is_in_the_way(column: &Column, new: &Table) -> bool {
    new.column(&column.name).is_some() && !is_shared(column)
}

/// Whether a column means the same to this gateway.
pub(super) fn is_shared(column: &Column) -> bool {
    match column.name.as_str() {
        "must_change_password" => column.kind == "boolean",
        name => SHARED.contains(&name),
    }
}
