//! Bulk changes beside other writers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use super::change;
use crate::support::{Person, TestAnswer, TestApp};

async fn deactivate(actor: Person, targets: Value) -> TestAnswer {
    actor.post("/api/users/bulk", json!({"action": "deactivate", "filter": targets})).await
}

#[on_each_engine(2)]
async fn two_administrators_who_remove_everybody_else_at_once_leave_one() {
    for round in 0..10 {
        let app = TestApp::start().await;
        let (one, other) = (app.administrator().await, app.administrator().await);
        // Both are let in before either change is made.
        let held = app.state.database.begin_write().await.expect("begins");
        let first = tokio::spawn(deactivate(one.clone(), json!({"role": "admin"})));
        let second = tokio::spawn(deactivate(other.clone(), json!({})));
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        drop(held);
        let (first, second) = (first.await.expect("answers"), second.await.expect("answers"));
        let active = [&one, &other].map(|person| person.get("/api/users"));
        let active = futures_util::future::join_all(active).await;
        let statuses: Vec<u16> = active.iter().map(|answer| answer.status.as_u16()).collect();
        let left = statuses.iter().filter(|status| **status == 200).count();
        assert_eq!(left, 1, "round {round}: {statuses:?}, {} and {}", first.body, second.body);
        app.audit_events().await;
    }
}

#[on_each_engine(2)]
async fn other_writers_get_their_turn_while_thousands_are_changed() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    app.create_crowd(4_000).await;
    let is_done = Arc::new(AtomicBool::new(false));
    let bulk = tokio::spawn({
        let (admin, is_done) = (admin.clone(), is_done.clone());
        async move {
            let answer = change(&admin, json!({"action": "deactivate", "filter": {"role": "user"}})).await;
            is_done.store(true, Ordering::SeqCst);
            answer
        }
    });
    let mut meanwhile = 0;
    while !is_done.load(Ordering::SeqCst) {
        let account = json!({"email": format!("new{meanwhile}@clinic.example"), "full_name": "Nour Haddad", "role": "admin"});
        admin.post("/api/users", account).await.assert_status(201);
        meanwhile += usize::from(!is_done.load(Ordering::SeqCst));
    }
    assert_eq!(bulk.await.expect("answers")["ok"], 4_000);
    assert!(meanwhile >= 3, "only {meanwhile} accounts were made while 20 batches were changed");
    app.audit_events().await;
}
