//! What PostgreSQL's catalogue says of a table.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, TryGetable};

/// Runs one or several statements.
///
/// # Errors
/// If the database fails.
pub(super) async fn run<C: ConnectionTrait>(connection: &C, sql: &str) -> Result<(), DbErr> {
    connection.execute_unprepared(sql).await.map(|_| ())
}

/// The rows of a question.
///
/// # Errors
/// If the database fails.
pub(super) async fn read<C: ConnectionTrait>(connection: &C, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
    connection.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await
}

/// The one value that answers a question.
///
/// # Errors
/// If the database fails, or answers nothing.
pub(super) async fn read_one<T: TryGetable, C: ConnectionTrait>(
    connection: &C,
    sql: &str,
) -> Result<T, DbErr> {
    let rows = read(connection, sql).await?;
    rows.first().ok_or_else(|| DbErr::RecordNotFound("an answer".to_owned()))?.try_get_by_index(0)
}

/// How many rows answer a question that counts.
///
/// # Errors
/// If the database fails.
pub(super) async fn count<C: ConnectionTrait>(connection: &C, sql: &str) -> Result<u64, DbErr> {
    read_one::<i64, C>(connection, sql).await.map(|count| u64::try_from(count).unwrap_or(0))
}

/// A table.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// Its name with its schema, quoted where that is needed.
    pub(super) name: String,
    /// Its columns, in their order.
    pub(super) columns: Vec<Column>,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// Its name.
    pub(super) name: String,
    /// Its name, quoted where that is needed.
    pub(super) quoted: String,
    /// Its type as PostgreSQL writes it.
    pub(super) kind: String,
    /// Whether it must have a value.
    pub(super) is_required: bool,
    /// What it is without one; also where the server makes it.
    pub(super) default: Option<String>,
    /// Whether it is compared byte by byte.
    pub(super) is_bytewise: bool,
    /// Whether a value may be there once only.
    pub(super) is_unique: bool,
}

const COLUMNS: &str = "SELECT a.attname::text AS name, quote_ident(a.attname) AS quoted,
       format_type(a.atttypid, a.atttypmod) AS kind, a.attnotnull AS is_required,
       CASE WHEN a.attidentity <> '' THEN 'identity' ELSE pg_get_expr(d.adbin, d.adrelid) END AS default_value,
       coalesce(c.collname = 'C', false) AS is_bytewise,
       EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique
               AND a.attnum = ANY (i.indkey)) AS is_unique
  FROM pg_attribute a
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN pg_collation c ON c.oid = a.attcollation
 WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid = ";

impl Table {
    /// Reads what there is about it.
    ///
    /// # Errors
    /// If the database fails, or there is no such table.
    pub(super) async fn read<C: ConnectionTrait>(connection: &C, name: &str) -> Result<Self, DbErr> {
        let rows = read(connection, &format!("{COLUMNS}'{name}'::regclass ORDER BY a.attnum")).await?;
        let column = |row: &QueryResult| -> Result<Column, DbErr> {
            Ok(Column {
                name: row.try_get("", "name")?,
                quoted: row.try_get("", "quoted")?,
                kind: row.try_get("", "kind")?,
                is_required: row.try_get("", "is_required")?,
                default: row.try_get("", "default_value")?,
                is_bytewise: row.try_get("", "is_bytewise")?,
                is_unique: row.try_get("", "is_unique")?,
            })
        };
        let columns = rows.iter().map(column).collect::<Result<_, _>>()?;
        Ok(Self { name: name.to_owned(), columns })
    }

    /// The column of this name.
    pub(super) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Whether it has a column of this name and type.
    pub(super) fn has(&self, name: &str, kind: &str) -> bool {
        self.column(name).is_some_and(|column| column.kind == kind)
    }
}

impl Column {
    /// Whether it holds text of whatever length.
    pub(super) fn is_text(&self) -> bool {
        self.kind == "text" || self.kind.starts_with("character")
    }

    /// Whether it holds a time without a zone.
    pub(super) fn is_naive_time(&self) -> bool {
        self.kind.starts_with("timestamp") && self.kind.ends_with("without time zone")
    }

    /// Whether it holds a moment.
    pub(super) fn is_moment(&self) -> bool {
        self.kind.starts_with("timestamp") && self.kind.ends_with("with time zone")
    }
}
