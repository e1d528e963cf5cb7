//! The gateway as a program beside xtask: on this computer's own address, with the database for trying out.

use std::fs::File;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Result, bail};

use super::Data;
use crate::http::Http;
use crate::processes::{self, Running, tied_command};

const PATIENCE: Duration = Duration::from_secs(30);
/// Settings meant for another gateway, which would point this one at real data.
const FOREIGN_SETTINGS: &[&str] = &[
    "ACCESS_TOKEN_EXPIRE_MINUTES",
    "AUDIT_KEY",
    "CORS_ORIGINS",
    "DATABASE_URL",
    "JWT_ALGORITHM",
    "JWT_SECRET",
    "LISTEN_ADDRESS",
    "LOGIN_LIMIT_PER_MINUTE",
    "NEXTCLOUD_ADMIN_PASSWORD",
    "NEXTCLOUD_ADMIN_USER",
    "NEXTCLOUD_URL",
    "QDRANT_URL",
    "REDIS_URL",
    "REFRESH_LIMIT_PER_MINUTE",
    "REFRESH_TOKEN_EXPIRE_DAYS",
    "REGISTRATION",
    "SESSION_EXPIRE_DAYS",
];

/// A running gateway.
#[derive(Debug)]
pub(super) struct Gateway {
    address: String,
    running: Running,
}

impl Gateway {
    /// Starts it, on the port of the last run if that is free, and waits until it answers.
    pub(super) fn start(program: &Path, data: &Data) -> Result<Self> {
        let port =
            data.last_port().filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).unwrap_or(0);
        let mut command = command_on(program, data.folder());
        command.args(["serve", "--listen", &format!("127.0.0.1:{port}")]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(data.log())?);
        let mut running = Running::start("the gateway", command)?;
        let Some(address) = read_address(&mut running)? else {
            bail!("the gateway did not start:\n{}", last_lines(&data.log()));
        };
        let gateway = Self { address, running };
        let http = Http::new();
        let health = format!("{}/health", gateway.address);
        if !processes::wait_until(PATIENCE, || {
            Ok(http.send("GET", &health, None, None).is_ok_and(|(status, _)| status == 200))
        })? {
            bail!("the gateway does not answer at {health}");
        }
        if let Some(port) = gateway.address.rsplit(':').next().and_then(|port| port.parse().ok()) {
            data.remember_port(port)?;
        }
        Ok(gateway)
    }

    /// Such as `http://127.0.0.1:40123`.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// Fails if it ended by itself.
    pub(super) fn check_alive(&mut self) -> Result<()> {
        self.running.check_alive()
    }
}

/// The gateway's program, pointed at the database in this folder and at nothing else.
pub(crate) fn command_on(program: &Path, folder: &Path) -> Command {
    let mut command = tied_command(program);
    forget_settings(&mut command);
    command
        .env("ENVIRONMENT", "development")
        .env("DATA_DIRECTORY", folder)
        // What it writes goes to a file.
        .env("NO_COLOR", "1");
    command
}

/// Takes away what is meant for another gateway.
pub(crate) fn forget_settings(command: &mut Command) {
    for name in FOREIGN_SETTINGS {
        command.env_remove(name).env_remove(format!("{name}_FILE"));
    }
}

/// Waits for the line that names the address. `None` if the gateway ended or kept silent.
pub(crate) fn read_address(running: &mut Running) -> Result<Option<String>> {
    running.wait_for_line(PATIENCE, |line| parse_address(line).map(str::to_owned))
}

/// The address in `listening on http://127.0.0.1:40123`, wherever in the line it is.
fn parse_address(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("listening on ")?;
    let address = rest.split_whitespace().next()?;
    address.starts_with("http://").then_some(address)
}

pub(crate) fn last_lines(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_in_the_line_that_names_it() {
        assert_eq!(parse_address("listening on http://127.0.0.1:40123"), Some("http://127.0.0.1:40123"));
        assert_eq!(parse_address("voiceassist-gateway 0.1.0"), None);
        assert_eq!(parse_address("listening on nothing"), None);
    }
}
