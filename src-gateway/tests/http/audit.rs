//! `/api/audit`.

mod access;
mod bad_input;
mod export;
mod list;
mod paging;
mod recorded;
mod replicas;
mod tampering;
mod verify;

use serde_json::{Value, json};
use voiceassist_contract::Id;
use voiceassist_gateway::audit::{Action, Actor, Event};

use crate::support::{Person, TestApp};

/// An event as a handler would write it, without the handler.
async fn record(app: &TestApp, event: Event) {
    let transaction = app.state.database.begin_write().await.expect("begins");
    app.state.record(&transaction, event).await.expect("records");
    transaction.commit().await.expect("commits");
}

/// So many events by nobody in particular.
async fn record_many(app: &TestApp, count: usize) {
    let transaction = app.state.database.begin_write().await.expect("begins");
    for number in 0..count {
        let event = Event::new(Action::Unlocked, &somebody(7)).on_account(Id::from_u128(8));
        let event = event.changed(json!({"failures": number}), json!({"failures": 0}));
        app.state.record(&transaction, event).await.expect("records");
    }
    transaction.commit().await.expect("commits");
}

/// An actor who has this id and no account.
fn somebody(id: u128) -> Actor {
    Actor {
        id: Some(Id::from_u128(id)),
        name: Some("Nour Haddad".to_owned()),
        address: Some("192.0.2.7".to_owned()),
        request_id: Some("a-request".to_owned()),
    }
}

/// The items of `GET /api/audit?query`.
async fn list(admin: &Person, query: &str) -> Vec<Value> {
    let answer = admin.get(&format!("/api/audit?{query}")).await.assert_status(200).json();
    answer["items"].as_array().expect("items").clone()
}

/// One member of each item.
fn each<'a>(items: &'a [Value], member: &str) -> Vec<&'a Value> {
    items.iter().map(|item| &item[member]).collect()
}
