//! The limits per address, counted in Redis.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use voiceassist_gateway::clock::{ManualClock, SystemClock};
use voiceassist_gateway::limits::{Allowances, Limit, MemoryLimiter, RateLimiter, Verdict};
use voiceassist_gateway::random::{SeededRandom, number_below};
use voiceassist_gateway::redis::limiter::{LimitTime, RedisLimiter};
use voiceassist_test_engines::Redis as Server;

use crate::support::connect;

async fn limiter(url: &str) -> RedisLimiter {
    let clock = Arc::new(SystemClock);
    RedisLimiter::new(connect(url).await, Allowances::default(), LimitTime::OfRedis, clock)
}

fn address(number: u32) -> IpAddr {
    IpAddr::from([192, 0, 2, u8::try_from(number).expect("small")])
}

async fn register(limiter: &RedisLimiter, address: IpAddr) -> Verdict {
    limiter.count(Limit::Register, address).await.expect("counts")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_at_once_on_many_replicas_exactly_as_many_pass_as_may() {
    let url = Server::shared().expect("Redis").create_database().expect("a database");
    let mut replicas = Vec::new();
    for _ in 0..5 {
        replicas.push(Arc::new(limiter(&url).await));
    }
    let requests: Vec<_> = (0..400_u32)
        .map(|number| {
            let replica = replicas[number as usize % replicas.len()].clone();
            let address = address(number / 5 % 4);
            tokio::spawn(async move { (address, register(&replica, address).await) })
        })
        .collect();
    let mut passed = [0_u32; 4];
    for request in requests {
        let (from, verdict) = request.await.expect("counts");
        let number = (0..4).find(|number| address(*number) == from).expect("one of four");
        passed[number as usize] += u32::from(verdict.wait.is_none());
    }
    assert_eq!(passed, [5; 4], "5 an hour, from each address");
}

#[tokio::test]
async fn redis_and_memory_come_to_the_same_verdicts() {
    let url = Server::shared().expect("Redis").create_database().expect("a database");
    let start = chrono::DateTime::from_timestamp_millis(1_790_000_000_000).expect("in range");
    let clock = Arc::new(ManualClock::at(start));
    let time = LimitTime::Of(clock.clone());
    let in_redis = RedisLimiter::new(connect(&url).await, Allowances::default(), time, clock.clone());
    let in_memory = MemoryLimiter::new(Allowances::default(), clock.clone());
    let random = SeededRandom::new(7);
    let (mut passed, mut refused) = (0, 0);
    for _ in 0..1_500 {
        let limit = [Limit::Register, Limit::Login, Limit::Refresh][number_below(&random, 3) as usize];
        let from = address(number_below(&random, 2));
        let expected = in_memory.count(limit, from).await.expect("counts");
        assert_eq!(in_redis.count(limit, from).await.expect("counts"), expected);
        if expected.wait.is_none() {
            passed += 1
        } else {
            refused += 1
        }
        clock.advance(chrono::Duration::milliseconds(number_below(&random, 3_000).into()));
    }
    assert!(passed > 100 && refused > 100, "{passed} passed, {refused} were refused");
}

#[tokio::test]
async fn a_clock_that_is_set_back_locks_nobody_out_for_longer_than_the_window() {
    let url = Server::shared().expect("Redis").create_database().expect("a database");
    let start = chrono::DateTime::from_timestamp_millis(1_790_000_000_000).expect("in range");
    let clock = Arc::new(ManualClock::at(start));
    let time = LimitTime::Of(clock.clone());
    let limiter = RedisLimiter::new(connect(&url).await, Allowances::default(), time, clock.clone());
    for _ in 0..10 {
        assert_eq!(limiter.count(Limit::Login, address(1)).await.expect("counts").wait, None);
    }
    clock.set(chrono::Duration::hours(-1));
    let refused = limiter.count(Limit::Login, address(1)).await.expect("counts");
    assert_eq!(refused.wait, Some(Duration::from_secs(6)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_redis_each_process_goes_on_counting_where_it_was() {
    let mut server = Server::start().expect("Redis");
    let url = server.create_database().expect("a database");
    let (one, other) = (limiter(&url).await, limiter(&url).await);
    for _ in 0..3 {
        assert_eq!(register(&one, address(1)).await.wait, None);
    }
    server.kill().expect("kills");
    for _ in 0..2 {
        assert_eq!(register(&one, address(1)).await.wait, None, "3 of 5 have come");
    }
    assert!(register(&one, address(1)).await.wait.is_some(), "all 5 have come");
    assert_eq!(register(&other, address(1)).await.wait, None, "another process knows only its own");

    server.start_again().expect("starts");
    let redis_counts = async || {
        for _ in 0..100 {
            // Redis has forgotten, so it lets an address through that this process would not.
            if register(&one, address(1)).await.wait.is_none() {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        false
    };
    assert!(redis_counts().await, "Redis is back and is not used");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_hangs_costs_its_time_limit_once() {
    let server = Server::start().expect("Redis");
    let url = server.create_database().expect("a database");
    let limiter = limiter(&url).await;
    register(&limiter, address(1)).await;
    server.pause().expect("pauses");
    let started = std::time::Instant::now();
    for number in 0..100 {
        register(&limiter, address(number)).await;
    }
    // A time limit for each would be 50 seconds.
    assert!(started.elapsed() < Duration::from_secs(25), "{:?}", started.elapsed());
    server.resume().expect("resumes");
}
