//! `voiceassist-gateway audit verify`.

use sea_orm::ConnectionTrait;

use crate::support::{Clinic, EMAIL, PASSWORD};

#[tokio::test]
async fn an_untouched_trail_is_intact_also_while_the_gateway_runs_and_says_where_it_ends() {
    let clinic = Clinic::found();
    let first = clinic.run(&["audit", "verify"]).assert_done();
    assert!(first.said.contains("intact: 1 event"), "{}", first.said);
    let anchor = first.after("anchor ");

    let gateway = clinic.serve();
    gateway.sign_in(EMAIL, PASSWORD);
    let second = clinic.run(&["audit", "verify", "--expect", &anchor]).assert_done();
    assert!(second.said.contains("intact: 2 events"), "{}", second.said);
    let both = ["audit", "verify", "--expect", &anchor, "--expect", &second.after("anchor ")];
    clinic.run(&both).assert_done();
}

#[tokio::test]
async fn what_was_tampered_with_is_named_and_ends_with_1() {
    let clinic = Clinic::found();
    let gateway = clinic.serve();
    for _ in 0..3 {
        gateway.sign_in(EMAIL, PASSWORD);
    }
    let anchor = clinic.run(&["audit", "verify"]).assert_done().after("anchor ");
    let database = clinic.database().await;
    let tamper = async |sql: &str| {
        let write = database.begin_write().await.expect("begins");
        write.execute_unprepared(sql).await.expect("tampers");
        write.commit().await.expect("commits");
    };
    tamper("UPDATE audit_events SET address = '192.0.2.1' WHERE sequence = 3").await;
    clinic.run(&["audit", "verify"]).assert_refused("Event 3 is not what was written.");
    tamper("DELETE FROM audit_events WHERE sequence = 3").await;
    clinic.run(&["audit", "verify"]).assert_refused("Event 3 was removed.");
    tamper("DELETE FROM audit_events WHERE sequence > 1").await;
    clinic.run(&["audit", "verify"]).assert_refused("The end of the trail was cut off: event 2 is gone.");
    tamper("DELETE FROM audit_events; UPDATE audit_head SET sequence = 0, mac = '', seal = ''").await;
    let emptied = clinic.run(&["audit", "verify"]).assert_done();
    assert!(emptied.said.contains("intact: 0 events"), "as new, which an anchor alone can tell");
    let found = clinic.run(&["audit", "verify", "--expect", &anchor]);
    found.assert_refused("The end of the trail was cut off: event 4 is gone.");
}

#[test]
fn without_a_database_or_a_key_nothing_is_made_and_nothing_claimed() {
    let clinic = Clinic::found();
    let nowhere = clinic.path("nowhere.sqlite");
    clinic.run_on(&nowhere, &["audit", "verify"]).assert_refused("There is no database at");
    assert!(!nowhere.exists());
    std::fs::remove_file(clinic.path("audit-key")).expect("the key was there");
    clinic.run(&["audit", "verify"]).assert_refused("Set AUDIT_KEY or AUDIT_KEY_FILE");
    assert!(!clinic.path("audit-key").exists());
    std::fs::write(clinic.path("audit-key"), "another key of more than 32 bytes").expect("writes");
    clinic.run(&["audit", "verify"]).assert_refused("AUDIT_KEY is not the key of this trail");
}

#[test]
fn what_is_no_anchor_is_refused_with_an_example_of_one() {
    let clinic = Clinic::found();
    let refused = clinic.run(&["audit", "verify", "--expect", "17"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.complained.contains("a number, a colon and 64 digits"), "{}", refused.complained);
}
