//! Redis goes away in the middle of traffic, in every way that there is, and comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use voiceassist_contract::accounts::Role;
use voiceassist_test_engines::Redis as Server;

use crate::support::{Deployment, LONGEST_ANSWER, Replica};

/// What happens to Redis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weather {
    Stopped,
    Killed,
    Held,
}

/// Somebody who signs in, asks a few times, signs out and asks everywhere again, until told to stop. Says how
/// often.
async fn live(replicas: Vec<Replica>, number: usize, is_over: Arc<AtomicBool>) -> usize {
    let email = format!("person{number}@clinic.example");
    let mut lives = 0;
    while !is_over.load(Ordering::SeqCst) {
        let here = &replicas[(number + lives) % replicas.len()];
        let answer = here.try_sign_in(&email).await;
        assert!(answer.took < LONGEST_ANSWER, "{answer:?}");
        assert_eq!(answer.status, 200, "the database is there all the time: {answer:?}");
        let token = answer.body["access_token"].as_str().expect("a token").to_owned();
        for replica in replicas.iter().chain(&replicas) {
            let answer = replica.who_am_i(&token).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            assert!(answer.took < LONGEST_ANSWER, "{answer:?}");
        }
        let answer = here.sign_out(&token).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(answer.took < LONGEST_ANSWER, "{answer:?}");
        for replica in &replicas {
            let answer = replica.who_am_i(&token).await;
            assert_eq!((answer.status, answer.code()), (401, "session_ended"), "{answer:?}");
        }
        lives += 1;
    }
    lives
}

async fn redis_goes_and_comes_back(weather: Weather) {
    let mut server = Server::start().expect("Redis");
    let url = server.create_database().expect("a database");
    let deployment = Deployment::start(3, &url).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let mut people = Vec::new();
    for number in 0..6 {
        deployment.create_account(&format!("person{number}@clinic.example"), Role::User).await;
        people.push(tokio::spawn(live(deployment.replicas.clone(), number, is_over.clone())));
    }
    tokio::time::sleep(Duration::from_millis(700)).await;
    for _ in 0..2 {
        match weather {
            Weather::Stopped => server.stop().expect("stops"),
            Weather::Killed => server.kill().expect("kills"),
            Weather::Held => server.pause().expect("pauses"),
        }
        for replica in &deployment.replicas {
            replica.wait_until_ready_says("unreachable", "not_ready").await;
        }
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        match weather {
            Weather::Stopped | Weather::Killed => server.start_again().expect("starts"),
            Weather::Held => server.resume().expect("resumes"),
        }
        for replica in &deployment.replicas {
            replica.wait_until_ready_says("ok", "ready").await;
        }
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    is_over.store(true, Ordering::SeqCst);
    for person in people {
        assert!(person.await.expect("nothing was wrong") >= 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_redis_is_stopped_sessions_are_looked_up_in_the_database() {
    redis_goes_and_comes_back(Weather::Stopped).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_when_it_is_killed() {
    redis_goes_and_comes_back(Weather::Killed).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_when_it_hangs() {
    redis_goes_and_comes_back(Weather::Held).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_starts_without_redis_and_finds_it_later() {
    let mut server = Server::start().expect("Redis");
    let url = server.create_database().expect("a database");
    server.stop().expect("stops");
    let deployment = Deployment::start(1, &url).await;
    deployment.create_account("ana@clinic.example", Role::User).await;
    let replica = &deployment.replicas[0];
    let token = replica.sign_in("ana@clinic.example").await;
    assert_eq!(replica.who_am_i(&token).await.status, 200);
    server.start_again().expect("starts");
    replica.wait_until_ready_says("ok", "ready").await;
    assert_eq!(replica.who_am_i(&token).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_neither_redis_nor_the_database_nobody_is_let_through() {
    let mut server = Server::start().expect("Redis");
    let url = server.create_database().expect("a database");
    let deployment = Deployment::start(1, &url).await;
    deployment.create_account("ana@clinic.example", Role::User).await;
    let replica = &deployment.replicas[0];
    let token = replica.sign_in("ana@clinic.example").await;
    assert_eq!(replica.who_am_i(&token).await.status, 200);
    server.kill().expect("kills");
    replica.state.database.clone().close().await.expect("closes");
    let answer = replica.who_am_i(&token).await;
    assert_eq!((answer.status, answer.code()), (503, "dependency_unavailable"), "{answer:?}");
    assert!(answer.headers.contains_key("retry-after"));
}
