//! PostgreSQL is cut off in the middle of work: held for half a minute, its connections broken off, killed. Nobody
//! gets a 500 or waits without end, nothing acknowledged is lost, and the gateway goes on without a restart.

mod callers;

use std::time::{Duration, Instant};

use voiceassist_test_engines::{Durability, Postgres};

use self::callers::{Asker, Caller, Editor, Shift, Signer, Tally};
use crate::support::{Clinic, Engine, Gateway, Request, report};

/// How long the server is held.
const HELD: Duration = Duration::from_secs(30);
/// The longest until everything works again.
const LONGEST_RECOVERY: Duration = Duration::from_secs(15);
/// Answers in a row that say so.
const ENOUGH: usize = 20;
/// Requests that are served before each thing that happens to the server, so that each happens in the middle of work.
const WORK: usize = 35;

fn ready_status(gateway: &Gateway) -> u16 {
    gateway.ask(&Request::get("/health")).expect(200);
    gateway.ask(&Request::get("/ready")).status
}

fn wait_until_ready(gateway: &Gateway, token: &str) {
    let (since, mut in_a_row) = (Instant::now(), 0);
    while in_a_row < ENOUGH {
        assert!(since.elapsed() < LONGEST_RECOVERY, "the gateway did not recover");
        let is_served = gateway.ask(&Request::get("/api/users").with_token(token)).status == 200;
        in_a_row = if is_served && ready_status(gateway) == 200 { in_a_row + 1 } else { 0 };
    }
}

/// What happens to the server.
struct Weather<'a> {
    server: &'a mut Postgres,
    name: &'a str,
}

impl Weather<'_> {
    fn hold(&self, gateway: &Gateway) {
        self.server.pause().expect("pauses");
        let until = Instant::now() + HELD;
        std::thread::sleep(Duration::from_secs(3));
        while Instant::now() < until {
            assert_eq!(ready_status(gateway), 503);
            std::thread::sleep(Duration::from_millis(500));
        }
        self.server.resume().expect("resumes");
    }

    fn break_connections(&self) {
        for _ in 0..5 {
            let sql = format!(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                 WHERE datname = '{}' AND pid <> pg_backend_pid()",
                self.name
            );
            self.server.run_sql("postgres", &sql).expect("breaks connections off");
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    fn kill(&mut self) {
        self.server.kill().expect("kills");
        std::thread::sleep(Duration::from_secs(2));
        self.server.start_again().expect("starts and repairs itself");
    }
}

#[test]
fn a_server_that_is_held_broken_off_and_killed_costs_nobody_more_than_a_503() {
    let mut server = Postgres::start_with(Durability::Full, &[]).expect("PostgreSQL");
    let url = server.create_database().expect("a database");
    let name = url.rsplit('/').next().expect("a name").to_owned();
    let clinic = Clinic::found_on(url);
    let gateway = clinic.serve();
    let token = gateway.sign_in().access;
    let ids = gateway.make_people(&token, "edited", 2);
    let mut callers: Vec<Box<dyn Caller>> =
        vec![Box::new(Asker::new("/api/auth/me")), Box::new(Asker::new("/api/audit")), Box::new(Signer)];
    callers.extend(ids.into_iter().map(|id| Box::new(Editor::new(id)) as Box<dyn Caller>));
    let shift = Shift::default();
    let tally = std::thread::scope(|scope| {
        let (gateway, token, shift) = (&gateway, &token, &shift);
        let busy: Vec<_> = callers
            .iter_mut()
            .map(|caller| scope.spawn(move || caller.work(gateway, token, shift)))
            .collect();
        let weather = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let mut weather = Weather { server: &mut server, name: &name };
            shift.wait_for_work(WORK, LONGEST_RECOVERY);
            weather.hold(gateway);
            wait_until_ready(gateway, token);
            shift.wait_for_work(WORK, LONGEST_RECOVERY);
            weather.break_connections();
            wait_until_ready(gateway, token);
            shift.wait_for_work(WORK, LONGEST_RECOVERY);
            weather.kill();
            wait_until_ready(gateway, token);
        }));
        shift.end();
        let tallies = busy.into_iter().map(|caller| caller.join().expect("nothing was wrong"));
        let tally = tallies.fold(Tally::default(), Tally::add);
        weather.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        tally
    });
    for caller in &mut callers {
        caller.look_again(&gateway, &token);
    }
    assert!(tally.served > 100 && tally.refused > 0, "{tally:?}");
    let events = clinic.verify_trail();
    clinic.assert_calm();
    report(
        Engine::Postgres,
        &format!(
            "held the server for {} s, broke its connections off 5 times, killed it; {} requests were served, {} refused with 503, the slowest after {:.1?}, acknowledged edits are there, the chain of {events} events is whole",
            HELD.as_secs(),
            tally.served,
            tally.refused,
            tally.slowest
        ),
    );
}
