//! The measurements, each once and in this order: what stands still first, then one kind of load after the other.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use serde_json::Value;

use super::Engine;
use super::client::{Connection, Request};
use super::engine::Storage;
use super::figure::{Figure, Unit};
use super::fill::{People, put_in_order};
use super::gateway::{Gateway, sign_in};
use super::load::{Sample, ask_once, ask_until, ask_without_pause};
use super::people::{Row, mix};
use super::report::Report;

const CONNECTIONS: usize = 16;
/// How long one kind of load lasts.
const LENGTH: Duration = Duration::from_secs(8);
const STARTS: usize = 5;
const SIGN_INS: usize = 12;
const SEARCHES: usize = 400;
const COUNTS: usize = 200;
/// Pages that are followed in each order, and how many accounts are on one.
const PAGES: usize = 25;
const PAGE: usize = 50;
/// bcrypt's cost in service.
const COST: u32 = 12;
const MEGABYTE: f64 = 1_000_000.0;

/// What the program weighs.
pub(super) fn weigh(program: &Path) -> Result<Figure> {
    let bytes = program.metadata().with_context(|| format!("{}", program.display()))?.len();
    Ok(figure("", "stripped program", bytes as f64 / MEGABYTE, Unit::Megabytes, Some(25.0)))
}

/// How long bcrypt itself takes to compare a password, in milliseconds: the quickest of several, because other
/// programs can make it slower and nothing makes it faster.
pub(super) fn time_bcrypt() -> Result<f64> {
    let hash = bcrypt::hash("marble kettle orbit fern", COST)?;
    let mut times = Vec::new();
    let begin = Instant::now();
    for _ in 0..SIGN_INS {
        let asked = Instant::now();
        bcrypt::verify("marble kettle orbit fern", &hash)?;
        times.push(asked.elapsed());
    }
    Ok(Sample::of(times, begin.elapsed()).quantile(0.0))
}

/// Measures a gateway on this storage.
pub(super) fn measure(program: &Path, storage: &Storage, people: &People, report: &mut Report) -> Result<()> {
    let place = storage.engine().title();
    let mut add = |name, value, unit, target| report.add(figure(place, name, value, unit, target));
    let starts = (0..STARTS).map(|_| Ok(Gateway::start(program, storage)?.start_time()));
    let starts = Sample::of(starts.collect::<Result<_>>()?, Duration::from_secs(1));
    add("start to first answer", starts.quantile(0.5), Unit::Milliseconds, Some(200.0));

    let mut gateway = Gateway::start(program, storage)?;
    let (address, token) = (gateway.address(), gateway.sign_in(&people.administrator)?);
    if let Some(memory) = gateway.resident_memory() {
        add("resident memory, idle", memory, Unit::Megabytes, Some(40.0));
    }
    if storage.engine() == Engine::Postgres {
        let sample = search(&gateway, &token, people.others)?;
        let name = "a search in rows as they arrived, p99";
        add(name, sample.quantile(0.99), Unit::Milliseconds, Some(50.0));
        put_in_order(storage)?;
    }
    let me = Request::get("/api/users/me", &token);
    let asked_me = |_: usize, _: usize| me.clone();
    ask_without_pause(address, CONNECTIONS, Duration::from_secs(1), asked_me)?;
    let sample = ask_without_pause(address, CONNECTIONS, LENGTH, asked_me)?;
    add("GET /api/users/me", sample.rate(), Unit::PerSecond, Some(8_000.0));
    add("GET /api/users/me, p99", sample.quantile(0.99), Unit::Milliseconds, Some(10.0));

    let page = Request::get("/api/users?limit=100", &token);
    let sample = ask_without_pause(address, CONNECTIONS, LENGTH, |_, _| page.clone())?;
    add("a page of 100 accounts", sample.rate(), Unit::PerSecond, Some(2_800.0));
    add("a page of 100 accounts, p99", sample.quantile(0.99), Unit::Milliseconds, None);

    let times_bcrypt = compare_sign_in(&gateway, people)?;
    add("a sign-in", times_bcrypt, Unit::TimesBcrypt, Some(1.1));
    let (during, sign_ins) = ask_while_others_sign_in(&gateway, people, &me)?;
    add("GET /api/users/me while 8 sign in, p99", during.quantile(0.99), Unit::Milliseconds, Some(25.0));
    add("GET /api/users/me while 8 sign in", during.rate(), Unit::PerSecond, None);
    add("sign-ins meanwhile", sign_ins.rate(), Unit::PerSecond, None);

    let sample = turn_pages(&gateway, &token)?;
    add("a page of 50 in any order, p99", sample.quantile(0.99), Unit::Milliseconds, Some(50.0));
    add("a page of 50 in any order, p50", sample.quantile(0.5), Unit::Milliseconds, None);
    let sample = search(&gateway, &token, people.others)?;
    add("a search for 3 letters, p99", sample.quantile(0.99), Unit::Milliseconds, Some(50.0));
    add("a search for 3 letters, p50", sample.quantile(0.5), Unit::Milliseconds, None);
    let counts = Request::get("/api/users?limit=1&counts=true", &token);
    let sample = ask_in_turn(&gateway, (0..COUNTS).map(|_| counts.clone()))?;
    add("counts by status, p99", sample.quantile(0.99), Unit::Milliseconds, Some(100.0));
    if let Some(memory) = gateway.resident_memory() {
        add("resident memory, after the load", memory, Unit::Megabytes, Some(80.0));
    }
    gateway.check_alive()
}

fn figure(place: &'static str, name: &'static str, value: f64, unit: Unit, target: Option<f64>) -> Figure {
    Figure { place, name, value, unit, target }
}

/// One after the other over one connection.
fn ask_in_turn(gateway: &Gateway, requests: impl Iterator<Item = Request>) -> Result<Sample> {
    let mut line = Connection::open(gateway.address())?;
    let begin = Instant::now();
    let times = requests.map(|request| ask_once(&mut line, &request)).collect::<Result<_>>()?;
    Ok(Sample::of(times, begin.elapsed()))
}

/// A sign-in's time as a multiple of bcrypt's, measured in turns because the processor's speed changes.
fn compare_sign_in(gateway: &Gateway, people: &People) -> Result<f64> {
    let mut line = Connection::open(gateway.address())?;
    let hash = bcrypt::hash(&people.signing_in[0].1, COST)?;
    let (mut of_gateway, mut of_bcrypt) = (Vec::new(), Vec::new());
    for turn in 0..SIGN_INS {
        let person = &people.signing_in[turn % people.signing_in.len()];
        of_gateway.push(ask_once(&mut line, &sign_in(person))?);
        let asked = Instant::now();
        bcrypt::verify(&people.signing_in[0].1, &hash)?;
        of_bcrypt.push(asked.elapsed());
    }
    let middle = |times| Sample::of(times, Duration::from_secs(1)).quantile(0.5);
    Ok(middle(of_gateway) / middle(of_bcrypt))
}

/// `GET /api/users/me` as ever, while each of the people signs in again and again.
fn ask_while_others_sign_in(gateway: &Gateway, people: &People, me: &Request) -> Result<(Sample, Sample)> {
    let is_over = AtomicBool::new(false);
    let address = gateway.address();
    std::thread::scope(|scope| {
        let others = scope.spawn(|| {
            let request = |number: usize, _: usize| sign_in(&people.signing_in[number]);
            ask_until(address, people.signing_in.len(), None, &is_over, request)
        });
        let sample = ask_without_pause(address, CONNECTIONS, LENGTH, |_, _| me.clone());
        is_over.store(true, Ordering::Relaxed);
        let others = others.join().map_err(|_| anyhow!("a connection panicked"))??;
        Ok((sample?, others))
    })
}

/// Follows the pages of every order in both directions.
fn turn_pages(gateway: &Gateway, token: &str) -> Result<Sample> {
    let mut line = Connection::open(gateway.address())?;
    let (begin, mut times) = (Instant::now(), Vec::new());
    for sort in ["full_name", "email", "role", "status", "last_login", "created_at"] {
        for order in ["asc", "desc"] {
            let mut cursor = String::new();
            for _ in 0..PAGES {
                let path = format!("/api/users?limit={PAGE}&sort={sort}&order={order}{cursor}");
                let asked = Instant::now();
                let (status, body) = line.send(&Request::get(&path, token))?;
                times.push(asked.elapsed());
                anyhow::ensure!(status == 200, "{path} was answered with {status}");
                let page: Value = serde_json::from_slice(body)?;
                let Some(next) = page["next_cursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
        }
    }
    Ok(Sample::of(times, begin.elapsed()))
}

/// Searches for what stands in the middle of names, as the interface does: with the number of matches.
fn search(gateway: &Gateway, token: &str, accounts: usize) -> Result<Sample> {
    let some = (0_u64..).map(|number| Row::of((mix(number) % accounts.max(1) as u64) as usize));
    let requests = some.filter_map(|row| row.piece()).take(SEARCHES).map(|piece| {
        let encoded: String = piece.bytes().map(|byte| format!("%{byte:02X}")).collect();
        Request::get(&format!("/api/users?search={encoded}"), token)
    });
    ask_in_turn(gateway, requests)
}
