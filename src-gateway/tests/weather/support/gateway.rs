//! A running gateway. It is killed when the value is dropped, and by the system if the test is.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use serde_json::json;

use super::{Answer, EMAIL, Line, PASSWORD, Pair, Request};

/// A running gateway.
pub struct Gateway {
    process: Child,
    address: SocketAddr,
}

impl Gateway {
    /// Starts it and waits until it listens.
    pub(super) fn start(mut command: Command) -> Self {
        let mut process =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut line = String::new();
        let output = process.stdout.as_mut().expect("standard output is piped");
        BufReader::new(output).read_line(&mut line).expect("a line comes");
        let address = line.trim().strip_prefix("listening on http://").unwrap_or_else(|| panic!("{line:?}"));
        Self { address: address.parse().expect("an address and a port"), process }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A new connection.
    pub fn connect(&self) -> Line {
        Line::open(self.address)
    }

    /// Asks over a connection of its own.
    #[track_caller]
    pub fn ask(&self, request: &Request) -> Answer {
        self.connect().ask(request).expect("an answer comes")
    }

    /// Signs the administrator in.
    #[track_caller]
    pub fn sign_in(&self) -> Pair {
        self.sign_in_as(EMAIL)
    }

    /// Signs somebody in.
    #[track_caller]
    pub fn sign_in_as(&self, email: &str) -> Pair {
        let body = json!({"email": email, "password": PASSWORD});
        let answer = self.ask(&Request::post("/api/auth/login").with_json(&body));
        Pair::of(&answer.expect(200))
    }

    /// Ends it as SIGKILL does: in the middle of whatever it is doing.
    pub fn kill(mut self) {
        self.process.kill().expect("it is this test's");
        self.process.wait().expect("it ends");
    }

    /// The most memory that it ever had, in KiB.
    pub fn most_memory(&self) -> u64 {
        let path = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(path).expect("the process runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a line");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
