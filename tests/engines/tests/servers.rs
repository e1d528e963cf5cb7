//! The servers themselves: started, stopped, killed, paused, and gone when nobody needs them.

#![cfg(target_os = "linux")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use voiceassist_test_engines::{Durability, Postgres, Redis};

const PATIENCE: Duration = Duration::from_secs(20);
/// Set in a process that only starts servers.
const OTHER_PROCESS: &str = "VOICEASSIST_TEST_START_AND_WAIT";

fn name_of(url: &str) -> &str {
    url.rsplit('/').next().expect("a name")
}

fn ask_redis(server: &Redis, url: &str, command: &str) -> String {
    let password = url.split([':', '@']).nth(2).expect("a password");
    let database = name_of(url);
    let mut stream = TcpStream::connect(("127.0.0.1", server.port())).expect("connects");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out is set");
    write!(stream, "AUTH {password}\r\nSELECT {database}\r\n{command}\r\nQUIT\r\n").expect("sends");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answers");
    answer.replace("\r\n", " ")
}

#[test]
fn postgresql_keeps_what_it_acknowledged_when_it_is_stopped_and_when_it_is_killed() {
    let mut server = Postgres::start_with(Durability::Full, &["log_min_messages=warning"]).expect("starts");
    let url = server.create_database().expect("makes a database");
    let name = name_of(&url);
    server.run_sql(name, "CREATE TABLE kept (number int); INSERT INTO kept VALUES (1)").expect("writes");
    server.stop().expect("stops");
    assert!(server.run_sql(name, "SELECT 1").is_err() && server.stop().is_err());
    server.start_again().expect("starts again");
    server.run_sql(name, "INSERT INTO kept VALUES (2)").expect("writes");
    server.kill().expect("is killed");
    server.start_again().expect("starts again and repairs itself");
    assert_eq!(server.run_sql(name, "SELECT sum(number) FROM kept").expect("reads").trim(), "3");
    assert_eq!(server.url(name), url);
}

#[test]
fn a_paused_postgresql_takes_connections_and_answers_once_it_goes_on() {
    let server = Postgres::start().expect("starts");
    let url = server.create_database().expect("makes a database");
    server.pause().expect("pauses");
    let _connection = TcpStream::connect(("127.0.0.1", server.port())).expect("the system takes it");
    std::thread::scope(|scope| {
        let question = scope.spawn(|| server.run_sql(name_of(&url), "SELECT 42"));
        std::thread::sleep(Duration::from_millis(150));
        assert!(!question.is_finished());
        server.resume().expect("goes on");
        assert_eq!(question.join().expect("ends").expect("answers").trim(), "42");
    });
}

#[test]
fn databases_like_another_one_are_filled_once_and_do_not_see_each_other() {
    let server = Postgres::start().expect("starts");
    let filled = AtomicU32::new(0);
    let urls: Vec<String> = std::thread::scope(|scope| {
        let makers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    server.create_database_like("with_people", |url| {
                        filled.fetch_add(1, Ordering::Relaxed);
                        server.run_sql(name_of(url), "CREATE TABLE people (name text)").map(|_| ())
                    })
                })
            })
            .collect();
        makers.into_iter().map(|maker| maker.join().expect("ends").expect("is made")).collect()
    });
    assert_eq!(filled.load(Ordering::Relaxed), 1);
    for url in &urls {
        server.run_sql(name_of(url), "INSERT INTO people VALUES ('Ana')").expect("writes");
    }
    for url in &urls {
        assert_eq!(server.run_sql(name_of(url), "SELECT count(*) FROM people").expect("reads").trim(), "1");
        server.drop_database(url).expect("is dropped");
    }
}

#[test]
fn the_server_of_a_run_is_one_for_all_and_nobodys_to_stop() {
    let (one, other) = (Postgres::shared().expect("starts"), Postgres::shared().expect("is there"));
    assert_eq!(one.port(), other.port());
    assert!(one.run_sql("postgres", "SHOW server_version_num").expect("answers").trim() >= "150000");
    let (one, other) = (Redis::shared().expect("starts"), Redis::shared().expect("is there"));
    assert_eq!(one.port(), other.port());
    assert_ne!(one.create_database().expect("gives one"), other.create_database().expect("gives another"));
}

#[test]
fn redis_is_stopped_killed_paused_and_comes_back_empty_on_the_same_port() {
    let mut server = Redis::start().expect("starts");
    let (url, other) = (server.create_database().expect("one"), server.create_database().expect("another"));
    assert_eq!(ask_redis(&server, &url, "SET key 1"), "+OK +OK +OK +OK ");
    assert_eq!(ask_redis(&server, &other, "GET key"), "+OK +OK $-1 +OK ");
    for end in [Redis::stop, Redis::kill] {
        end(&mut server).expect("ends");
        assert!(TcpStream::connect(("127.0.0.1", server.port())).is_err());
        server.start_again().expect("starts again");
        assert_eq!(ask_redis(&server, &url, "GET key"), "+OK +OK $-1 +OK ");
    }
    server.pause().expect("pauses");
    std::thread::scope(|scope| {
        let question = scope.spawn(|| ask_redis(&server, &url, "PING"));
        std::thread::sleep(Duration::from_millis(150));
        assert!(!question.is_finished());
        server.resume().expect("goes on");
        assert_eq!(question.join().expect("ends"), "+OK +OK +PONG +OK ");
    });
}

/// In a process of its own, which the test below starts and kills.
fn start_servers_and_wait() {
    // In a thread that ends, as a test's does.
    let servers = std::thread::spawn(|| {
        (Postgres::start().expect("PostgreSQL starts"), Redis::start().expect("Redis starts"))
    });
    let (postgres, redis) = servers.join().expect("the thread ends");
    println!("ports {} {}", postgres.port(), redis.port());
    std::thread::sleep(PATIENCE);
}

#[test]
fn servers_end_with_the_process_that_started_them_also_when_it_is_killed() {
    if std::env::var_os(OTHER_PROCESS).is_some() {
        return start_servers_and_wait();
    }
    let mut process = Command::new(std::env::current_exe().expect("this program"))
        .args([
            "--exact",
            "--nocapture",
            "servers_end_with_the_process_that_started_them_also_when_it_is_killed",
        ])
        .env(OTHER_PROCESS, "1")
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let output = BufReader::new(process.stdout.take().expect("is piped"));
    let line = output
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.split_once("ports ").map(|(_, ports)| ports.to_owned()))
        .expect("the ports are said");
    let ports: Vec<u16> = line.split_whitespace().map(|port| port.parse().expect("a port")).collect();
    assert!(ports.len() == 2 && ports.iter().all(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok()));
    process.kill().expect("is killed");
    process.wait().expect("ends");
    let begin = Instant::now();
    while ports.iter().any(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok()) {
        assert!(begin.elapsed() < PATIENCE, "a server outlived its owner");
        std::thread::sleep(Duration::from_millis(10));
    }
}
