//! Ten replicas that write at once do what one would.

use futures_util::future::join_all;
use http::Method;
use serde_json::json;
use voiceassist_contract::accounts::Role;
use voiceassist_gateway::limits::Allowances;
use voiceassist_test_engines::Redis;

use super::{count_events, deploy};
use crate::support::{Deployment, SharedDatabase, Storage};

/// How often somebody asks again who is told that the database is busy.
const MOST_TRIES: usize = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_writers_on_ten_replicas_leave_one_whole_chain() {
    let database = SharedDatabase::create();
    let deployment = deploy(10, &database).await;
    for number in 0..20 {
        deployment.create_account(&format!("person{number}@clinic.example"), Role::User).await;
    }
    let before = count_events(&deployment).await;
    let people = (0..20).map(|number| {
        let (replica, other) =
            (deployment.replicas[number % 10].clone(), deployment.replicas[(number + 3) % 10].clone());
        tokio::spawn(async move {
            for _ in 0..5 {
                let token = replica.sign_in(&format!("person{number}@clinic.example")).await;
                let answer = other.sign_out(&token).await;
                assert_eq!(answer.status, 200, "{answer:?}");
            }
        })
    });
    for person in join_all(people).await {
        person.expect("signs in and out");
    }
    // An event for each sign-in and one for each sign-out, and none twice or lost.
    assert_eq!(count_events(&deployment).await - before, 20 * 5 * 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_administrators_who_remove_each_other_on_two_replicas_one_remains() {
    let database = SharedDatabase::create();
    let deployment = deploy(2, &database).await;
    for round in 0..8 {
        database.run("UPDATE users SET is_active = false");
        let (mut ids, mut tokens) = (Vec::new(), Vec::new());
        for (name, replica) in ["ana", "ben"].into_iter().zip(&deployment.replicas) {
            let email = format!("{name}{round}@clinic.example");
            ids.push(deployment.create_account(&email, Role::Admin).await);
            tokens.push(replica.sign_in(&email).await);
        }
        let remove = async |by: usize, other: usize| {
            let path = format!("/api/users/{}", ids[other]);
            deployment.replicas[by].send(Method::DELETE, &path, Some(&tokens[by]), None).await.status
        };
        let (ana, ben) = tokio::join!(remove(0, 1), remove(1, 0));
        assert!((ana == 200) != (ben == 200), "round {round}: {ana} and {ben}");
        assert_eq!(database.run("SELECT count(*) FROM users WHERE is_active").trim(), "1", "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_creations_of_one_address_on_ten_replicas_one_succeeds() {
    let database = SharedDatabase::create();
    let deployment = deploy(10, &database).await;
    deployment.create_account("admin@clinic.example", Role::Admin).await;
    let token = deployment.replicas[0].sign_in("admin@clinic.example").await;
    let creations = (0..50).map(|number| {
        let (replica, token) = (deployment.replicas[number % 10].clone(), token.clone());
        tokio::spawn(async move {
            // In different cases, which are one address.
            let name = if number % 2 == 0 { "Nour" } else { "nour" };
            let body = json!({"email": format!("{name}@clinic.example"), "full_name": "Nour Haddad"});
            let mut tries = 0;
            loop {
                let answer = replica.send(Method::POST, "/api/users", Some(&token), Some(body.clone())).await;
                tries += 1;
                // Where fifty writers wait in one queue on a slow machine, some are told to come again.
                if answer.status != 503 || tries == MOST_TRIES {
                    return (answer.status, answer.code().to_owned());
                }
            }
        })
    });
    let mut created = 0;
    for creation in join_all(creations).await {
        match creation.expect("is answered") {
            (201, _) => created += 1,
            (status, code) => assert_eq!((status, code.as_str()), (409, "email_taken")),
        }
    }
    assert_eq!(created, 1);
    assert_eq!(database.run("SELECT count(*) FROM users").trim(), "2");
    count_events(&deployment).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_forty_registrations_from_one_address_on_ten_replicas_five_pass() {
    let database = SharedDatabase::create();
    let redis = Redis::shared().expect("Redis").create_database().expect("a database");
    let deployment =
        Deployment::start_on(Storage::at(&database.url), 10, &redis, Allowances::default()).await;
    let registrations = (0..40).map(|number| {
        let replica = deployment.replicas[number % 10].clone();
        tokio::spawn(async move {
            let body = json!({
                "email": format!("person{number}@clinic.example"),
                "full_name": "Ana Ruiz",
                "password": "marble kettle orbit fern",
            });
            replica.send(Method::POST, "/api/auth/register", None, Some(body)).await.status
        })
    });
    let mut passed = 0;
    for registration in join_all(registrations).await {
        match registration.expect("is answered") {
            201 => passed += 1,
            status => assert_eq!(status, 429),
        }
    }
    assert_eq!(passed, 5, "5 an hour, whichever replica is asked");
    assert_eq!(database.run("SELECT count(*) FROM users").trim(), "5");
}
