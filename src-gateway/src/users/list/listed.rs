//! A page whose accounts go from the database to the wire as text.
//!
//! Taking a hundred rows of twenty values out of the database, value by value, only to write them down again, is
//! most of what a page costs, and having the database write JSON costs as much. Here it only puts the values one
//! after the other (PostgreSQL when the account is written, for all readers), and they are written down from there.
//! Tests hold it against [`Account`], byte for byte.
//!
//! [`Account`]: voiceassist_contract::accounts::Account

mod times;
mod words;

use sea_orm::sea_query::Expr;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QuerySelect, QueryTrait, Select};
use voiceassist_contract::Id;
use voiceassist_contract::accounts::{Role, SortKey};

use crate::tables::users::Entity;
use crate::users::list::counts::EVERYBODY;
use crate::users::list::cursor::{Cursor, Position};
use crate::users::list::request::ListRequest;
use crate::users::list::rows::PageRows;
use times::{parse_time, push_time};
use words::{ACTIVE, MFA_ENABLED, MUST_CHANGE_PASSWORD, Reader};

/// What JSON adds to an account's values, in bytes; roughly, to make room at once.
const BYTES_OF_JSON: usize = 280;

/// All lines as one text, in the words of either database.
const JOINED_LINES: &str = "string_agg(line, '')";

/// The accounts of a page.
#[derive(Debug)]
pub struct ListedAccounts {
    /// Each account's values, as [`concat_line`] puts them.
    values: String,
    number: usize,
    everybody: Option<u64>,
}

impl PageRows for ListedAccounts {
    async fn read<C: ConnectionTrait>(
        connection: &C,
        request: &ListRequest,
        select: Select<Entity>,
    ) -> Result<Self, DbErr> {
        let backend = connection.get_database_backend();
        let line = Expr::cust(concat_line(backend, request.sort));
        // PostgreSQL plans a statement anew each time, which takes longer than a short page, unless it reads in the
        // statement's own text how much of the order is wanted.
        let page = select.limit(None).select_only().expr_as(line, "line").into_query();
        let mut statement = backend.build(&page);
        let everybody = if request.wants_everybody_counted() { EVERYBODY } else { "NULL" };
        statement.sql = format!(
            "SELECT {JOINED_LINES}, COUNT(*), {everybody} FROM ({} LIMIT {}) AS page",
            statement.sql,
            request.limit + 1
        );
        let Some(row) = connection.query_one_raw(statement).await? else { return Err(unreadable()) };
        let values: Option<String> = row.try_get_by_index(0)?;
        let (number, everybody): (i64, Option<i64>) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        Ok(Self {
            values: values.unwrap_or_default(),
            number: usize::try_from(number).unwrap_or(0),
            everybody: everybody.and_then(|number| u64::try_from(number).ok()),
        })
    }

    fn number(&self) -> usize {
        self.number
    }
}

impl ListedAccounts {
    /// How many accounts there are at all, of the same moment as the page, if the request wanted that counted.
    pub fn everybody(&self) -> Option<u64> {
        self.everybody
    }

    /// The accounts up to `limit` as the elements of a JSON array, and where to go on if there are more.
    ///
    /// # Errors
    /// If the database has put together something else.
    pub fn into_items(self, sort: SortKey, limit: usize) -> Result<(String, Option<Cursor>), DbErr> {
        let shown = self.number.min(limit);
        let mut items = String::with_capacity(self.values.len() + shown * BYTES_OF_JSON);
        let mut reader = Reader::new(&self.values);
        let mut next = None;
        for place in 1..=shown {
            if place > 1 {
                items.push(',');
            }
            let is_followed = place == limit && self.number > limit;
            let end = write_account(&mut reader, sort, &mut items).ok_or_else(unreadable)?;
            if is_followed {
                next = Some(read_cursor(end, sort).ok_or_else(unreadable)?);
            }
        }
        Ok((items, next))
    }
}

fn unreadable() -> DbErr {
    DbErr::Custom("a list is not what was asked for".to_owned())
}

/// The expression that gives what an account is sorted by, and then its values one after the other, as
/// [`write_account`] takes them.
fn concat_line(backend: DbBackend, sort: SortKey) -> String {
    let position = match sort {
        SortKey::FullName => text("name_key"),
        SortKey::Email => text("email_key"),
        SortKey::Role => text("role"),
        SortKey::Status => value(&flag("is_active", ACTIVE)),
        SortKey::LastLogin => value("last_login_key"),
        SortKey::CreatedAt => value("created_at"),
    };
    match backend {
        DbBackend::Sqlite => format!("concat({position}, {})", concat_values()),
        _ => format!("concat({position}, listed_values)"),
    }
}

/// The values, for SQLite. On PostgreSQL they stand in the row, and the step `000060_listed_accounts` says the same in
/// its words.
fn concat_values() -> String {
    let flags = [
        flag("is_active", ACTIVE),
        flag("must_change_password", MUST_CHANGE_PASSWORD),
        flag("mfa_enabled", MFA_ENABLED),
    ];
    let last_failure =
        [value("last_failure_at"), text("coalesce(last_failure_address, '')"), value("locked_until")];
    let values = [
        value("hex(id)"),
        text("email"),
        text("full_name"),
        text("role"),
        value(&flags.join(" + ")),
        value("created_at"),
        value("updated_at"),
        value("last_login"),
        value("version"),
        value("CASE WHEN failed_sign_ins > 0 THEN failed_sign_ins ELSE 0 END"),
        format!("CASE WHEN failed_sign_ins > 0 THEN concat({}) ELSE '' END", last_failure.join(", ")),
    ];
    values.join(", ")
}

fn text(column: &str) -> String {
    format!("octet_length({column}), ':', {column}")
}

fn value(expression: &str) -> String {
    format!("{expression}, ','")
}

fn flag(column: &str, flag: i64) -> String {
    format!("CASE WHEN {column} THEN {flag} ELSE 0 END")
}

/// What an account's cursor is made of.
struct End<'t> {
    position: &'t str,
    id: Id,
}

fn read_cursor(end: End<'_>, sort: SortKey) -> Option<Cursor> {
    let End { position, id } = end;
    let position = match sort {
        SortKey::FullName | SortKey::Email | SortKey::Role => Position::Text(position.to_owned()),
        SortKey::Status => Position::Flag(position == "1"),
        SortKey::LastLogin => Position::Moment(position.parse().ok()?),
        SortKey::CreatedAt => Position::Moment(parse_time(position)?.timestamp_millis()),
    };
    Some(Cursor { position, id })
}

/// Writes the account whose values come next as JSON; nothing if they are none.
fn write_account<'t>(reader: &mut Reader<'t>, sort: SortKey, json: &mut String) -> Option<End<'t>> {
    let position = match sort {
        SortKey::FullName | SortKey::Email | SortKey::Role => reader.text()?,
        SortKey::Status | SortKey::LastLogin | SortKey::CreatedAt => reader.value()?,
    };
    let id = Id::try_parse(reader.value()?).ok()?;
    json.push_str("{\"id\":\"");
    json.push_str(id.hyphenated().encode_lower(&mut Id::encode_buffer()));
    json.push_str("\",\"email\":");
    push_text(json, reader.text()?)?;
    json.push_str(",\"full_name\":");
    push_text(json, reader.text()?)?;
    let is_admin = reader.text()? == Role::Admin.as_str();
    json.push_str(if is_admin { ",\"role\":\"admin\"" } else { ",\"role\":\"user\"" });
    let flags = reader.number()?;
    let truths = [
        (",\"is_active\":", flags & ACTIVE != 0),
        (",\"is_admin\":", is_admin),
        (",\"must_change_password\":", flags & MUST_CHANGE_PASSWORD != 0),
        (",\"mfa_enabled\":", flags & MFA_ENABLED != 0),
    ];
    for (name, is_so) in truths {
        json.push_str(name);
        json.push_str(if is_so { "true" } else { "false" });
    }
    for name in [",\"created_at\":", ",\"updated_at\":", ",\"last_login\":"] {
        json.push_str(name);
        push_time(json, reader.value()?)?;
    }
    json.push_str(",\"version\":");
    json.push_str(&reader.number()?.to_string());
    json.push_str(",\"lock\":");
    write_lock(reader, json)?;
    json.push('}');
    Some(End { position, id })
}

fn write_lock(reader: &mut Reader<'_>, json: &mut String) -> Option<()> {
    let failures = reader.digits()?;
    if failures == "0" {
        json.push_str("null");
        return Some(());
    }
    let (last_failure, address, until) = (reader.value()?, reader.text()?, reader.value()?);
    if last_failure.is_empty() {
        json.push_str("null");
        return Some(());
    }
    json.push_str("{\"failures\":");
    json.push_str(failures);
    json.push_str(",\"last_failure_at\":");
    push_time(json, last_failure)?;
    json.push_str(",\"last_failure_address\":");
    push_text(json, address)?;
    json.push_str(",\"until\":");
    push_time(json, until)?;
    json.push('}');
    Some(())
}

fn push_text(json: &mut String, text: &str) -> Option<()> {
    let needs_no_escape = |byte: u8| byte >= 0x20 && byte != b'"' && byte != b'\\';
    if text.bytes().all(needs_no_escape) {
        json.push('"');
        json.push_str(text);
        json.push('"');
    } else {
        json.push_str(&serde_json::to_string(text).ok()?);
    }
    Some(())
}

#[cfg(test)]
mod tests;
