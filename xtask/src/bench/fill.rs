//! Fills a database with invented people, past the gateway: through its door a million would take days of bcrypt.

use std::io::Write;
use std::path::Path;

use anyhow::{Result, ensure};
use serde_json::json;

use super::Engine;
use super::client::{Connection, Request};
use super::engine::Storage;
use super::gateway::{Gateway, bare_command};
use super::people::{COLUMNS, Row};
use crate::password::invent_password;
use crate::processes;
use crate::run::administrator::Creation;

/// Rows of one statement.
const ROWS: usize = 500;
/// How many people sign in without pause.
pub(super) const SIGNING_IN: usize = 8;
const ADMINISTRATOR: &str = "bench@clinic.example";

/// Row by row, what is kept for searching takes ten times as long as all at once, as it is made where a large
/// database is brought up. In the end all of it is on the disk: PostgreSQL would go on writing for minutes, beside what
/// is measured.
const POSTGRES_BEFORE: &str = "
SELECT indexdef AS letters FROM pg_indexes WHERE indexname = 'account_letters' \\gset
SELECT indexdef AS names FROM pg_indexes WHERE indexname = 'account_search_by_name' \\gset
DROP INDEX account_letters, account_search_by_name;
ALTER TABLE users DISABLE TRIGGER USER;";
const POSTGRES_AFTER: &str = "
ALTER TABLE users ENABLE TRIGGER USER;
SET maintenance_work_mem = '512MB';
INSERT INTO account_search (account_id, flags, name_key, search_key)
SELECT id, account_flags(is_active, role, last_login_key, must_change_password), name_key, search_key
FROM users ON CONFLICT DO NOTHING;
DELETE FROM account_counts;
INSERT INTO account_counts (flags, accounts) SELECT flags, COUNT(*) FROM account_search GROUP BY flags;
:names;
:letters;
VACUUM (ANALYZE);
CHECKPOINT;";

/// What `deploy/postgresql.md` has an administrator do at a quiet hour.
const POSTGRES_ORDER: &str = "
SET maintenance_work_mem = '512MB';
CLUSTER account_search USING account_search_by_name;
VACUUM (ANALYZE) account_search;
CHECKPOINT;";

/// Who can sign in.
#[derive(Clone, Debug)]
pub(super) struct People {
    /// An administrator's address and password.
    pub(super) administrator: (String, String),
    /// The addresses and passwords of people who sign in without pause.
    pub(super) signing_in: Vec<(String, String)>,
    /// How many other accounts there are.
    pub(super) others: usize,
}

/// Makes the tables, an administrator, some people with passwords, and so many without.
pub(super) fn fill(program: &Path, storage: &Storage, accounts: usize) -> Result<People> {
    let administrator = (ADMINISTRATOR.to_owned(), invent_password());
    let (email, password) = &administrator;
    Creation::start(bare_command(program, storage), email, "Bench Marker", password)?.finish()?;
    storage.run_sql(|sql| write_accounts(sql, storage.engine(), accounts))?;
    let people = People { administrator, signing_in: Vec::new(), others: accounts };
    let mut gateway = Gateway::start(program, storage)?;
    let token = gateway.sign_in(&people.administrator)?;
    let mut line = Connection::open(gateway.address())?;
    let mut signing_in = Vec::new();
    for number in 0..SIGNING_IN {
        let (email, password) = (format!("doctor{number}@clinic.example"), invent_password());
        let body = json!({
            "email": email, "full_name": "Doctor Busy", "password": password, "must_change_password": false,
        });
        let request = Request::post("/api/users", Some(&token), &body.to_string());
        let (status, _) = line.send(&request)?;
        ensure!(status == 201, "an account was refused with {status}");
        signing_in.push((email, password));
    }
    gateway.check_alive()?;
    Ok(People { signing_in, ..people })
}

/// Puts the rows that PostgreSQL searches, which stand in the order of arrival, in the order of names.
pub(super) fn put_in_order(storage: &Storage) -> Result<()> {
    storage.run_sql(|sql| Ok(writeln!(sql, "{POSTGRES_ORDER}")?))
}

fn write_accounts(sql: &mut dyn Write, engine: Engine, accounts: usize) -> Result<()> {
    match engine {
        Engine::Sqlite => writeln!(sql, "PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; BEGIN;")?,
        Engine::Postgres => writeln!(sql, "{POSTGRES_BEFORE}\nCOPY users ({COLUMNS}) FROM STDIN;")?,
    }
    let mut text = String::new();
    for first in (0..accounts).step_by(ROWS) {
        processes::check_interrupted()?;
        text.clear();
        for index in first..accounts.min(first + ROWS) {
            if engine == Engine::Sqlite {
                text.push_str(if index == first { "" } else { ",\n" });
            }
            Row::of(index).push_values(&mut text, engine);
            if engine == Engine::Postgres {
                text.push('\n');
            }
        }
        match engine {
            Engine::Sqlite => writeln!(sql, "INSERT INTO users ({COLUMNS}) VALUES\n{text};")?,
            Engine::Postgres => sql.write_all(text.as_bytes())?,
        }
    }
    match engine {
        Engine::Sqlite => writeln!(sql, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE);")?,
        Engine::Postgres => writeln!(sql, "\\.\n{POSTGRES_AFTER}")?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_account_is_written_once_for_either_engine() -> Result<()> {
        let mut sqlite = Vec::new();
        write_accounts(&mut sqlite, Engine::Sqlite, 1_201)?;
        let sqlite = String::from_utf8(sqlite)?;
        assert_eq!((sqlite.matches("(x'").count(), sqlite.matches("INSERT").count()), (1_201, 3));
        let mut postgres = Vec::new();
        write_accounts(&mut postgres, Engine::Postgres, 1_201)?;
        let copied = String::from_utf8(postgres)?;
        let copied = copied.split_once("STDIN;\n").and_then(|(_, rest)| rest.split_once("\\.\n"));
        assert_eq!(copied.map(|(rows, _)| rows.lines().count()), Some(1_201));
        Ok(())
    }
}
