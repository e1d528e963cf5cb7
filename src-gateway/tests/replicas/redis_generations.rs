//! The generations in Redis, with a connection for each replica.

use std::sync::Arc;
use std::time::Duration;

use voiceassist_contract::Id;
use voiceassist_gateway::generations::Generations;
use voiceassist_gateway::random::SystemRandom;
use voiceassist_gateway::redis::generations::RedisGenerations;
use voiceassist_test_engines::Redis as Server;

use crate::simulation::{Chance, Pace, simulate};
use crate::support::connect;

async fn generations(url: &str) -> Arc<dyn Generations> {
    Arc::new(RedisGenerations::new(connect(url).await, Arc::new(SystemRandom)))
}

async fn three(url: &str) -> [Arc<dyn Generations>; 3] {
    [generations(url).await, generations(url).await, generations(url).await]
}

fn account(number: u64) -> Id {
    Id::from_u128(number.into())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_see_the_same_generation_and_every_change() {
    let url = Server::shared().expect("Redis").create_database().expect("a database");
    let [one, other, _] = three(&url).await;
    let first = one.find(account(1)).await.expect("a generation").word;
    assert_eq!(other.find(account(1)).await.expect("a generation").word, first);
    let change = one.announce(&[account(1)]).await;
    let second_change = other.announce(&[account(1)]).await;
    assert_eq!(other.find(account(1)).await, None);
    assert!(one.conclude(change, &[account(1)]).await);
    assert_eq!(other.find(account(1)).await, None, "the second change is still on its way");
    assert!(other.conclude(second_change, &[account(1)]).await);
    assert_ne!(other.find(account(1)).await.expect("a new generation").word, first);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_accounts_change_together() {
    let url = Server::shared().expect("Redis").create_database().expect("a database");
    let [one, other, _] = three(&url).await;
    let accounts: Vec<Id> = (0..1_000).map(account).collect();
    let change = one.announce(&accounts).await;
    assert_eq!(other.find(account(999)).await, None);
    assert!(one.conclude(change, &accounts).await);
    assert!(other.find(account(999)).await.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn through_redis_no_reader_sees_what_was_before_an_answered_change() {
    let url = Server::shared().expect("Redis").create_database().expect("a database");
    let mut simulations = Vec::new();
    for seed in 0..12 {
        let chance = Chance::new(seed, Pace(Duration::from_millis(60)));
        simulations.push(tokio::spawn(simulate(three(&url).await, account(seed), chance)));
    }
    let (mut stale, mut kept) = (0, 0);
    for simulation in simulations {
        let outcome = simulation.await.expect("runs to its end");
        stale += outcome.stale;
        kept += outcome.kept;
    }
    assert_eq!(stale, 0);
    assert!(kept > 200, "hardly anything was kept: {kept}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nor_while_redis_is_killed_and_held_again_and_again() {
    let mut server = Server::start().expect("Redis");
    let url = server.create_database().expect("a database");
    let mut simulations = Vec::new();
    for seed in 0..12 {
        let chance = Chance::new(seed, Pace(Duration::from_millis(1_500)));
        simulations.push(tokio::spawn(simulate(three(&url).await, account(seed), chance)));
    }
    let mut round = 0;
    while simulations.iter().any(|simulation| !simulation.is_finished()) {
        tokio::time::sleep(Duration::from_millis(1_300)).await;
        if round % 2 == 0 {
            server.kill().expect("kills");
            tokio::time::sleep(Duration::from_millis(200)).await;
            server.start_again().expect("starts");
        } else {
            server.pause().expect("pauses");
            tokio::time::sleep(Duration::from_millis(900)).await;
            server.resume().expect("resumes");
        }
        round += 1;
        assert!(round < 200, "the simulations do not end");
    }
    let mut stale = 0;
    for simulation in simulations {
        stale += simulation.await.expect("runs to its end").stale;
    }
    assert_eq!(stale, 0);
    assert!(round >= 3, "Redis was disturbed only {round} times");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_has_gone_back_to_an_old_generation_brings_nothing_old_back() {
    let mut server = Server::start().expect("Redis");
    let url = server.create_database().expect("a database");
    let [one, other, _] = three(&url).await;
    let old = one.find(account(1)).await.expect("a generation");
    let change = other.announce(&[account(1)]).await;
    assert!(other.conclude(change, &[account(1)]).await);
    server.kill().expect("kills");
    server.start_again().expect("starts");
    // As if it had come up from a snapshot of before the change.
    let client = redis::Client::open(url).expect("an address");
    let mut connection = client.get_connection().expect("connects");
    let key = format!("voiceassist:generation:{}", account(1));
    redis::cmd("SET").arg(key).arg(format!("{:032x}", old.word)).exec(&mut connection).expect("sets");
    let mut found = None;
    for _ in 0..100 {
        found = one.find(account(1)).await;
        if found.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let found = found.expect("Redis is used again");
    assert_eq!(found.word, old.word);
    assert_ne!(found, old, "the old word must not count on a new connection");
}
