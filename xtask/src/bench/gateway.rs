//! The gateway under measurement: the real program on a free port, and what its process takes.

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::client::{Connection, Request};
use super::engine::Storage;
use crate::processes::{self, Running, tied_command};
use crate::run::forget_settings;

/// How long a start may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// What the limits per address are raised to: everybody here has the same address.
const NO_LIMIT: &str = "1000000";

/// A running gateway.
#[derive(Debug)]
pub(super) struct Gateway {
    address: SocketAddr,
    running: Running,
    start: Duration,
}

impl Gateway {
    /// Starts it and waits for its first answer.
    pub(super) fn start(program: &Path, storage: &Storage) -> Result<Self> {
        // Taken and given back, so that the first answer can be waited for without reading what the program says.
        let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let mut command = bare_command(program, storage);
        command.args(["serve", "--listen", &address.to_string()]);
        let log = File::options().create(true).append(true).open(storage.log())?;
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let begin = Instant::now();
        let mut running = Running::start("the gateway", command)?;
        let request = Request::get("/health", "none");
        loop {
            let asked = Connection::open(address).and_then(|mut line| Ok(line.send(&request)?.0));
            if asked.is_ok_and(|status| status == 200) {
                return Ok(Self { address, running, start: begin.elapsed() });
            }
            running.check_alive().with_context(|| format!("see {}", storage.log().display()))?;
            ensure!(begin.elapsed() < PATIENCE, "the gateway does not answer at {address}");
            processes::check_interrupted()?;
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// How long it took from its start to its first answer.
    pub(super) fn start_time(&self) -> Duration {
        self.start
    }

    /// Fails if it ended by itself.
    pub(super) fn check_alive(&mut self) -> Result<()> {
        self.running.check_alive()
    }

    /// Signs in and gives the access token.
    pub(super) fn sign_in(&self, person: &(String, String)) -> Result<String> {
        let mut line = Connection::open(self.address)?;
        let (status, body) = line.send(&sign_in(person))?;
        ensure!(status == 200, "the sign-in was refused with {status}: {}", String::from_utf8_lossy(body));
        let pair: Value = serde_json::from_slice(body)?;
        Ok(pair["access_token"].as_str().context("the answer has a token")?.to_owned())
    }

    /// The memory that it has in use, in millions of bytes, where the system tells it.
    pub(super) fn resident_memory(&self) -> Option<f64> {
        read_resident_memory(&std::fs::read_to_string(format!("/proc/{}/status", self.running.id())).ok()?)
    }
}

/// The request of somebody who signs in.
pub(super) fn sign_in((email, password): &(String, String)) -> Request {
    Request::post("/api/auth/login", None, &json!({"email": email, "password": password}).to_string())
}

/// The program with the settings of a measurement and no others.
pub(super) fn bare_command(program: &Path, storage: &Storage) -> Command {
    let mut command = tied_command(program);
    forget_settings(&mut command);
    command.env("ENVIRONMENT", "development").env("ACCESS_TOKEN_EXPIRE_MINUTES", "240").env("NO_COLOR", "1");
    command.env("LOGIN_LIMIT_PER_MINUTE", NO_LIMIT).env("REFRESH_LIMIT_PER_MINUTE", NO_LIMIT);
    storage.apply(&mut command);
    command
}

fn read_resident_memory(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1_024.0 / 1_000_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_as_the_system_writes_it() {
        assert_eq!(read_resident_memory("VmPeak:\t 9 kB\nVmRSS:\t   15625 kB\n"), Some(16.0));
        assert_eq!(read_resident_memory("Name:\tx\n"), None);
    }
}
