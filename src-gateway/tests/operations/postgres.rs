//! The same commands where the database is PostgreSQL's.

use voiceassist_test_engines::Postgres;

use crate::support::{Clinic, EMAIL, PASSWORD};

/// A database of the server that all tests share; gone with this value.
pub struct SharedDatabase {
    /// Its URL.
    pub url: String,
}

impl SharedDatabase {
    /// An empty one.
    pub fn create() -> Self {
        let server = Postgres::shared().expect("PostgreSQL runs");
        Self { url: server.create_database().expect("a database is made") }
    }

    /// Runs statements in it, past the gateway.
    pub fn run(&self, sql: &str) -> String {
        let name = self.url.rsplit('/').next().expect("a name");
        Postgres::shared().expect("PostgreSQL runs").run_sql(name, sql).expect("runs").trim().to_owned()
    }
}

impl Drop for SharedDatabase {
    fn drop(&mut self) {
        // A test that fails shall say why it fails, and not this.
        let _ = Postgres::shared().and_then(|server| server.drop_database(&self.url));
    }
}

#[test]
fn a_clinic_is_founded_served_checked_and_let_in_again() {
    let database = SharedDatabase::create();
    let clinic = Clinic::beside(&database.url);
    let migrated = clinic.run(&["migrate"]).assert_done();
    assert!(migrated.said.contains("The database is up to date: PostgreSQL, postgres://"), "{migrated:?}");
    clinic.run(&["migrate"]).assert_done();
    let clinic = Clinic::found_at(clinic);
    let gateway = clinic.serve();
    let token = gateway.sign_in(EMAIL, PASSWORD);
    let (status, ready) = gateway.call("GET", "/ready", "", None);
    let version = ready["details"]["postgres"]["version"].as_str().expect("a version");
    assert!(status == 200 && version.starts_with("PostgreSQL 1"), "{ready}");

    let checked = clinic.run(&["audit", "verify"]).assert_done();
    assert!(checked.said.contains("intact: 2 events"), "{checked:?}");
    let recovered = clinic.run(&["recover-admin", "--email", EMAIL]).assert_done();
    assert_eq!(recovered.after("Sessions ended: "), "1");
    assert_eq!(gateway.call("GET", "/api/auth/me", &token, None).0, 401);
    gateway.sign_in(EMAIL, &recovered.after("One-time password: "));
    clinic.run(&["audit", "verify", "--expect", &checked.after("anchor ")]).assert_done();

    database.run("UPDATE audit_events SET address = '192.0.2.1' WHERE sequence = 2");
    clinic.run(&["audit", "verify"]).assert_refused("Event 2 is not what was written.");
}

#[test]
fn a_backup_is_pg_dumps_and_nothing_is_made() {
    let database = SharedDatabase::create();
    let clinic = Clinic::found_at(Clinic::beside(&database.url));
    let to = clinic.path("copy");
    let refused = clinic.run(&["backup", "--to", to.to_str().expect("a path")]);
    refused.assert_refused("pg_dump --format=custom");
    assert!(!to.exists());
}

#[test]
fn the_password_of_a_server_that_is_not_there_is_in_no_sentence() {
    let clinic = Clinic::beside("postgres://ana:hunter2@127.0.0.1:1/clinic");
    for arguments in [&["migrate"][..], &["audit", "verify"], &["serve", "--listen", "127.0.0.1:0"]] {
        let refused = clinic.run(arguments);
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(!format!("{refused:?}").contains("hunter2"), "{refused:?}");
    }
}
