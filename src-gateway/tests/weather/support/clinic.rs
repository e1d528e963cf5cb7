//! A clinic: an engine with a database of its own, an administrator, and the program that serves it.

use std::fmt;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;
use voiceassist_test_engines::{Postgres, Redis};

use super::Gateway;

/// The administrator's address.
pub const EMAIL: &str = "admin@clinic.example";
/// Everybody's password.
pub const PASSWORD: &str = "marble kettle orbit fern";

/// More than a test asks for: limits per address are another test's.
const PLENTY: [&str; 3] = ["REGISTER_LIMIT_PER_HOUR", "LOGIN_LIMIT_PER_MINUTE", "REFRESH_LIMIT_PER_MINUTE"];

/// Where the data is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file, and one process.
    Sqlite,
    /// A server that two processes share, with a Redis.
    Postgres,
}

impl fmt::Display for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// A place where a gateway keeps its data, with one administrator.
pub struct Clinic {
    engine: Engine,
    folder: TempDir,
    data: PathBuf,
    /// The addresses of the servers that it is on.
    servers: Vec<(&'static str, String)>,
}

impl Clinic {
    /// A new one.
    pub fn found(engine: Engine) -> Self {
        let folder = TempDir::new().expect("a folder");
        let data = folder.path().join("data");
        let servers = match engine {
            Engine::Sqlite => Vec::new(),
            Engine::Postgres => {
                let postgres = Postgres::shared().and_then(Postgres::create_database).expect("PostgreSQL");
                let redis = Redis::shared().and_then(Redis::create_database).expect("Redis");
                vec![("DATABASE_URL", postgres), ("REDIS_URL", redis)]
            }
        };
        Self::found_with(engine, folder, data, servers)
    }

    /// A new one on the PostgreSQL at this address, without Redis: what fails there is not the Redis.
    pub fn found_on(database_url: String) -> Self {
        let folder = TempDir::new().expect("a folder");
        let data = folder.path().join("data");
        Self::found_with(Engine::Postgres, folder, data, vec![("DATABASE_URL", database_url)])
    }

    /// A new one whose program keeps its files in this directory.
    pub fn found_in(data: &Path) -> Self {
        let folder = TempDir::new().expect("a folder");
        Self::found_with(Engine::Sqlite, folder, data.to_owned(), Vec::new())
    }

    fn found_with(
        engine: Engine,
        folder: TempDir,
        data: PathBuf,
        servers: Vec<(&'static str, String)>,
    ) -> Self {
        let clinic = Self { engine, folder, data, servers };
        clinic.create_administrator(EMAIL);
        clinic
    }

    /// The engine that it is on.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Makes another administrator, on the host.
    pub fn create_administrator(&self, email: &str) {
        let mut process = self
            .command()
            .args(["create-admin", "--email", email, "--name", "Tomás Weber"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(self.log())
            .spawn()
            .expect("the program starts");
        let mut input = process.stdin.take().expect("standard input is piped");
        writeln!(input, "{PASSWORD}").expect("the program reads");
        drop(input);
        assert!(process.wait().expect("the program ends").success(), "{}", self.read_log());
    }

    /// Starts a gateway.
    pub fn serve(&self) -> Gateway {
        self.serve_with(|_| {})
    }

    /// Starts as many gateways side by side as the engine is meant for.
    pub fn serve_replicas(&self) -> Vec<Gateway> {
        let count = match self.engine {
            Engine::Sqlite => 1,
            Engine::Postgres => 2,
        };
        (0..count).map(|_| self.serve()).collect()
    }

    /// The same with something different.
    pub fn serve_with(&self, change: impl FnOnce(&mut Command)) -> Gateway {
        let mut command = self.command();
        command.args(["serve", "--listen", "127.0.0.1:0"]).stderr(self.log());
        change(&mut command);
        Gateway::start(command)
    }

    /// Holds the audit trail against its key, past the gateway, and gives how many events there are.
    #[track_caller]
    pub fn verify_trail(&self) -> u64 {
        let output = self.run(&["audit", "verify"]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        let count = said.split("intact: ").nth(1).and_then(|rest| rest.split(' ').next());
        count.and_then(|count| count.parse().ok()).unwrap_or_else(|| panic!("{said}"))
    }

    /// Runs a command of the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command().args(arguments).stdin(Stdio::null()).output().expect("the program runs")
    }

    /// What all processes of the program said.
    pub fn read_log(&self) -> String {
        let mut text = String::new();
        let mut log = File::open(self.log_path()).expect("there is a log");
        log.read_to_string(&mut text).expect("the log is UTF-8");
        text
    }

    /// Fails the test if the program panicked or answered with 500.
    #[track_caller]
    pub fn assert_calm(&self) {
        let log = self.read_log();
        let bad = |line: &&str| line.contains("panicked") || line.contains("status=500");
        let lines: Vec<&str> = log.lines().filter(bad).collect();
        assert!(lines.is_empty(), "{}", lines.join("\n"));
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn log(&self) -> File {
        File::options().create(true).append(true).open(self.log_path()).expect("the log opens")
    }

    /// The program with a clean environment and its data here. It ends with the thread that starts it, however
    /// that ends: `setpriv` (util-linux) asks the system for that and is replaced by the program.
    fn command(&self) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--", env!("CARGO_BIN_EXE_voiceassist-gateway")]);
        command
            .env_clear()
            .env("RUST_LOG", "info")
            .env("LOG_FORMAT", "text")
            .env("DATA_DIRECTORY", &self.data);
        command.envs(self.servers.iter().map(|(name, address)| (name, address)));
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        for name in PLENTY {
            command.env(name, "1000000");
        }
        command
    }
}
