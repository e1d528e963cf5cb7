//! Servers for tests that answer like the Python gateways which clinics have deployed, bugs included.
//!
//! The real ones cannot be had in a test. What these answer is taken from recordings of one of them
//! (`recordings/`), with ids, names and times put in; behind it stand accounts and tokens, so that a whole
//! story can be told. They listen on a loopback port of their own and stop when they are dropped.

mod http;
mod mishap;
mod people;
mod recordings;
mod routes;
mod state;
mod tokens;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use uuid::Uuid;

pub use mishap::Mishap;
pub use people::{Person, Role};
pub use recordings::RECORDINGS;

use state::State;

/// Which server is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The newest recorded one, with its administration panel.
    December2025,
    /// The same without the panel.
    December2025Plain,
    /// The early one: bare arrays, no panel, and an internal error after every registration.
    November2025,
    /// One that nobody has ever seen.
    Invented,
}

/// What time it is for the server.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// A running server.
pub struct ScriptedGateway {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    task: tokio::task::JoinHandle<()>,
}

impl ScriptedGateway {
    /// Starts a server with nobody in it; needs a tokio runtime.
    ///
    /// # Panics
    /// If no loopback port can be had.
    pub async fn start(kind: Kind, clock: Clock) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State::new(kind, address, clock)));
        let task = tokio::spawn(http::serve(listener, Arc::clone(&state)));
        Self { address, state, task }
    }

    /// The server's address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Adds somebody who can sign in.
    pub fn add(&self, full_name: &str, email: &str, password: &str, role: Role) -> Uuid {
        self.state().add_person(full_name, email, password, role)
    }

    /// Adds so many people with numbered names.
    pub fn add_many(&self, count: usize) {
        let mut state = self.state();
        for number in 0..count {
            let (name, email) = (format!("Person {number:05}"), format!("person{number:05}@clinic.example"));
            state.add_person(&name, &email, "never used by anybody", Role::User);
        }
    }

    /// The person with this id, as the server has it.
    pub fn person(&self, id: Uuid) -> Option<Person> {
        self.state().people.iter().find(|person| person.id == id).cloned()
    }

    /// The person with this address.
    pub fn person_with(&self, email: &str) -> Option<Person> {
        self.state().people.iter().find(|person| person.email == email).cloned()
    }

    /// Changes a person behind the clients' backs.
    pub fn change(&self, id: Uuid, change: impl FnOnce(&mut Person)) {
        if let Some(person) = self.state().people.iter_mut().find(|person| person.id == id) {
            change(person);
        }
    }

    /// From now on, accounts move in the list without order whenever a page of it is read.
    pub fn move_accounts_between_pages(&self) {
        self.state().moves_between_pages = true;
    }

    /// From now on the list shows nobody.
    pub fn list_nobody(&self) {
        self.state().lists_nobody = true;
    }

    /// From now on `/ready` says this of its parts.
    pub fn set_checks(&self, checks: &[(&str, bool)]) {
        self.state().checks = checks.iter().map(|(name, works)| ((*name).to_owned(), *works)).collect();
    }

    /// Tokens made from now on live so long, in seconds: access and refresh.
    pub fn set_lives(&self, access: i64, refresh: i64) {
        self.state().mint.lives = (access, refresh);
    }

    /// All tokens made so far are past their end, as after a sleep of hours.
    pub fn end_all_tokens(&self) {
        self.state().mint.coin += 1;
    }

    /// The next request whose line begins so meets with this.
    pub fn once(&self, line: &str, mishap: Mishap) {
        self.state().mishaps.push((line.to_owned(), mishap));
    }

    /// The request lines since the last call, in order of arrival.
    pub fn take_lines(&self) -> Vec<String> {
        self.take_exchanges().into_iter().map(|(line, _)| line).collect()
    }

    /// The same with the status of each answer; none where the connection was reset.
    pub fn take_exchanges(&self) -> Vec<(String, Option<u16>)> {
        std::mem::take(&mut self.state().exchanges)
    }

    /// The same without taking them.
    pub fn exchanges(&self) -> Vec<(String, Option<u16>)> {
        self.state().exchanges.clone()
    }

    /// The bodies of all requests so far whose line begins so.
    pub fn bodies(&self, line: &str) -> Vec<serde_json::Value> {
        let state = self.state();
        state
            .bodies
            .iter()
            .filter(|(known, _)| known.starts_with(line))
            .map(|(_, body)| body.clone())
            .collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ScriptedGateway {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A server on a thread of its own, for tests that have no runtime; it stops when it is dropped.
pub struct ScriptedGatewayThread {
    runtime: Option<tokio::runtime::Runtime>,
    gateway: ScriptedGateway,
}

impl ScriptedGatewayThread {
    /// Starts a server with nobody in it, by the computer's clock.
    ///
    /// # Panics
    /// If no thread or no loopback port can be had.
    pub fn start(kind: Kind) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let gateway = runtime.block_on(ScriptedGateway::start(kind, Arc::new(computers_clock)));
        Self { runtime: Some(runtime), gateway }
    }
}

impl std::ops::Deref for ScriptedGatewayThread {
    type Target = ScriptedGateway;

    fn deref(&self) -> &ScriptedGateway {
        &self.gateway
    }
}

impl Drop for ScriptedGatewayThread {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the edge of a server for tests, where time comes from")]
fn computers_clock() -> DateTime<Utc> {
    DateTime::from(std::time::SystemTime::now())
}
