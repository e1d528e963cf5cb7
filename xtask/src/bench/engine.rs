//! Where the accounts of a measurement are kept, and what tells the gateway so. All of it goes away with the value.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
#[cfg(target_os = "linux")]
use voiceassist_test_engines::{Durability, Postgres, Redis};

use super::Engine;
use crate::processes::Running;

/// An eighth of a small server's memory, where PostgreSQL's own choice is meant for a computer of long ago.
#[cfg(target_os = "linux")]
const POSTGRES_SETTINGS: &[&str] =
    &["shared_buffers=512MB", "effective_cache_size=2GB", "random_page_cost=1.1"];

/// An empty place for a gateway's data.
#[derive(Debug)]
pub(super) struct Storage {
    engine: Engine,
    folder: TempDir,
    #[cfg(target_os = "linux")]
    servers: Option<Servers>,
}

#[cfg(target_os = "linux")]
#[derive(Debug)]
struct Servers {
    _postgres: Postgres,
    _redis: Redis,
    database_url: String,
    redis_url: String,
}

impl Storage {
    /// Makes it; for PostgreSQL with servers of its own.
    pub(super) fn make(engine: Engine) -> Result<Self> {
        let folder = TempDir::with_prefix("voiceassist-bench-")?;
        #[cfg(target_os = "linux")]
        {
            let servers = (engine == Engine::Postgres).then(start_servers).transpose()?;
            Ok(Self { engine, folder, servers })
        }
        #[cfg(not(target_os = "linux"))]
        {
            anyhow::ensure!(engine == Engine::Sqlite, "PostgreSQL is measured on Linux alone.");
            Ok(Self { engine, folder })
        }
    }

    /// Which engine it is.
    pub(super) fn engine(&self) -> Engine {
        self.engine
    }

    /// Where the gateway's log goes.
    pub(super) fn log(&self) -> PathBuf {
        self.folder.path().join("gateway.log")
    }

    /// The gateway's data directory.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Points a gateway's command here.
    pub(super) fn apply(&self, command: &mut Command) {
        command.env("DATA_DIRECTORY", self.folder());
        #[cfg(target_os = "linux")]
        if let Some(servers) = &self.servers {
            command.env("DATABASE_URL", &servers.database_url).env("REDIS_URL", &servers.redis_url);
        }
    }

    /// Runs SQL that `write` writes, with the engine's own tool.
    pub(super) fn run_sql(&self, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
        let (name, mut command) = self.tool()?;
        let errors = self.folder.path().join("sql.log");
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(std::fs::File::create(&errors)?);
        let mut running = Running::start(name, command)?;
        let input = running.take_stdin().context("the input is piped")?;
        let mut input = std::io::BufWriter::with_capacity(1 << 20, input);
        let written = write(&mut input).and_then(|()| Ok(input.flush()?));
        drop(input);
        let status = running.wait()?;
        let said = std::fs::read_to_string(&errors).unwrap_or_default();
        if !status.success() {
            bail!("{name} ended with {status}:\n{}", said.lines().take(15).collect::<Vec<_>>().join("\n"));
        }
        written
    }

    #[cfg(target_os = "linux")]
    fn tool(&self) -> Result<(&'static str, Command)> {
        let Some(servers) = &self.servers else { return Ok(self.sqlite_tool()) };
        let mut command = Command::new("psql");
        command.args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--file", "-"]);
        // In the environment: everybody on this computer can read arguments.
        let url = servers.database_url.strip_prefix("postgres://").context("the URL is PostgreSQL's")?;
        let (login, place) = url.split_once('@').context("the URL has a password")?;
        let (user, password) = login.split_once(':').context("the URL has a password")?;
        let (host, database) = place.split_once('/').context("the URL names a database")?;
        let (host, port) = host.split_once(':').context("the URL names a port")?;
        command.env("PGHOST", host).env("PGPORT", port).env("PGDATABASE", database);
        command.env("PGUSER", user).env("PGPASSWORD", password);
        Ok(("psql (Debian: postgresql-client)", command))
    }

    #[cfg(not(target_os = "linux"))]
    fn tool(&self) -> Result<(&'static str, Command)> {
        Ok(self.sqlite_tool())
    }

    fn sqlite_tool(&self) -> (&'static str, Command) {
        let mut command = Command::new("sqlite3");
        command.args(["-batch", "-bail"]).arg(self.folder.path().join("voiceassist.sqlite"));
        ("sqlite3 (Debian: sqlite3)", command)
    }
}

#[cfg(target_os = "linux")]
fn start_servers() -> Result<Servers> {
    let postgres = Postgres::start_with(Durability::Full, POSTGRES_SETTINGS)?;
    let redis = Redis::start()?;
    let (database_url, redis_url) = (postgres.create_database()?, redis.create_database()?);
    Ok(Servers { _postgres: postgres, _redis: redis, database_url, redis_url })
}
