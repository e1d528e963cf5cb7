//! `voiceassist-gateway migrate` on the database of a Python gateway: the accounts become this gateway's, in place,
//! and nobody's row, column or table is lost.

mod newer;
mod refused;
mod report;

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::postgres::SharedDatabase;
use crate::support::{Clinic, Gateway, PASSWORD};

/// Everybody's old password, as Python's passlib writes it.
static HASH: LazyLock<String> = LazyLock::new(|| bcrypt::hash(PASSWORD, 4).expect("hashes"));

/// The table of the report, with another type of id where that is wanted, and people in it.
fn found_report_clinic(id_type: &str) -> SharedDatabase {
    let database = SharedDatabase::create();
    database.run(&format!(
        "CREATE TABLE users (
             id {id_type} PRIMARY KEY, email varchar(255) NOT NULL, full_name varchar(255) NOT NULL,
             hashed_password varchar(255) NOT NULL, is_active boolean NOT NULL, is_admin boolean NOT NULL,
             created_at timestamp NOT NULL DEFAULT now(), updated_at timestamp, last_login timestamp);
         CREATE UNIQUE INDEX ix_users_email ON users (email);
         CREATE TABLE sessions (
             id {id_type} PRIMARY KEY, user_id {id_type} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
             title text);
         INSERT INTO users VALUES
             ('6f1de3a0-3b5c-4f6e-9a52-0c3f5d2e7a01', 'Ana.Ruiz@clinic.example', 'Ana Ruiz', '{hash}', true, true,
              '2025-11-20 09:30:00.123456', '2025-11-21 10:00:00', '2025-12-01 08:15:30.987654'),
             ('6f1de3a0-3b5c-4f6e-9a52-0c3f5d2e7a02', 'ben@clinic.example', 'Ben Öztürk', '{hash}', true, false,
              '2025-11-20 09:31:00', NULL, NULL),
             ('6f1de3a0-3b5c-4f6e-9a52-0c3f5d2e7a03', 'cleo@clinic.example', 'Cleo Park', '{hash}', false, false,
              '2025-11-20 09:32:00', '2025-11-20 09:32:00', NULL);
         INSERT INTO sessions VALUES
             ('11111111-3b5c-4f6e-9a52-0c3f5d2e7a01', '6f1de3a0-3b5c-4f6e-9a52-0c3f5d2e7a02', 'A conversation');",
        hash = *HASH
    ));
    database
}

/// The accounts as an administrator sees them, by address.
fn list(gateway: &Gateway, token: &str) -> Vec<Value> {
    let (status, page) = gateway.call("GET", "/api/users?sort=email&counts=true", token, None);
    assert_eq!(status, 200, "{page}");
    page["items"].as_array().expect("accounts").clone()
}

fn create(gateway: &Gateway, token: &str, email: &str) -> (u16, Value) {
    let body = json!({"email": email, "full_name": "Dana Wolf"});
    gateway.call("POST", "/api/users", token, Some(body))
}

/// Everything that adoption must leave alone when it is refused.
fn describe(database: &SharedDatabase) -> String {
    database.run(
        "SELECT table_schema, table_name, column_name, data_type, is_nullable, column_default
           FROM information_schema.columns
          WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2, ordinal_position;
         SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint
          WHERE contype IN ('f', 'p', 'u') AND connamespace = 'public'::regnamespace ORDER BY 1, 2;
         SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1;
         SELECT * FROM users ORDER BY 1",
    )
}

fn migrate(database: &SharedDatabase) -> (Clinic, crate::support::Outcome) {
    let clinic = Clinic::beside(&database.url);
    let outcome = clinic.run(&["migrate"]);
    (clinic, outcome)
}
