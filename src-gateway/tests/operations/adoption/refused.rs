//! What cannot be right stops it with a sentence, and nothing has happened.

use super::{describe, found_report_clinic, migrate};
use crate::postgres::SharedDatabase;

/// Changes a clinic of the report in this way, and looks that it is not adopted for that reason.
fn assert_refused_after(change: &str, why: &str) {
    let database = found_report_clinic("varchar(36)");
    database.run(change);
    assert_not_adopted(&database, why);
}

fn assert_not_adopted(database: &SharedDatabase, why: &str) {
    let before = describe(database);
    let (_, outcome) = migrate(database);
    let outcome = outcome.assert_refused(why);
    assert!(!outcome.complained.contains('@'), "an address is nobody's business: {outcome:?}");
    assert_eq!(describe(database), before, "{why}");
}

#[test]
fn addresses_that_differ_only_in_case_are_named_by_the_ids_of_their_accounts() {
    assert_refused_after(
        "UPDATE users SET email = 'BEN@Clinic.example' WHERE full_name = 'Cleo Park'",
        "6f1de3a0-3b5c-4f6e-9a52-0c3f5d2e7a02 and 6f1de3a0-3b5c-4f6e-9a52-0c3f5d2e7a03",
    );
}

#[test]
fn ids_that_are_no_uuids_are_refused() {
    assert_refused_after(
        "INSERT INTO users VALUES ('17', 'dana@clinic.example', 'D', 'x', true, false, now())",
        "1 accounts have an id that is no UUID",
    );
    let database = SharedDatabase::create();
    database.run("CREATE TABLE users (id serial PRIMARY KEY, email text, hashed_password text)");
    assert_not_adopted(&database, "The column id of users is of the type integer");
}

#[test]
fn accounts_without_an_address_are_refused() {
    assert_refused_after(
        "UPDATE users SET email = ' ' WHERE NOT is_active",
        "1 accounts have no e-mail address",
    );
}

#[test]
fn a_table_of_something_else_is_refused() {
    let database = SharedDatabase::create();
    database.run("CREATE TABLE users (id uuid PRIMARY KEY, login text)");
    assert_not_adopted(&database, "has no column email, so it is not VoiceAssist's");
}

#[test]
fn somebody_elses_table_of_the_same_name_is_not_touched() {
    assert_refused_after("CREATE TABLE audit_events (note text)", "There is a table audit_events already");
}

#[test]
fn a_column_that_no_default_can_fill_is_named() {
    assert_refused_after(
        "CREATE TYPE ward AS ENUM ('north', 'south');
         ALTER TABLE users ADD COLUMN ward ward NOT NULL DEFAULT 'north';
         ALTER TABLE users ALTER COLUMN ward DROP DEFAULT",
        "The column ward of users must have a value and has no default",
    );
}

#[test]
fn a_rule_that_no_new_account_could_keep_is_found_before_anybody_registers() {
    assert_refused_after(
        "ALTER TABLE users ADD COLUMN badge integer NOT NULL DEFAULT 1 CHECK (badge > 0);
         ALTER TABLE users ALTER COLUMN badge DROP DEFAULT",
        "The table users does not take a new account",
    );
}

#[test]
fn a_view_that_keeps_a_column_from_being_changed_stops_it() {
    assert_refused_after("CREATE VIEW people AS SELECT id FROM users", "used by a view");
}
