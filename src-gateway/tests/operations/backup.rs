//! `voiceassist-gateway backup`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::json;

use crate::support::{Clinic, EMAIL, Gateway, PASSWORD};

const WRITERS: usize = 3;

/// Edits an account over and over until it is told to stop.
fn edit(gateway: &Gateway, token: &str, id: &str, stop: &AtomicBool, done: &AtomicUsize) {
    let path = format!("/api/users/{id}");
    let mut version = 1;
    while !stop.load(Ordering::Relaxed) {
        let change = json!({"full_name": format!("Nour Haddad {version}")});
        let (status, body) = gateway.call_version("PUT", &path, token, version, Some(change));
        assert_eq!(status, 200, "{body}");
        version += 1;
        done.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn a_backup_under_write_load_disturbs_no_write_and_holds_all_that_was_acknowledged() {
    let clinic = Clinic::found();
    let gateway = Arc::new(clinic.serve());
    let token = gateway.sign_in(EMAIL, PASSWORD);
    let ids: Vec<String> = (0..WRITERS)
        .map(|number| {
            let account =
                json!({"email": format!("person{number}@clinic.example"), "full_name": "Nour Haddad"});
            let (status, body) = gateway.call("POST", "/api/users", &token, Some(account));
            assert_eq!(status, 201, "{body}");
            body["id"].as_str().expect("an id").to_owned()
        })
        .collect();
    let before_the_load = 1 + 1 + WRITERS;

    let (stop, done) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        let writers: Vec<_> =
            ids.iter().map(|id| scope.spawn(|| edit(&gateway, &token, id, &stop, &done))).collect();
        for number in 0..4 {
            let acknowledged = done.load(Ordering::Relaxed);
            let to = clinic.path(&format!("backup-{number}.sqlite"));
            let copied = clinic.run(&["backup", "--to", to.to_str().expect("a path")]).assert_done();
            assert!(copied.said.contains("the copy is sound"), "{}", copied.said);
            let checked = clinic.run_on(&to, &["audit", "verify"]).assert_done();
            assert_eq!(checked.after("anchor "), copied.after("Its audit trail is intact and ends at "));
            let events: usize = checked
                .after("The audit trail is intact: ")
                .split(' ')
                .next()
                .and_then(|number| number.parse().ok())
                .expect("a number");
            assert!(events >= before_the_load + acknowledged, "{events} and {acknowledged}");
            // So that the next one meets a database that has changed.
            while done.load(Ordering::Relaxed) <= acknowledged
                && !writers.iter().any(|writer| writer.is_finished())
            {
                std::thread::yield_now();
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert!(done.load(Ordering::Relaxed) > 0);
    clinic.run(&["audit", "verify"]).assert_done();
}

#[test]
fn a_restored_backup_serves_as_the_original_did() {
    let clinic = Clinic::found();
    let copy = clinic.path("copy.sqlite");
    clinic.run(&["backup", "--to", copy.to_str().expect("a path")]).assert_done();
    clinic.serve().sign_in(EMAIL, PASSWORD);

    // As deploy/README.md says: stop, put the file back without the log beside it, start.
    for name in ["voiceassist.sqlite", "voiceassist.sqlite-wal", "voiceassist.sqlite-shm"] {
        // The log is there only if the gateway had no time to merge it.
        let _ = std::fs::remove_file(clinic.path(name));
    }
    std::fs::rename(&copy, clinic.path("voiceassist.sqlite")).expect("puts it back");
    clinic.serve().sign_in(EMAIL, PASSWORD);
    let checked = clinic.run(&["audit", "verify"]).assert_done();
    assert!(checked.said.contains("intact: 2 events"), "{}", checked.said);
}

#[test]
fn a_backup_is_private_and_overwrites_nothing() {
    let clinic = Clinic::found();
    let to = clinic.path("backup.sqlite");
    let arguments = ["backup", "--to", to.to_str().expect("a path")];
    clinic.run(&arguments).assert_done();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&to).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let before = std::fs::read(&to).expect("reads");
    clinic.run(&arguments).assert_refused("is there already");
    assert_eq!(std::fs::read(&to).expect("reads"), before);
    let nowhere = clinic.path("nowhere.sqlite");
    clinic.run_on(&nowhere, &["backup", "--to", "x.sqlite"]).assert_refused("There is no database at");
    assert!(!nowhere.exists());
}
