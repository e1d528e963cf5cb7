//! What takes something away holds on the very next request, on every replica, however warm they are.

use http::Method;
use serde_json::json;
use voiceassist_contract::Id;
use voiceassist_contract::accounts::Role;
use voiceassist_test_engines::Redis as Server;

use crate::support::{Answer, Deployment, PASSWORD, Replica, SharedDatabase, Storage, no_limits};

/// Everything that takes a session or a right away, or changes what is shown of an account.
#[derive(Clone, Copy, Debug)]
enum Doing {
    SignOut,
    EndedByAdministrator,
    Deactivation,
    PasswordReset,
    PasswordChange,
    RoleChange,
    Rename,
}

const ALL: [Doing; 7] = [
    Doing::SignOut,
    Doing::EndedByAdministrator,
    Doing::Deactivation,
    Doing::PasswordReset,
    Doing::PasswordChange,
    Doing::RoleChange,
    Doing::Rename,
];

async fn edit(at: &Replica, admin: &str, id: Id, change: serde_json::Value) -> Answer {
    let path = format!("/api/users/{id}");
    let shown = at.send(Method::GET, &path, Some(admin), None).await;
    let version = shown.body["version"].as_i64();
    at.send_based_on(version, Method::PUT, &path, Some(admin), Some(change)).await
}

async fn do_it(doing: Doing, at: &Replica, admin: &str, id: Id, token: &str, other_token: &str) {
    let path = format!("/api/users/{id}");
    let answer = match doing {
        Doing::SignOut => at.sign_out(token).await,
        Doing::EndedByAdministrator => {
            at.send(Method::DELETE, &format!("{path}/sessions"), Some(admin), None).await
        }
        Doing::Deactivation => at.send(Method::DELETE, &path, Some(admin), None).await,
        Doing::PasswordReset => {
            at.send(Method::POST, &format!("{path}/password-reset"), Some(admin), None).await
        }
        Doing::PasswordChange => {
            let body = json!({"current_password": PASSWORD, "new_password": "violet anchor thimble moss"});
            at.send(Method::PUT, "/api/users/me/password", Some(other_token), Some(body)).await
        }
        Doing::RoleChange => edit(at, admin, id, json!({"role": "admin"})).await,
        Doing::Rename => edit(at, admin, id, json!({"full_name": "Ana Weber"})).await,
    };
    assert_eq!(answer.status, 200, "{doing:?}: {answer:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_replica_knows_at_once() {
    let url = Server::shared().expect("Redis").create_database().expect("a database");
    take_everything_away(&Deployment::start(3, &url).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_replica_on_postgresql_knows_at_once() {
    let url = Server::shared().expect("Redis").create_database().expect("a database");
    let database = SharedDatabase::create();
    take_everything_away(&Deployment::start_on(Storage::at(&database.url), 3, &url, no_limits()).await).await;
}

async fn take_everything_away(deployment: &Deployment) {
    let replicas = &deployment.replicas;
    deployment.create_account("admin@clinic.example", Role::Admin).await;
    let admin = replicas[0].sign_in("admin@clinic.example").await;
    for round in 0..2 {
        for (number, doing) in ALL.into_iter().enumerate() {
            let email = format!("person{round}-{number}@clinic.example");
            let id = deployment.create_account(&email, Role::User).await;
            let (token, other) = (replicas[0].sign_in(&email).await, replicas[1].sign_in(&email).await);
            for replica in replicas {
                for _ in 0..3 {
                    assert_eq!(replica.who_am_i(&token).await.status, 200);
                }
            }
            do_it(doing, &replicas[(round + number) % 3], &admin, id, &token, &other).await;
            for replica in replicas {
                let answer = replica.who_am_i(&token).await;
                match doing {
                    Doing::Rename => assert_eq!(answer.body["full_name"], "Ana Weber", "{answer:?}"),
                    _ => assert_eq!((answer.status, answer.code()), (401, "session_ended"), "{doing:?}"),
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn also_in_the_middle_of_many_requests() {
    let url = Server::shared().expect("Redis").create_database().expect("a database");
    let deployment = Deployment::start(3, &url).await;
    deployment.create_account("ana@clinic.example", Role::User).await;
    for round in 0..12 {
        let token = deployment.replicas[0].sign_in("ana@clinic.example").await;
        let asking: Vec<_> = (0..12)
            .map(|number| {
                let (replica, token) = (deployment.replicas[number % 3].clone(), token.clone());
                tokio::spawn(async move {
                    // Until it is told so, each goes on asking; nobody is let in again after that.
                    let mut statuses = Vec::new();
                    while statuses.last() != Some(&401) {
                        statuses.push(replica.who_am_i(&token).await.status);
                        assert!(statuses.len() < 100_000, "nobody says that the session has ended");
                    }
                    assert!(statuses.iter().all(|status| matches!(status, 200 | 401)), "{statuses:?}");
                    replica.who_am_i(&token).await.status
                })
            })
            .collect();
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        assert_eq!(deployment.replicas[round % 3].sign_out(&token).await.status, 200);
        for replica in &deployment.replicas {
            assert_eq!(replica.who_am_i(&token).await.status, 401, "round {round}");
        }
        for task in asking {
            assert_eq!(task.await.expect("asks to the end"), 401);
        }
    }
}
