//! Whoever writes into the database past the gateway is found: what was changed, removed or put in, wherever
//! and in whatever column, is named. Written for every engine.

use chrono::Duration;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, Value};
use serde_json::json;
use voiceassist_contract::Id;
use voiceassist_gateway::tables::audit_events::{self, Column, Entity, Model};
use voiceassist_gateway::tables::audit_head;

use super::record_many;
use crate::support::{Person, TestApp};

/// The trail of every test has so many events.
const LAST: i64 = 7;

struct Trail {
    app: TestApp,
    admin: Person,
    rows: Vec<Model>,
    head: audit_head::Model,
}

impl Trail {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let admin = app.administrator().await;
        record_many(&app, 6).await;
        let readers = app.state.database.readers();
        let rows = Entity::find().order_by_asc(Column::Sequence).all(readers).await.expect("reads");
        let head = audit_head::Entity::find().one(readers).await.expect("reads").expect("an end");
        assert_eq!(head.sequence, LAST);
        Self { app, admin, rows, head }
    }

    /// The event at this place.
    fn row(&self, sequence: i64) -> Model {
        self.rows.iter().find(|row| row.sequence == sequence).expect("it is there").clone()
    }

    async fn change(&self, sequence: i64, column: Column, value: impl Into<Value>) {
        let write = self.app.state.database.begin_write().await.expect("begins");
        let update = Entity::update_many().col_expr(column, Expr::value(value));
        let done = update.filter(Column::Sequence.eq(sequence)).exec(&write).await.expect("tampers");
        assert_eq!(done.rows_affected, 1);
        write.commit().await.expect("commits");
    }

    async fn remove(&self, from: i64, to: i64) {
        let write = self.app.state.database.begin_write().await.expect("begins");
        let delete = Entity::delete_many().filter(Column::Sequence.between(from, to));
        delete.exec(&write).await.expect("tampers");
        write.commit().await.expect("commits");
    }

    async fn insert(&self, row: Model) {
        let write = self.app.state.database.begin_write().await.expect("begins");
        Entity::insert(audit_events::ActiveModel::from(row).reset_all())
            .exec_without_returning(&write)
            .await
            .expect("tampers");
        write.commit().await.expect("commits");
    }

    async fn set_head(&self, head: audit_head::Model) {
        let write = self.app.state.database.begin_write().await.expect("begins");
        head.into_active_model().reset_all().update(&write).await.expect("tampers");
        write.commit().await.expect("commits");
    }

    /// Gives the events from here on other numbers.
    async fn move_from(&self, first: i64, by: i64) {
        let places: Vec<i64> = (first..=LAST).collect();
        // One after the other, so that no two have the same number in between.
        let in_order: Vec<i64> = if by > 0 { places.into_iter().rev().collect() } else { places };
        for place in in_order {
            self.change(place, Column::Sequence, place + by).await;
        }
    }

    /// Everything as it was.
    async fn mend(&self) {
        self.remove(i64::MIN, i64::MAX).await;
        for row in &self.rows {
            self.insert(row.clone()).await;
        }
        self.set_head(self.head.clone()).await;
    }

    /// Fails the test unless the check names this place and says so.
    #[track_caller]
    fn assert_fault(&self, found: (i64, String), sequence: i64, kind: &str, what: &str) {
        assert_eq!(found, (sequence, kind.to_owned()), "{what}");
    }

    async fn fault(&self) -> (i64, String) {
        let check = self.admin.get("/api/audit/verify").await.assert_status(200).json();
        assert_eq!(check["state"], "broken", "{check}");
        assert!(check.get("anchor").is_none());
        let fault = &check["fault"];
        assert!(fault["message"].as_str().is_some_and(|message| message.ends_with('.')));
        (fault["sequence"].as_i64().expect("a place"), fault["kind"].as_str().expect("a word").to_owned())
    }
}

/// A value for each column that no event of the test has there.
fn other_values(row: &Model) -> Vec<(Column, Value)> {
    let nothing = Value::from(None::<String>);
    vec![
        (Column::Id, Id::from_u128(99).into()),
        (Column::At, (row.at + Duration::milliseconds(1)).into()),
        (Column::At, (row.at - Duration::days(400)).into()),
        (Column::ActorId, Id::from_u128(99).into()),
        (Column::ActorId, None::<Id>.into()),
        (Column::ActorName, "Eve".into()),
        (Column::ActorName, "".into()),
        (Column::ActorName, nothing.clone()),
        (Column::Action, "sign_out".into()),
        (Column::TargetKind, "something".into()),
        (Column::TargetKind, nothing.clone()),
        (Column::TargetId, Id::from_u128(99).to_string().into()),
        (Column::TargetId, nothing.clone()),
        (Column::Address, "192.0.2.99".into()),
        (Column::Address, nothing.clone()),
        (Column::RequestId, "another".into()),
        (Column::RequestId, nothing.clone()),
        (Column::Before, "{\"failures\": 99}".into()),
        (Column::After, "{}".into()),
        (Column::After, nothing),
        (Column::PreviousMac, "0".repeat(64).into()),
        (Column::Mac, "0".repeat(64).into()),
        (Column::Mac, row.mac.to_uppercase().into()),
    ]
}

#[on_each_engine]
async fn a_changed_event_is_named_at_the_front_in_the_middle_and_at_the_end_in_every_column() {
    let trail = Trail::start().await;
    for sequence in [1, 4, LAST] {
        for (column, value) in other_values(&trail.row(sequence)) {
            trail.change(sequence, column, value.clone()).await;
            let what = format!("{column:?} = {value:?} at {sequence}");
            trail.assert_fault(trail.fault().await, sequence, "changed", &what);
            trail.mend().await;
        }
    }
    let check = trail.admin.get("/api/audit/verify").await.json();
    assert_eq!((&check["state"], &check["checked"]), (&json!("intact"), &json!(LAST)));
}

#[on_each_engine]
async fn an_event_that_is_given_another_number_is_missed_at_its_place() {
    let trail = Trail::start().await;
    for (sequence, number, found, kind) in [
        (1, -5, -5, "inserted"),
        (1, 0, 0, "inserted"),
        (1, 99, 1, "removed"),
        (4, 99, 4, "removed"),
        (LAST, 99, LAST, "removed"),
    ] {
        trail.change(sequence, Column::Sequence, number).await;
        trail.assert_fault(trail.fault().await, found, kind, &format!("{sequence} as {number}"));
        trail.mend().await;
    }
}

#[on_each_engine]
async fn removed_events_are_named() {
    let trail = Trail::start().await;
    for (from, to, kind) in [
        (1, 1, "removed"),
        (4, 4, "removed"),
        (2, 5, "removed"),
        (LAST, LAST, "truncated"),
        (3, LAST, "truncated"),
        (1, LAST, "truncated"),
    ] {
        trail.remove(from, to).await;
        trail.assert_fault(trail.fault().await, from, kind, &format!("{from} to {to}"));
        trail.mend().await;
    }
}

#[on_each_engine]
async fn a_removed_event_is_named_even_if_the_others_move_up_and_the_end_with_them() {
    let trail = Trail::start().await;
    for sequence in [1, 4, LAST - 1] {
        trail.remove(sequence, sequence).await;
        trail.move_from(sequence + 1, -1).await;
        trail.set_head(audit_head::Model { sequence: LAST - 1, ..trail.head.clone() }).await;
        trail.assert_fault(trail.fault().await, sequence, "removed", &sequence.to_string());
        trail.mend().await;
    }
}

#[on_each_engine]
async fn an_event_that_was_put_in_is_named_at_the_front_in_the_middle_and_at_the_end() {
    let trail = Trail::start().await;
    for sequence in [1, 4, LAST] {
        trail.move_from(sequence, 1).await;
        trail.insert(Model { id: Id::from_u128(99), sequence, ..trail.row(2) }).await;
        trail.set_head(audit_head::Model { sequence: LAST + 1, ..trail.head.clone() }).await;
        trail.assert_fault(trail.fault().await, sequence, "inserted", &sequence.to_string());
        trail.mend().await;
    }
    let (id, previous_mac) = (Id::from_u128(99), trail.head.mac.clone());
    trail.insert(Model { id, sequence: LAST + 1, previous_mac, ..trail.row(2) }).await;
    trail.assert_fault(trail.fault().await, LAST + 1, "inserted", "after the end");
}

#[on_each_engine]
async fn the_end_cannot_be_moved_back_with_or_without_its_events() {
    let trail = Trail::start().await;
    let earlier =
        |sequence: i64| audit_head::Model { sequence, mac: trail.row(sequence).mac, ..trail.head.clone() };
    trail.set_head(earlier(LAST - 2)).await;
    trail.assert_fault(trail.fault().await, LAST - 1, "head_changed", "only the end was moved");
    trail.mend().await;

    for seal in [trail.head.seal.clone(), String::new(), "0".repeat(64)] {
        trail.remove(LAST - 1, LAST).await;
        trail.set_head(audit_head::Model { seal, ..earlier(LAST - 2) }).await;
        trail.assert_fault(trail.fault().await, LAST - 2, "head_changed", "the last events were cut off");
        // Going on does not mend it.
        record_many(&trail.app, 2).await;
        trail.assert_fault(trail.fault().await, LAST, "head_changed", "the trail went on");
        trail.mend().await;
    }
    let write = trail.app.state.database.begin_write().await.expect("begins");
    audit_head::Entity::delete_many().exec(&write).await.expect("tampers");
    write.commit().await.expect("commits");
    trail.assert_fault(trail.fault().await, LAST + 1, "head_changed", "the end is gone");
}

#[on_each_engine]
async fn a_trail_that_was_set_back_whole_is_found_by_an_anchor_of_before() {
    let trail = Trail::start().await;
    let anchor =
        trail.admin.get("/api/audit/verify").await.json()["anchor"].as_str().expect("an anchor").to_owned();
    record_many(&trail.app, 2).await;
    let check = async |anchor: &str| {
        trail.admin.get(&format!("/api/audit/verify?expect={anchor}")).await.assert_status(200).json()
    };
    let grown = check(&anchor).await;
    assert_eq!(grown["state"], "intact");
    // Rows and end as they really were once: without an anchor, nothing is wrong with them.
    trail.mend().await;
    assert_eq!(check(&anchor).await["state"], "intact");
    let found = check(grown["anchor"].as_str().expect("an anchor")).await;
    assert_eq!((&found["state"], &found["fault"]["kind"]), (&json!("broken"), &json!("truncated")));
    assert_eq!(found["fault"]["sequence"], LAST + 2);
}
