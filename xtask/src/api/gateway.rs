//! The gateway that is tried: a real process with an empty database, limits that are out of the way, and an
//! administrator whose password nobody keeps.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Result, bail};
use tempfile::TempDir;

use crate::password::invent_password;
use crate::processes::Running;
use crate::run::administrator::Creation;
use crate::run::gateway::{command_on, last_lines, read_address};

const EMAIL: &str = "administrator@clinic.example";
/// Limits on one address would end the trying, which all comes from one.
const LIMITS: [&str; 3] = ["REGISTER_LIMIT_PER_HOUR", "LOGIN_LIMIT_PER_MINUTE", "REFRESH_LIMIT_PER_MINUTE"];

/// A Nextcloud where none answers: linking an account is tried and fails, over and over.
const NEXTCLOUD: [(&str, &str); 3] = [
    ("NEXTCLOUD_URL", "http://127.0.0.1:1"),
    ("NEXTCLOUD_ADMIN_USER", "admin"),
    ("NEXTCLOUD_ADMIN_PASSWORD", "nobody asks for it"),
];

/// A running gateway with an administrator.
pub(super) struct Gateway {
    address: String,
    password: String,
    // Ends before its folder goes away.
    _running: Running,
    folder: TempDir,
}

impl Gateway {
    /// Makes the administrator and starts the gateway.
    pub(super) fn start(program: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let password = invent_password();
        let command = || command_on(program, folder.path());
        Creation::start(command(), EMAIL, "First Administrator", &password)?.finish()?;
        let mut command = command();
        command
            .args(["serve", "--listen", "127.0.0.1:0"])
            .envs(LIMITS.map(|name| (name, "1000000")))
            .envs(NEXTCLOUD)
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(log(&folder))?);
        let mut running = Running::start("the gateway", command)?;
        let Some(address) = read_address(&mut running)? else {
            bail!("the gateway did not start:\n{}", last_lines(&log(&folder)));
        };
        Ok(Self { address, password, _running: running, folder })
    }

    /// Such as `http://127.0.0.1:40123`.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// A folder that goes away with the gateway.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What whoever tries it needs to know.
    pub(super) fn environment(&self) -> [(&'static str, &str); 3] {
        [
            ("VOICEASSIST_ADDRESS", &self.address),
            ("VOICEASSIST_EMAIL", EMAIL),
            ("VOICEASSIST_PASSWORD", &self.password),
        ]
    }

    /// The end of its log.
    pub(super) fn last_words(&self) -> String {
        last_lines(&log(&self.folder))
    }
}

fn log(folder: &TempDir) -> PathBuf {
    folder.path().join("gateway.log")
}
