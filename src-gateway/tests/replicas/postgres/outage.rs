//! PostgreSQL goes away in the middle of traffic, in every way that there is, and comes back. Meanwhile requests
//! are refused with 503, in time and never with 500, and nobody who must not pass is let through.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::Method;
use serde_json::json;
use voiceassist_contract::accounts::Role;
use voiceassist_test_engines::{Durability, Postgres, Redis};

use super::count_events;
use crate::support::{Answer, Deployment, LONGEST_ANSWER, PASSWORD, Replica, Storage, no_limits};

/// What happens to PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weather {
    Stopped,
    Killed,
    Held,
}

/// What somebody lived through.
#[derive(Debug, Default)]
struct Diary {
    /// Addresses of accounts that were acknowledged.
    made: Vec<String>,
    refused: usize,
    /// Sessions whose end was acknowledged, which must never be let in again.
    ended: usize,
}

impl Diary {
    /// Looks at an answer; gives it back if it is of the kind that was asked for.
    fn note(&mut self, answer: Answer, wanted: u16) -> Option<Answer> {
        assert!(answer.took < LONGEST_ANSWER, "{answer:?}");
        if answer.status == wanted {
            return Some(answer);
        }
        assert_eq!(answer.status, 503, "{answer:?}");
        assert!(matches!(answer.code(), "dependency_unavailable" | "overloaded"), "{answer:?}");
        assert!(answer.headers.contains_key("retry-after"), "{answer:?}");
        self.refused += 1;
        None
    }
}

/// Registers, asks with the session, signs out and asks everywhere again, until told to stop.
async fn live(replicas: Vec<Replica>, number: usize, is_over: Arc<AtomicBool>) -> Diary {
    let mut diary = Diary::default();
    for life in 0.. {
        if is_over.load(Ordering::SeqCst) {
            break;
        }
        let here = &replicas[(number + life) % replicas.len()];
        let email = format!("person{number}-{life}@clinic.example");
        let body = json!({"email": email, "full_name": "Ana Ruiz", "password": PASSWORD});
        let answer = here.send(Method::POST, "/api/auth/register", None, Some(body)).await;
        if diary.note(answer, 201).is_none() {
            continue;
        }
        diary.made.push(email.clone());
        let answer = here.try_sign_in(&email).await;
        let Some(answer) = diary.note(answer, 200) else { continue };
        let token = answer.body["access_token"].as_str().expect("a token").to_owned();
        for replica in &replicas {
            diary.note(replica.who_am_i(&token).await, 200);
        }
        let answer = here.sign_out(&token).await;
        if diary.note(answer, 200).is_none() {
            continue;
        }
        diary.ended += 1;
        for replica in &replicas {
            if let Some(answer) = diary.note(replica.who_am_i(&token).await, 401) {
                assert_eq!(answer.code(), "session_ended");
            }
        }
    }
    diary
}

async fn postgresql_goes_and_comes_back(weather: Weather) {
    // What is acknowledged before a crash must be there after it.
    let mut server = Postgres::start_with(Durability::Full, &[]).expect("PostgreSQL");
    let url = server.create_database().expect("a database");
    let redis = Redis::shared().expect("Redis").create_database().expect("a database");
    let deployment = Deployment::start_on(Storage::at(&url), 3, &redis, no_limits()).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let people: Vec<_> = (0..6)
        .map(|number| tokio::spawn(live(deployment.replicas.clone(), number, is_over.clone())))
        .collect();
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        match weather {
            Weather::Stopped => server.stop().expect("stops"),
            Weather::Killed => server.kill().expect("kills"),
            Weather::Held => server.pause().expect("pauses"),
        }
        for replica in &deployment.replicas {
            replica.wait_until_database_is("unreachable").await;
        }
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        match weather {
            Weather::Stopped | Weather::Killed => server.start_again().expect("starts"),
            Weather::Held => server.resume().expect("resumes"),
        }
        for replica in &deployment.replicas {
            replica.wait_until_database_is("ok").await;
        }
    }
    is_over.store(true, Ordering::SeqCst);
    let (mut made, mut refused, mut ended) = (Vec::new(), 0, 0);
    for person in people {
        let diary = person.await.expect("nothing was wrong");
        made.extend(diary.made);
        (refused, ended) = (refused + diary.refused, ended + diary.ended);
    }
    assert!(refused > 0 && ended > 0, "{refused} were refused, {ended} sessions ended");
    // Everybody who was told to have an account has one, and every replica goes on without being started again.
    for (number, email) in made.iter().enumerate() {
        let token = deployment.replicas[number % 3].sign_in(email).await;
        assert_eq!(deployment.replicas[(number + 1) % 3].sign_out(&token).await.status, 200);
    }
    let events = count_events(&deployment).await;
    println!(
        "{weather:?}: {} accounts, {refused} requests refused, {events} events in one chain",
        made.len()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_postgresql_is_stopped_requests_are_refused_and_afterwards_all_goes_on() {
    postgresql_goes_and_comes_back(Weather::Stopped).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_when_it_is_killed() {
    postgresql_goes_and_comes_back(Weather::Killed).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_when_it_hangs() {
    postgresql_goes_and_comes_back(Weather::Held).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_neither_postgresql_nor_redis_nobody_is_let_through_and_with_both_everybody_is_again() {
    let server = Postgres::start().expect("PostgreSQL");
    let url = server.create_database().expect("a database");
    let mut redis = Redis::start().expect("Redis");
    let redis_url = redis.create_database().expect("a database");
    let deployment = Deployment::start_on(Storage::at(&url), 2, &redis_url, no_limits()).await;
    deployment.create_account("ana@clinic.example", Role::User).await;
    let token = deployment.replicas[0].sign_in("ana@clinic.example").await;
    for replica in &deployment.replicas {
        assert_eq!(replica.who_am_i(&token).await.status, 200, "and now it is kept");
    }
    redis.kill().expect("kills");
    server.pause().expect("pauses");
    for replica in &deployment.replicas {
        let answer = replica.who_am_i(&token).await;
        assert_eq!((answer.status, answer.code()), (503, "dependency_unavailable"), "{answer:?}");
        assert!(answer.took < LONGEST_ANSWER && answer.headers.contains_key("retry-after"), "{answer:?}");
    }
    server.resume().expect("resumes");
    redis.start_again().expect("starts");
    for replica in &deployment.replicas {
        replica.wait_until_ready_says("ok", "ready").await;
        assert_eq!(replica.who_am_i(&token).await.status, 200);
    }
}
