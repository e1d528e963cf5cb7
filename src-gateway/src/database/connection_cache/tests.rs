//! On a real PostgreSQL.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DbBackend};
use voiceassist_contract::Secret;
use voiceassist_test_engines::Postgres as Server;

use super::*;
use crate::database::place::PostgresAddress;
use crate::database::postgres::connect_readers;
use crate::database::readers::{Readers, Source};

/// Longer than any test.
const LONG: Duration = Duration::from_secs(600);

/// A database of its own, so many connections to it, which are kept for so long, and its name.
async fn open(most: u32, kept_for: Duration) -> (ConnectionCache, String) {
    let url = Server::shared().and_then(Server::create_database).expect("a database is made");
    let name = url.rsplit('/').next().expect("a name").to_owned();
    let address = PostgresAddress::parse(&Secret::new(url)).expect("an address");
    let Readers(Source::Server(cache)) = connect_readers(&address, most).await.expect("opens") else {
        panic!("PostgreSQL is a server");
    };
    (ConnectionCache::new(cache.pool().clone(), kept_for), name)
}

fn statement(sql: &str) -> Statement {
    Statement::from_string(DbBackend::Postgres, sql)
}

async fn ask(cache: &ConnectionCache, sql: &str) -> Result<i64, DbErr> {
    let rows = cache.query_all(&statement(sql)).await?;
    rows.first().expect("a row").try_get_by_index(0)
}

/// Which of the server's processes answers, and so which connection it is.
async fn ask_who(cache: &ConnectionCache) -> i64 {
    ask(cache, "SELECT pg_backend_pid()::bigint").await.expect("is answered")
}

/// Has `number` connections at hand.
async fn keep(cache: &ConnectionCache, number: usize) {
    let mut taken = Vec::new();
    for _ in 0..number {
        taken.push(cache.take().await.expect("a connection"));
    }
    taken.into_iter().for_each(Taken::keep);
    assert_eq!(cache.idle(), number);
}

/// Waits for what happens beside the test.
async fn wait_until(is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20), "it never came to that");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_share_the_connections_and_each_gets_its_own_answer() {
    let (cache, _) = open(3, LONG).await;
    let asked = (0..300_i64).map(|number| {
        let cache = cache.clone();
        tokio::spawn(async move {
            let sql = format!("SELECT {number}::bigint, pg_backend_pid()::bigint");
            let rows = cache.query_all(&statement(&sql)).await.expect("is answered");
            assert_eq!(rows[0].try_get_by_index::<i64>(0).expect("a number"), number);
            rows[0].try_get_by_index::<i64>(1).expect("a process")
        })
    });
    let mut processes = BTreeSet::new();
    for answer in asked.collect::<Vec<_>>() {
        processes.insert(answer.await.expect("did not panic"));
    }
    assert!(processes.len() <= 3, "{processes:?}");
    assert!(cache.pool().size() <= 3);
}

#[tokio::test]
async fn a_connection_stays_at_hand_for_the_next_statement() {
    let (cache, _) = open(3, LONG).await;
    let first = ask_who(&cache).await;
    assert_eq!((cache.idle(), cache.pool().num_idle()), (1, 0));
    assert_eq!(ask_who(&cache).await, first);
    assert_eq!((cache.idle(), cache.pool().size()), (1, 1));
}

#[tokio::test]
async fn the_pool_has_a_connection_back_soon_and_gives_it_again() {
    let (cache, _) = open(3, Duration::from_millis(20)).await;
    let first = ask_who(&cache).await;
    for _ in 0..2 {
        wait_until(|| cache.idle() == 0 && cache.pool().num_idle() == 1).await;
        assert_eq!(ask_who(&cache).await, first);
    }
}

#[tokio::test]
async fn a_statement_that_is_given_up_leaves_nothing_to_the_next() {
    let (cache, _) = open(1, LONG).await;
    let slow = ask(&cache, "SELECT 1::bigint FROM pg_sleep(1)");
    assert!(tokio::time::timeout(Duration::from_millis(100), slow).await.is_err());
    assert_eq!(cache.idle(), 0);
    assert_eq!(ask(&cache, "SELECT 2::bigint").await.expect("is answered"), 2);
}

#[tokio::test]
async fn a_statement_that_fails_gives_its_connection_back_and_the_next_is_answered() {
    let (cache, _) = open(1, LONG).await;
    let error = ask(&cache, "SELECT (1 / 0)::bigint").await.expect_err("fails");
    assert!(error.to_string().contains("division by zero"), "{error}");
    assert_eq!(cache.idle(), 0);
    assert!(cache.execute_unprepared("SELECT nothing").await.is_err());
    assert_eq!(cache.execute_unprepared("SELECT 1; SELECT 2").await.expect("runs").rows_affected(), 2);
    assert_eq!(cache.execute(&statement("SELECT 3")).await.expect("runs").rows_affected(), 1);
    assert_eq!(cache.idle(), 1);
}

#[tokio::test]
async fn connections_that_broke_while_they_were_at_hand_cost_no_reader_an_answer() {
    let (cache, name) = open(3, LONG).await;
    keep(&cache, 3).await;
    let sql =
        format!("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}'");
    let server = Server::shared().expect("PostgreSQL runs");
    assert_eq!(server.run_sql("postgres", &sql).expect("breaks them off").trim(), "3");
    let readers = Readers(Source::Server(cache.clone()));
    for _ in 0..10 {
        readers.query_one_raw(statement("SELECT 1")).await.expect("is answered").expect("a row");
    }
}

#[tokio::test]
async fn who_finds_all_connections_taken_is_told_so_and_the_next_finds_one() {
    let (cache, _) = open(1, LONG).await;
    let taken = cache.take().await.expect("a connection");
    let begun = Instant::now();
    let error = cache.take().await.expect_err("there is none");
    assert!(error.to_string().contains("timed out"), "{error}");
    assert!(begun.elapsed() >= ACQUIRE_TIMEOUT);
    let (next, ()) = tokio::join!(ask(&cache, "SELECT 1::bigint"), async { taken.keep() });
    assert_eq!(next.expect("is answered"), 1);
}

#[tokio::test]
async fn closing_waits_for_the_statement_in_work_and_for_nothing_else() {
    let (cache, _) = open(3, LONG).await;
    keep(&cache, 2).await;
    let slow = tokio::spawn({
        let cache = cache.clone();
        async move { ask(&cache, "SELECT 1::bigint FROM pg_sleep(0.5)").await }
    });
    wait_until(|| cache.idle() == 1).await;
    cache.close().await;
    assert_eq!((cache.idle(), cache.pool().size()), (0, 0));
    assert_eq!(slow.await.expect("did not panic").expect("is answered"), 1);
    assert!(cache.take().await.is_err());
}

#[test]
fn the_last_owner_may_go_away_outside_of_the_runtime() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let cache = runtime.block_on(async {
        let (cache, _) = open(1, LONG).await;
        keep(&cache, 1).await;
        cache
    });
    drop(cache);
    drop(runtime);
}
