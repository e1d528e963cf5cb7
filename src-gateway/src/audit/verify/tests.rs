//! What is found where the database itself lets anything be written; the rest is tested through the API, on
//! every engine.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, QueryOrder};
use serde_json::json;
use voiceassist_contract::Id;
use voiceassist_contract::audit::AuditFaultKind::{self, Changed, HeadChanged, Inserted, Replaced};

use super::{ChainState, Fault, verify_anchor, verify_chain};
use crate::audit::anchor::Anchor;
use crate::audit::key::Format;
use crate::audit::{Action, Actor, AuditKey, Event, append};
use crate::database::Database;
use crate::tables::{audit_events, audit_head};

pub(crate) async fn chain_of(events: u32) -> (tempfile::TempDir, Database, AuditKey) {
    let folder = tempfile::tempdir().expect("a folder");
    let database = Database::open_sqlite(&folder.path().join("a.sqlite")).await.expect("opens");
    database.migrate().await.expect("migrates");
    let key = AuditKey::new(&"the key of the chain".into());
    for number in 1..=events {
        add_event(&database, &key, number).await;
    }
    (folder, database, key)
}

async fn add_event(database: &Database, key: &AuditKey, number: u32) {
    let write = database.begin_write().await.expect("begins");
    let at =
        chrono::DateTime::from_timestamp_millis(1_790_000_000_123 + i64::from(number)).expect("in range");
    let event = Event::new(Action::SignIn, &Actor::default()).with(json!({"number": number}));
    append(&write, key, Id::from_u128(number.into()), at, event).await.expect("appends");
    write.commit().await.expect("commits");
}

pub(crate) async fn tamper(database: &Database, sql: &str) {
    let write = database.begin_write().await.expect("begins");
    write.execute_unprepared(sql).await.expect("tampers");
    write.commit().await.expect("commits");
}

async fn fault_after(events: u32, sql: &str) -> (i64, AuditFaultKind) {
    let (_folder, database, key) = chain_of(events).await;
    tamper(&database, sql).await;
    match verify_chain(database.readers(), &key).await.expect("verifies") {
        ChainState::Broken(Fault { sequence, kind, .. }) => (sequence, kind),
        whole @ ChainState::Whole(_) => panic!("{whole:?} after {sql}"),
    }
}

#[tokio::test]
async fn an_untouched_chain_is_whole_also_over_several_chunks_and_without_any_event() {
    for events in [0, 1, 499, 500, 501, 1_001] {
        let (_folder, database, key) = chain_of(events).await;
        assert_eq!(verify_chain(database.readers(), &key).await, Ok(ChainState::Whole(events.into())));
    }
}

#[tokio::test]
async fn with_another_key_the_first_event_does_not_fit() {
    let (_folder, database, _key) = chain_of(3).await;
    let state = verify_chain(database.readers(), &AuditKey::new(&"another key".into())).await;
    let Ok(ChainState::Broken(fault)) = state else { panic!("{state:?}") };
    assert_eq!((fault.sequence, fault.kind), (1, Changed));
    assert!(fault.to_string().contains("AUDIT_KEY"));
}

#[tokio::test]
async fn what_cannot_be_read_at_all_is_named_too() {
    for change in ["at = 'yesterday'", "id = 'x'", "actor_id = x'01'", "after = x'ff'"] {
        for sequence in [1, 3, 5] {
            let sql = format!("UPDATE audit_events SET {change} WHERE sequence = {sequence}");
            assert_eq!(fault_after(5, &sql).await, (sequence, Changed), "{change}");
        }
    }
    assert_eq!(fault_after(5, "UPDATE audit_head SET sequence = 'many'").await, (6, HeadChanged));
}

#[tokio::test]
async fn a_second_event_at_a_place_is_named_also_where_two_chunks_meet() {
    for sequence in [2, 499, 500, 501] {
        // Whoever can change the tables can take the uniqueness away first.
        let sql = format!(
            "CREATE TABLE copy AS SELECT * FROM audit_events;
             DROP TABLE audit_events;
             ALTER TABLE copy RENAME TO audit_events;
             INSERT INTO audit_events SELECT * FROM audit_events WHERE sequence = {sequence};
             UPDATE audit_events SET id = x'00000000000000000000000000009999', action = 'sign_out'
               WHERE rowid = (SELECT MAX(rowid) FROM audit_events)"
        );
        assert_eq!(fault_after(600, &sql).await, (sequence, Inserted), "{sequence}");
    }
}

#[tokio::test]
async fn a_trail_that_went_on_from_a_backup_is_told_by_an_anchor_of_before() {
    let (_folder, database, key) = chain_of(5).await;
    let events = audit_events::Entity::find().order_by_asc(audit_events::Column::Sequence);
    let before = events.all(database.readers()).await.expect("reads");
    let anchor = Anchor { sequence: 5, mac: before[4].mac.clone() };
    assert_eq!(verify_anchor(database.readers(), &anchor).await, Ok(None));

    // Back to the state after the third event, which the trail really had, and on from there.
    tamper(&database, "DELETE FROM audit_events WHERE sequence > 3").await;
    let mac = before[2].mac.clone();
    let seal = key.seal(3, &mac);
    let head = audit_head::ActiveModel {
        id: Set(audit_head::ONLY_ID),
        sequence: Set(3),
        mac: Set(mac),
        seal: Set(seal),
    };
    let write = database.begin_write().await.expect("begins");
    head.update(&write).await.expect("sets the end back");
    write.commit().await.expect("commits");
    assert_eq!(verify_chain(database.readers(), &key).await, Ok(ChainState::Whole(3)));
    let cut = verify_anchor(database.readers(), &anchor).await.expect("verifies").expect("a fault");
    assert_eq!((cut.sequence, cut.kind), (5, AuditFaultKind::Truncated));

    for number in 14..=15 {
        add_event(&database, &key, number).await;
    }
    assert_eq!(verify_chain(database.readers(), &key).await, Ok(ChainState::Whole(5)));
    let other = verify_anchor(database.readers(), &anchor).await.expect("verifies").expect("a fault");
    assert_eq!((other.sequence, other.kind), (5, Replaced));
}

/// A trail as versions before the seal wrote it.
async fn older_chain_of(events: u32) -> (tempfile::TempDir, Database, AuditKey) {
    let (folder, database, key) = chain_of(events).await;
    let written = audit_events::Entity::find().order_by_asc(audit_events::Column::Sequence);
    let mut mac = String::new();
    for mut event in written.all(database.readers()).await.expect("reads") {
        event.previous_mac = std::mem::take(&mut mac);
        event.mac = key.mac_in(Format::First, &event);
        mac.clone_from(&event.mac);
        let write = database.begin_write().await.expect("begins");
        audit_events::ActiveModel::from(event).reset_all().update(&write).await.expect("writes");
        write.commit().await.expect("commits");
    }
    tamper(&database, &format!("UPDATE audit_head SET mac = '{mac}', seal = ''")).await;
    (folder, database, key)
}

#[tokio::test]
async fn an_older_trail_is_whole_and_goes_on_with_a_seal() {
    let (_folder, database, key) = older_chain_of(3).await;
    assert_eq!(verify_chain(database.readers(), &key).await, Ok(ChainState::Whole(3)));
    add_event(&database, &key, 4).await;
    assert_eq!(verify_chain(database.readers(), &key).await, Ok(ChainState::Whole(4)));
    let head = audit_head::Entity::find().one(database.readers()).await.expect("reads").expect("an end");
    assert_eq!(head.seal, key.seal(4, &head.mac));
}

#[tokio::test]
async fn a_seal_that_is_taken_away_is_missed_and_never_given_back() {
    let (_folder, database, key) = chain_of(3).await;
    tamper(&database, "UPDATE audit_head SET seal = ''").await;
    for events in 3..5 {
        let state = verify_chain(database.readers(), &key).await.expect("verifies");
        let ChainState::Broken(fault) = state else { panic!("{state:?}") };
        assert_eq!((fault.sequence, fault.kind), (events, HeadChanged));
        add_event(&database, &key, 4 + u32::try_from(events).expect("small")).await;
    }
}
