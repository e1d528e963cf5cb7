//! The disk is full: what cannot be written is refused with a reason, reads go on, nothing acknowledged is lost,
//! and once there is room everything works again, without a restart.

use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use serde_json::{Value, json};
use voiceassist_test_engines::{Durability, Postgres};

use crate::support::{
    Answer, Clinic, EMAIL, Engine, Gateway, PASSWORD, Pair, Request, SmallDisk, may_mount, report,
    with_own_mounts,
};

/// What the disk holds; the gateway needs a tenth.
const MEBIBYTES: u32 = 12;
/// Writes after which the last bit of room must be gone, and after which they must go on being refused.
const MOST_WRITES: i64 = 3_000;
/// The same for sign-ins, which take long.
const MOST_SIGN_INS: usize = 12;
/// Said where there can be no small disk.
const NOT_FILLED: &str = "the disk was not filled: this system lets root alone mount one";

/// Somebody who works while the disk fills up.
struct Worker<'a> {
    gateway: &'a Gateway,
    pair: Pair,
    /// The account that is edited.
    id: String,
    /// Its acknowledged version.
    version: i64,
}

impl Worker<'_> {
    fn path(&self) -> String {
        format!("/api/users/{}", self.id)
    }

    fn ask(&self, request: Request) -> Answer {
        self.gateway.ask(&request.with_token(&self.pair.access))
    }

    fn edit(&mut self) -> Answer {
        let change = json!({"full_name": format!("Nour Haddad {}", self.version + 1)});
        let request = Request::new("PUT", &self.path()).with_version(self.version).with_json(&change);
        let answer = self.ask(request);
        self.version += i64::from(answer.status == 200);
        answer
    }

    /// Writes until the first refusal, and says how many more were acknowledged.
    fn edit_until_refused(&mut self) -> i64 {
        let before = self.version;
        for _ in 0..MOST_WRITES {
            let answer = self.edit();
            if answer.status != 200 {
                assert_full(&answer);
                return self.version - before;
            }
        }
        panic!("the disk never became full");
    }

    fn assert_readable(&self) {
        for path in ["/api/auth/me", "/api/users", "/api/audit", "/api/auth/sessions", "/ready", "/health"] {
            self.ask(Request::get(path)).expect(200);
        }
        let account: Value = self.ask(Request::get(&self.path())).expect(200);
        assert_eq!(
            account["version"].as_i64(),
            Some(self.version),
            "neither more nor less than acknowledged"
        );
    }

    /// Every write has an event in the audit trail: once that takes none, nothing can be written.
    fn fill_trail(&self) {
        let is_full = (0..MOST_WRITES).any(|_| self.ask(Request::get("/api/users/export")).status != 200);
        assert!(is_full, "the disk never became full");
        // The event of a sign-in is smaller, and may still find room behind the others.
        let is_full = (0..MOST_SIGN_INS).any(|_| self.sign_in().status != 200);
        assert!(is_full, "sign-ins went on finding room");
    }

    fn sign_in(&self) -> Answer {
        let sign_in = json!({"email": EMAIL, "password": PASSWORD});
        self.gateway.ask(&Request::post("/api/auth/login").with_json(&sign_in))
    }

    fn assert_nothing_can_be_written(&mut self, engine: Engine) {
        self.fill_trail();
        assert_full(&self.sign_in());
        if engine == Engine::Sqlite {
            // PostgreSQL writes this over the row's last state but one, which takes no room.
            assert_full(&self.gateway.ask(&self.pair.refresh_request()));
        }
        assert_full(&self.ask(Request::new("DELETE", &self.path())));
        assert_full(&self.ask(Request::get("/api/users/export")));
        let account = json!({"email": "new@clinic.example", "full_name": "New", "password": PASSWORD});
        assert_full(&self.ask(Request::post("/api/users").with_json(&account)));
        for _ in 0..20 {
            assert_full(&self.edit());
        }
    }
}

#[track_caller]
fn assert_full(answer: &Answer) {
    assert_eq!((answer.status, answer.code().as_str()), (507, "storage_full"), "{answer:?}");
}

fn a_full_disk_is_said_and_survived(clinic: &Clinic, disk: &SmallDisk) {
    let gateway = clinic.serve();
    let pair = gateway.sign_in();
    let id = gateway.make_people(&pair.access, "edited", 1).remove(0);
    let mut worker = Worker { gateway: &gateway, pair, id, version: 1 };
    let mut squeezed_in = 0;
    // The second time, what was left over from the first is dealt with, too.
    for _ in 0..2 {
        assert_eq!(worker.edit().status, 200);
        disk.fill();
        squeezed_in += worker.edit_until_refused();
        worker.assert_readable();
        worker.assert_nothing_can_be_written(clinic.engine());
        worker.assert_readable();
        disk.clear();
        for _ in 0..20 {
            assert_eq!(worker.edit().status, 200, "there is room again");
        }
        worker.pair = Pair::of(&gateway.ask(&worker.pair.refresh_request()).expect(200));
        worker.assert_readable();
    }
    let version = worker.version;
    gateway.kill();
    let events = clinic.verify_trail();
    clinic.assert_calm();
    report(
        clinic.engine(),
        &format!(
            "filled the disk twice; writes were refused with 507 (after {squeezed_in} that still fitted in), reads went on, all {version} acknowledged versions are there, the chain of {events} events is whole"
        ),
    );
}

#[test]
fn a_full_disk_refuses_writes_until_there_is_room_on_sqlite() {
    if !may_mount() {
        return report(Engine::Sqlite, NOT_FILLED);
    }
    with_own_mounts("disk_full::a_full_disk_refuses_writes_until_there_is_room_on_sqlite", || {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("disk");
        let disk = SmallDisk::mount(&path, MEBIBYTES);
        let clinic = Clinic::found_in(&path.join("data"));
        a_full_disk_is_said_and_survived(&clinic, &disk);
    });
}

/// Gives a directory of the small disk to whoever runs the server, as a tablespace with a database.
fn make_database_on(server: &Postgres, space: &Path) -> String {
    std::fs::create_dir(space).expect("a directory is made");
    let owner = std::fs::metadata(server.data_directory()).expect("the server has data");
    std::os::unix::fs::chown(space, Some(owner.uid()), Some(owner.gid())).expect("is handed over");
    let place = format!("CREATE TABLESPACE small LOCATION '{}'", space.display());
    server.run_sql("postgres", &place).expect("a tablespace is made");
    let database = "CREATE DATABASE clinic TEMPLATE template0 TABLESPACE small";
    server.run_sql("postgres", database).expect("a database is made");
    server.url("clinic")
}

#[test]
fn a_full_disk_refuses_writes_until_there_is_room_on_postgres() {
    if !may_mount() {
        return report(Engine::Postgres, NOT_FILLED);
    }
    with_own_mounts("disk_full::a_full_disk_refuses_writes_until_there_is_room_on_postgres", || {
        let folder = tempfile::tempdir().expect("a folder");
        // The server may be another user's.
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o711))
            .expect("may be passed through");
        let path = folder.path().join("disk");
        let disk = SmallDisk::mount(&path, MEBIBYTES * 3);
        // What is cleaned up in the background would make room when nobody expects it.
        let server = Postgres::start_with(Durability::None, &["autovacuum=off"]).expect("PostgreSQL");
        let clinic = Clinic::found_on(make_database_on(&server, &path.join("space")));
        a_full_disk_is_said_and_survived(&clinic, &disk);
    });
}
