//! The computer's clock is set by an hour, forwards or back, while people work: nobody is locked out for it, no
//! session that was ended comes back, no limit opens, and the audit trail keeps its order.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use chrono::Duration;
use voiceassist_contract::accounts::Role;

use crate::support::{Answer, Engine, PASSWORD, Pair, Request, Steered, report};

const ANA: &str = "ana@clinic.example";
const NOUR: &str = "nour@clinic.example";
const WORKER: &str = "worker@clinic.example";
/// An address that has used up its sign-ins, and one that guesses.
const BUSY: &str = "203.0.113.7";
/// The longest delay that failed sign-ins lead to, in seconds.
const LONGEST_DELAY: u64 = 15 * 60;
/// Sign-ins that an address has at once, and the seconds until it has one more.
const SIGN_INS: usize = 10;
const PACE: i64 = 6;

/// Works without pause, refreshing when the access token is no longer taken, until told to stop. Says how often it
/// was served.
fn work(gateway: &Steered, is_over: &AtomicBool, served: &AtomicUsize) {
    let mut pair = gateway.sign_in(WORKER);
    while !is_over.load(Ordering::SeqCst) {
        let answer = gateway.ask(&Request::get("/api/auth/me").with_token(&pair.access));
        match (answer.status, answer.code().as_str()) {
            (200, _) => _ = served.fetch_add(1, Ordering::SeqCst),
            (401, "token_expired") => pair = Pair::of(&gateway.ask(&pair.refresh_request()).expect(200)),
            _ => panic!("{answer:?}"),
        }
    }
}

fn fail_to_sign_in(gateway: &Steered, email: &str, times: usize) {
    for time in 0..times {
        // From many addresses: it is the account that is guessed at.
        let answer = gateway.try_sign_in(&format!("192.0.2.{time}"), email, "not the password");
        assert_eq!((answer.status, answer.code().as_str()), (401, "invalid_credentials"), "{answer:?}");
    }
}

fn seconds_to_wait(answer: &Answer, code: &str) -> u64 {
    assert_eq!((answer.status, answer.code().as_str()), (429, code), "{answer:?}");
    answer.header("retry-after").and_then(|wait| wait.parse().ok()).expect("a wait")
}

/// Every event of the trail, page by page, is there once.
fn count_listed_events(gateway: &Steered, token: &str) -> usize {
    let (mut seen, mut cursor) = (BTreeSet::new(), String::new());
    loop {
        let path = format!("/api/audit?limit=7{cursor}");
        let page = gateway.ask(&Request::get(&path).with_token(token)).expect(200);
        for event in page["items"].as_array().expect("items") {
            assert!(seen.insert(event["sequence"].as_i64().expect("a place")), "{event} comes twice");
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return seen.len(),
        }
    }
}

/// What stands before the clock is set.
struct Before {
    /// A session.
    pair: Pair,
    /// A token that was used a moment ago, and what it gave.
    used: Pair,
    given: Pair,
    /// A session that was ended.
    ended: Pair,
}

fn prepare(gateway: &Steered) -> Before {
    gateway.create_account(ANA, Role::Admin);
    gateway.create_account(NOUR, Role::User);
    gateway.create_account(WORKER, Role::User);
    let ended = gateway.sign_in(ANA);
    gateway.ask(&Request::post("/api/auth/logout").with_token(&ended.access)).expect(200);
    let pair = gateway.sign_in(ANA);
    let used = gateway.sign_in(ANA);
    let given = Pair::of(&gateway.ask(&used.refresh_request()).expect(200));
    for number in 0..SIGN_INS {
        let email = format!("nobody{number}@clinic.example");
        assert_eq!(gateway.try_sign_in(BUSY, &email, "x").status, 401);
    }
    fail_to_sign_in(gateway, NOUR, 5);
    Before { pair, used, given, ended }
}

fn assert_sane_after(gateway: &Steered, before: &Before, hours: i64) {
    for request in
        [Request::get("/api/auth/me").with_token(&before.ended.access), before.ended.refresh_request()]
    {
        assert_eq!(gateway.ask(&request).status, 401, "a session that was ended stays ended");
    }
    // The limit neither opens nor closes.
    let wait = seconds_to_wait(&gateway.try_sign_in(BUSY, ANA, PASSWORD), "rate_limited");
    assert!(wait <= PACE.unsigned_abs(), "{wait} s");
    gateway.wait(PACE);
    assert_eq!(gateway.try_sign_in(BUSY, ANA, PASSWORD).status, 200);
    // Who was delayed is let in, and who goes on guessing is delayed again.
    fail_to_sign_in(gateway, NOUR, 1);
    let wait = seconds_to_wait(&gateway.try_sign_in("192.0.2.99", NOUR, PASSWORD), "account_locked");
    assert!(wait <= LONGEST_DELAY, "{wait} s");
    gateway.wait(i64::try_from(wait).expect("a number"));
    assert_eq!(gateway.try_sign_in("192.0.2.99", NOUR, PASSWORD).status, 200);

    let me = Request::get("/api/auth/me").with_token(&before.pair.access);
    let answer = gateway.ask(&me);
    match hours > 0 {
        true => assert_eq!((answer.status, answer.code().as_str()), (401, "token_expired")),
        false => assert_eq!(answer.status, 200, "{answer:?}"),
    }
    let next = Pair::of(&gateway.ask(&before.pair.refresh_request()).expect(200));
    let uptime = gateway.ask(&Request::get("/health")).expect(200)["uptime_seconds"].as_u64();
    assert!(uptime.is_some_and(|seconds| seconds < LONGEST_DELAY), "{uptime:?}");
    assert_eq!(count_listed_events(gateway, &next.access) as i64, gateway.verify_trail());
    // Its grace is over, whatever the clock says.
    let answer = gateway.ask(&before.used.refresh_request());
    assert_eq!((answer.status, answer.code().as_str()), (401, "refresh_reused"), "{answer:?}");
    assert_eq!(gateway.ask(&before.given.refresh_request()).status, 401, "and it ends the session");
}

fn the_clock_is_set(engine: Engine, hours: i64) {
    let gateway = Steered::start(engine);
    let before = prepare(&gateway);
    let (is_over, served) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| work(&gateway, &is_over, &served));
        let serve_some = || {
            let goal = served.load(Ordering::SeqCst) + 5;
            while served.load(Ordering::SeqCst) < goal && !worker.is_finished() {
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
        };
        serve_some();
        gateway.clock.set(Duration::hours(hours));
        let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            serve_some();
            assert_sane_after(&gateway, &before, hours);
            serve_some();
        }));
        is_over.store(true, Ordering::SeqCst);
        worker.join().expect("nothing was wrong");
        checked.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
    let (way, events) = (if hours > 0 { "forwards" } else { "back" }, gateway.verify_trail());
    report(
        engine,
        &format!(
            "set the clock an hour {way} in use; {} requests were served meanwhile, ended sessions stayed ended, limits and delays held and ended, the chain of {events} events is whole",
            served.into_inner()
        ),
    );
}

#[test]
fn an_hour_forwards_harms_nobody_on_sqlite() {
    the_clock_is_set(Engine::Sqlite, 1);
}

#[test]
fn an_hour_back_harms_nobody_on_sqlite() {
    the_clock_is_set(Engine::Sqlite, -1);
}

#[test]
fn an_hour_forwards_harms_nobody_on_postgres() {
    the_clock_is_set(Engine::Postgres, 1);
}

#[test]
fn an_hour_back_harms_nobody_on_postgres() {
    the_clock_is_set(Engine::Postgres, -1);
}
