//! Many processes on one database: the chain stays a chain.

use std::collections::HashSet;

use serde_json::json;

use crate::support::TestApp;

const REPLICAS: u64 = 10;
const WRITES_EACH: u64 = 12;

#[on_each_engine(4)]
async fn ten_replicas_that_write_at_once_make_one_unbroken_chain() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let mut writers = Vec::new();
    for number in 0..REPLICAS {
        let at_replica = admin.at(&app.replica(number).await);
        writers.push(tokio::spawn(async move {
            for write in 0..WRITES_EACH {
                let email = format!("person-{number}-{write}@clinic.example");
                let account = json!({"email": email, "full_name": "Nour Haddad"});
                at_replica.post("/api/users", account).await.assert_status(201);
            }
        }));
    }
    for writer in writers {
        writer.await.expect("every write is acknowledged");
    }
    // The chain is checked on the way.
    let events = app.audit_events().await;
    let written = usize::try_from(REPLICAS * WRITES_EACH).expect("a small number");
    assert_eq!(events.len(), 1 + written);
    let targets: HashSet<_> = events.iter().map(|event| event.target_id.clone()).collect();
    assert_eq!(targets.len(), 1 + written, "every write has its own event");
    let check = admin.get("/api/audit/verify").await.assert_status(200).json();
    assert_eq!((&check["state"], &check["checked"]), (&json!("intact"), &json!(1 + written)));
}
