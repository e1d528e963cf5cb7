//! A session that was made fresh on one replica is fresh on the others.

use http::Method;
use serde_json::json;
use voiceassist_contract::Id;
use voiceassist_contract::accounts::Role;

use super::deploy;
use crate::support::{Answer, PASSWORD, Replica, SharedDatabase};

async fn change_email(at: &Replica, token: &str, email: &str) -> Answer {
    let version = at.who_am_i(token).await.body["version"].as_i64();
    let body = json!({"email": email});
    at.send_based_on(version, Method::PUT, "/api/users/me", Some(token), Some(body)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_gave_the_password_on_one_replica_may_change_the_address_on_another() {
    let database = SharedDatabase::create();
    let deployment = deploy(3, &database).await;
    let replicas = &deployment.replicas;
    let id: Id = deployment.create_account("ana@clinic.example", Role::User).await;
    let token = replicas[0].sign_in("ana@clinic.example").await;
    // As if it had been a while ago. Nobody has asked with the session yet, so nobody keeps it.
    let aged = format!(
        "UPDATE sign_in_sessions SET created_at = created_at - interval '10 minutes' WHERE user_id = '{id}'"
    );
    database.run(&aged);
    for replica in replicas {
        let answer = change_email(replica, &token, "ana.ruiz@clinic.example").await;
        assert_eq!((answer.status, answer.code()), (403, "step_up_required"), "{answer:?}");
    }
    let body = json!({"password": PASSWORD});
    let answer = replicas[0].send(Method::POST, "/api/auth/step-up", Some(&token), Some(body)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let answer = change_email(&replicas[2], &token, "ana.ruiz@clinic.example").await;
    assert_eq!(answer.status, 200, "{answer:?}");
}
