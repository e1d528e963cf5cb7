//! A page whose accounts the database writes as they go over the wire.
//!
//! Taking a hundred rows of twenty values out of the database, value by value, only to write them down again, is
//! most of what a page costs. Here the database gives one text. Tests hold it against [`Account`], byte for byte.
//!
//! [`Account`]: voiceassist_contract::accounts::Account

use chrono::DateTime;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QuerySelect, QueryTrait, Select};
use voiceassist_contract::Id;
use voiceassist_contract::accounts::SortKey;

use crate::tables::users::Entity;
use crate::users::list::cursor::{Cursor, Position};
use crate::users::list::request::ListRequest;
use crate::users::list::rows::PageRows;

/// At most so many bytes longer than its line an account is, because ids get their dashes here.
const HEAD_BYTES: usize = 16;

/// The accounts of a page.
#[derive(Debug)]
pub struct ListedAccounts {
    /// A line each, with tabs: the value that the list is sorted by as JSON, the id in any spelling, and what
    /// follows the id in the account as JSON.
    lines: String,
    number: usize,
}

impl PageRows for ListedAccounts {
    async fn read<C: ConnectionTrait>(
        connection: &C,
        request: &ListRequest,
        select: Select<Entity>,
    ) -> Result<Self, DbErr> {
        let words = Words::of(connection.get_database_backend());
        let line = concat_line(&words, request.sort);
        let page = select.select_only().expr_as(Expr::cust(line), "line").into_query();
        let text = Query::select().expr(Expr::cust(words.join_lines)).from_subquery(page, "page").take();
        let row = connection.query_one(&text).await?;
        let lines: Option<String> = row.map(|row| row.try_get_by_index(0)).transpose()?.flatten();
        let lines = lines.unwrap_or_default();
        // JSON has no line breaks of its own.
        let number =
            if lines.is_empty() { 0 } else { 1 + lines.bytes().filter(|byte| *byte == b'\n').count() };
        Ok(Self { lines, number })
    }

    fn number(&self) -> usize {
        self.number
    }
}

impl ListedAccounts {
    /// The accounts up to `limit` as the elements of a JSON array, and where to go on if there are more.
    ///
    /// # Errors
    /// If the database has written something else.
    pub fn into_items(self, sort: SortKey, limit: usize) -> Result<(String, Option<Cursor>), DbErr> {
        let mut items = String::with_capacity(self.lines.len() + self.number * HEAD_BYTES);
        let mut last = None;
        for line in self.lines.split('\n').take(self.number.min(limit)) {
            let (position, account) = line.split_once('\t').ok_or_else(unreadable)?;
            let (id, rest) = account.split_once('\t').ok_or_else(unreadable)?;
            let id = Id::try_parse(id).map_err(|_| unreadable())?;
            items.push_str(if items.is_empty() { "{\"id\":\"" } else { ",{\"id\":\"" });
            items.push_str(id.hyphenated().encode_lower(&mut Id::encode_buffer()));
            items.push('"');
            items.push_str(rest);
            last = Some((position, id));
        }
        let more = last.filter(|_| self.number > limit);
        let next = more.map(|(position, id)| read_cursor(sort, position, id)).transpose()?;
        Ok((items, next))
    }
}

fn read_cursor(sort: SortKey, position: &str, id: Id) -> Result<Cursor, DbErr> {
    let position: Position = serde_json::from_str(position).map_err(|_| unreadable())?;
    let position = match (sort, position) {
        (SortKey::CreatedAt, Position::Text(time)) => {
            let time = DateTime::parse_from_rfc3339(&time).map_err(|_| unreadable())?;
            Position::Moment(time.timestamp_millis())
        }
        (_, position) => position,
    };
    Ok(Cursor { position, id })
}

fn unreadable() -> DbErr {
    DbErr::Custom("a list is not what was asked for".to_owned())
}

/// What the databases say in different words.
struct Words {
    join_lines: &'static str,
    id: &'static str,
    /// A text as JSON.
    quote: fn(&str) -> String,
    /// A time as RFC 3339 in UTC, without quotes; nothing for none.
    time: fn(&str) -> String,
}

impl Words {
    fn of(backend: DbBackend) -> Self {
        match backend {
            DbBackend::Sqlite => Self {
                join_lines: "group_concat(line, char(10))",
                id: "hex(id)",
                quote: |column| format!("json_quote({column})"),
                time: |column| format!("replace({column}, '+00:00', 'Z')"),
            },
            _ => Self {
                join_lines: "string_agg(line, chr(10))",
                id: "id",
                quote: |column| format!("to_json({column})"),
                time: |column| {
                    let format = r#"YYYY-MM-DD"T"HH24:MI:SS.MS"Z""#;
                    format!("replace(to_char({column} AT TIME ZONE 'UTC', '{format}'), '.000Z', 'Z')")
                },
            },
        }
    }
}

/// The expression of an account's line.
fn concat_line(words: &Words, sort: SortKey) -> String {
    let Words { id, quote, time, .. } = words;
    let truth = |condition: &str| format!("CASE WHEN {condition} THEN 'true' ELSE 'false' END");
    let or_null = |column: &str| {
        format!("CASE WHEN {column} IS NULL THEN 'null' ELSE concat('\"', {}, '\"') END", time(column))
    };
    let position = match sort {
        SortKey::FullName => quote("name_key"),
        SortKey::Email => quote("email_key"),
        SortKey::Role => quote("role"),
        SortKey::Status => truth("is_active"),
        SortKey::LastLogin => "last_login_key".to_owned(),
        SortKey::CreatedAt => or_null("created_at"),
    };
    let lock = format!(
        "CASE WHEN failed_sign_ins > 0 AND last_failure_at IS NOT NULL THEN concat('{{\"failures\":', \
         failed_sign_ins, ',\"last_failure_at\":', {}, ',\"last_failure_address\":', {}, ',\"until\":', {}, '}}') \
         ELSE 'null' END",
        or_null("last_failure_at"),
        quote("coalesce(last_failure_address, '')"),
        or_null("locked_until"),
    );
    let fields = [
        ("email", quote("email")),
        ("full_name", quote("full_name")),
        ("role", r#"CASE WHEN role = 'admin' THEN '"admin"' ELSE '"user"' END"#.to_owned()),
        ("is_active", truth("is_active")),
        ("is_admin", truth("role = 'admin'")),
        ("must_change_password", truth("must_change_password")),
        ("mfa_enabled", truth("mfa_enabled")),
        ("created_at", or_null("created_at")),
        ("updated_at", or_null("updated_at")),
        ("last_login", or_null("last_login")),
        ("version", "version".to_owned()),
        ("lock", lock),
    ];
    let fields: Vec<String> =
        fields.into_iter().map(|(name, value)| format!("',\"{name}\":', {value}")).collect();
    format!("concat({position}, '\t', {id}, '\t', {}, '}}')", fields.join(", "))
}

#[cfg(test)]
mod tests;
