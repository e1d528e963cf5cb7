//! Those who work while the database goes and comes.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Answer, EMAIL, Gateway, PASSWORD, Request};

/// No answer may take longer, whatever happens to the database.
const LONGEST_ANSWER: Duration = Duration::from_secs(15);
/// Between two requests of one caller.
const PAUSE: Duration = Duration::from_millis(25);

/// What became of requests.
#[derive(Debug, Default)]
pub struct Tally {
    /// Answered as if nothing were wrong.
    pub served: usize,
    /// Answered with 503.
    pub refused: usize,
    /// The longest that any of them took.
    pub slowest: Duration,
}

impl Tally {
    /// Both together.
    pub fn add(self, other: Self) -> Self {
        Self {
            served: self.served + other.served,
            refused: self.refused + other.refused,
            slowest: self.slowest.max(other.slowest),
        }
    }

    /// Counts an answer, which must be one that may be given in such a weather. Whether it was served.
    #[track_caller]
    fn count(&mut self, answer: &Answer) -> bool {
        assert!(answer.took < LONGEST_ANSWER, "{answer:?}");
        self.slowest = self.slowest.max(answer.took);
        if answer.status == 503 {
            let code = answer.code();
            assert!(["dependency_unavailable", "overloaded"].contains(&code.as_str()), "{answer:?}");
            assert!(answer.header("retry-after").is_some(), "{answer:?}");
            self.refused += 1;
            return false;
        }
        self.served += 1;
        true
    }
}

/// The time in which everybody works.
#[derive(Debug, Default)]
pub struct Shift {
    is_over: AtomicBool,
    served: AtomicUsize,
}

impl Shift {
    /// Sends everybody home.
    pub fn end(&self) {
        self.is_over.store(true, Ordering::SeqCst);
    }

    /// Waits until so many more requests have been served.
    #[track_caller]
    pub fn wait_for_work(&self, requests: usize, longest: Duration) {
        let (since, before) = (Instant::now(), self.served.load(Ordering::SeqCst));
        while self.served.load(Ordering::SeqCst) < before + requests {
            assert!(since.elapsed() < longest, "{requests} requests were not served within {longest:?}");
            std::thread::sleep(PAUSE);
        }
    }
}

/// Somebody who works.
pub trait Caller: Send {
    /// One request, whose answer is counted.
    fn call(&mut self, gateway: &Gateway, token: &str, tally: &mut Tally);

    /// Fails the test unless everything acknowledged is there.
    fn look_again(&mut self, _: &Gateway, _: &str) {}

    /// Calls until told to stop.
    fn work(&mut self, gateway: &Gateway, token: &str, shift: &Shift) -> Tally {
        let mut tally = Tally::default();
        while !shift.is_over.load(Ordering::SeqCst) {
            let before = tally.served;
            self.call(gateway, token, &mut tally);
            shift.served.fetch_add(tally.served - before, Ordering::SeqCst);
            std::thread::sleep(PAUSE);
        }
        tally
    }
}

/// Reads.
pub struct Asker(&'static str);

impl Asker {
    /// Asks for this.
    pub fn new(path: &'static str) -> Self {
        Self(path)
    }
}

impl Caller for Asker {
    fn call(&mut self, gateway: &Gateway, token: &str, tally: &mut Tally) {
        let answer = gateway.ask(&Request::get(self.0).with_token(token));
        if tally.count(&answer) {
            answer.expect(200);
        }
    }
}

/// Signs in.
pub struct Signer;

impl Caller for Signer {
    fn call(&mut self, gateway: &Gateway, _: &str, tally: &mut Tally) {
        let body = json!({"email": EMAIL, "password": PASSWORD});
        let answer = gateway.ask(&Request::post("/api/auth/login").with_json(&body));
        if tally.count(&answer) {
            answer.expect(200);
        }
    }
}

/// Edits one account.
pub struct Editor {
    path: String,
    version: i64,
    /// Whether the last edit was refused, which says nothing about whether it was done.
    is_in_doubt: bool,
}

impl Editor {
    /// Edits the account with this id, which is as it was made.
    pub fn new(id: String) -> Self {
        Self { path: format!("/api/users/{id}"), version: 1, is_in_doubt: false }
    }
}

impl Caller for Editor {
    fn call(&mut self, gateway: &Gateway, token: &str, tally: &mut Tally) {
        let change = json!({"full_name": format!("Nour Haddad {}", self.version + 1)});
        let request = Request::new("PUT", &self.path).with_token(token).with_version(self.version);
        let answer = gateway.ask(&request.with_json(&change));
        if !tally.count(&answer) {
            self.is_in_doubt = true;
            return;
        }
        if answer.status == 409 && self.is_in_doubt {
            assert_eq!(answer.json()["current"]["version"].as_i64(), Some(self.version + 1), "{answer:?}");
        } else {
            answer.expect(200);
        }
        self.version += 1;
        self.is_in_doubt = false;
    }

    fn look_again(&mut self, gateway: &Gateway, token: &str) {
        let account = gateway.ask(&Request::get(&self.path).with_token(token)).expect(200);
        let found = account["version"].as_i64().expect("a version");
        assert!(found == self.version || (self.is_in_doubt && found == self.version + 1), "{account}");
    }
}
