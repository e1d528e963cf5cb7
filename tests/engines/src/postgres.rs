//! A PostgreSQL server and its databases.

mod cluster;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use nix::sys::signal::Signal;

use crate::owner::Owner;
use crate::place::{Place, Storage, base, random_name};
use crate::port::Port;
use crate::process::{EngineProcess, wait_until};
use crate::programs::PostgresPrograms;

/// The superuser's name.
pub(crate) const USER: &str = "voiceassist";
/// How long a server may take to answer, also after it was killed and repairs itself.
const LONGEST_START: Duration = Duration::from_secs(60);
/// Tells the processes of one run where the server is that they share.
const VARIABLE: &str = "VOICEASSIST_TEST_POSTGRES";

/// Whether what the server acknowledges is on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// It is not, and files are in memory where there is room: quick, for all tests but those about crashes.
    None,
    /// It is, as in service.
    Full,
}

/// A PostgreSQL server. Whoever started it ends it by dropping it.
#[derive(Debug)]
pub struct Postgres {
    // Ended before its directory is removed: fields are dropped in this order.
    process: Option<EngineProcess>,
    place: Place,
    port: u16,
    password: String,
    programs: PostgresPrograms,
    settings: Vec<String>,
    _reserved: Option<Port>,
}

impl Postgres {
    /// Starts a server that forgets everything in a crash.
    ///
    /// # Errors
    /// If PostgreSQL is not installed (the message names the package) or does not start.
    pub fn start() -> Result<Self> {
        Self::start_with(Durability::None, &[])
    }

    /// Starts a server with this durability and further settings, such as `max_connections=20`.
    ///
    /// # Errors
    /// If PostgreSQL is not installed (the message names the package) or does not start.
    pub fn start_with(durability: Durability, settings: &[&str]) -> Result<Self> {
        let programs = PostgresPrograms::find()?;
        let storage = if durability == Durability::None { Storage::Memory } else { Storage::Disk };
        let place = Place::make("postgres", storage)?;
        let password = cluster::copy_cluster(&programs, place.folder())?;
        let port = Port::reserve(&base()?)?;
        place.write("port", &port.number.to_string())?;
        place.write("password", &password)?;
        let mut all = cluster::settings(port.number, durability);
        all.extend(settings.iter().map(|setting| (*setting).to_owned()));
        let mut server = Self {
            process: None,
            place,
            port: port.number,
            password,
            programs,
            settings: all,
            _reserved: Some(port),
        };
        server.start_again()?;
        Ok(server)
    }

    /// The server that all tests of a run share: that of `cargo xtask test`, or one of this process.
    /// It cannot be stopped; a test that wants that starts its own.
    ///
    /// # Errors
    /// If PostgreSQL is not installed (the message names the package) or does not start.
    pub fn shared() -> Result<&'static Self> {
        static SHARED: OnceLock<Result<Postgres, String>> = OnceLock::new();
        let shared = SHARED.get_or_init(|| {
            let found = match std::env::var_os(VARIABLE) {
                Some(folder) => Self::attach(folder.into()),
                None => Self::start(),
            };
            found.map_err(|error| format!("{error:#}"))
        });
        shared.as_ref().map_err(|error| anyhow::anyhow!(error.clone()))
    }

    /// The variable that makes [`Self::shared`] use this server in a process that is given it.
    pub fn environment(&self) -> (String, PathBuf) {
        (VARIABLE.to_owned(), self.place.folder().to_owned())
    }

    fn attach(folder: PathBuf) -> Result<Self> {
        let place = Place::of_another(folder);
        Ok(Self {
            process: None,
            port: place.read("port")?.parse()?,
            password: place.read("password")?,
            place,
            programs: PostgresPrograms::find()?,
            settings: Vec::new(),
            _reserved: None,
        })
    }

    /// Makes an empty database and gives its URL, password included.
    ///
    /// # Errors
    /// If the server does not answer.
    pub fn create_database(&self) -> Result<String> {
        let name = format!("test_{}", random_name()?);
        self.run_sql("postgres", &format!("CREATE DATABASE {name} TEMPLATE template0"))?;
        Ok(self.url(&name))
    }

    /// Makes a database like the one called `template`, which `fill` fills when it is needed for the first
    /// time on this server: it is given the URL of an empty database, and must close its connections.
    ///
    /// # Errors
    /// If the server does not answer, or what `fill` fails with.
    pub fn create_database_like(
        &self,
        template: &str,
        fill: impl FnOnce(&str) -> Result<()>,
    ) -> Result<String> {
        let is_there = self.place.folder().join(format!("template-{template}"));
        if !is_there.exists() {
            self.place.alone(|| {
                if is_there.exists() {
                    return Ok(());
                }
                // Of one that was begun and not finished nothing is kept.
                self.run_sql("postgres", &format!("DROP DATABASE IF EXISTS {template}"))?;
                self.run_sql("postgres", &format!("CREATE DATABASE {template} TEMPLATE template0"))?;
                fill(&self.url(template))?;
                File::create(&is_there)?;
                Ok(())
            })?;
        }
        let name = format!("test_{}", random_name()?);
        // Copying files is quicker than writing each page to the log, which is for large clusters.
        let sql = format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy");
        self.run_sql("postgres", &sql)?;
        Ok(self.url(&name))
    }

    /// Removes a database that this server made, also while somebody is connected to it.
    ///
    /// # Errors
    /// If the server does not answer.
    pub fn drop_database(&self, url: &str) -> Result<()> {
        let name = url.rsplit('/').next().context("the URL names no database")?;
        self.run_sql("postgres", &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).map(|_| ())
    }

    /// The URL of the database of this name.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}:{}@127.0.0.1:{}/{database}", self.password, self.port)
    }

    /// The port on 127.0.0.1; the same after [`Self::start_again`].
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The directory that holds the server's data; for filling the disk under it, or for certificates.
    pub fn data_directory(&self) -> PathBuf {
        self.place.folder().join("data")
    }

    /// Runs statements in the database of this name, and gives what they answer: a line for each row,
    /// values separated by `|`.
    ///
    /// # Errors
    /// If the server does not answer or refuses.
    pub fn run_sql(&self, database: &str, sql: &str) -> Result<String> {
        let mut command = Command::new(self.programs.path("psql"));
        command
            .args(["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set", "ON_ERROR_STOP=1"])
            .args(["--host", "127.0.0.1", "--username", USER, "--dbname", database])
            .args(["--port", &self.port.to_string(), "--command", sql])
            .env("PGPASSWORD", &self.password)
            .env("PGCONNECT_TIMEOUT", "10")
            .stdin(Stdio::null());
        let output = command.output().context("psql cannot be started (Debian: postgresql-client)")?;
        ensure!(output.status.success(), "psql: {}", String::from_utf8_lossy(&output.stderr).trim());
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Ends the server in order: connections are closed, everything is written.
    ///
    /// # Errors
    /// If it is not this value's to end, or does not end.
    pub fn stop(&mut self) -> Result<()> {
        self.take_process()?.end(Signal::SIGINT)
    }

    /// Ends every process of the server at once, as a loss of power would.
    ///
    /// # Errors
    /// If it is not this value's to end.
    pub fn kill(&mut self) -> Result<()> {
        self.take_process()?.kill()
    }

    /// Starts the server again on the same port, with the same databases.
    ///
    /// # Errors
    /// If it runs, or does not start.
    pub fn start_again(&mut self) -> Result<()> {
        ensure!(self.place.is_own() && self.process.is_none(), "the server is running");
        let log = self.place.folder().join("log");
        let mut command = Owner::find()?.command(Some("QUIT"), self.programs.path("postgres"));
        command.arg("-D").arg(self.data_directory());
        for setting in &self.settings {
            command.args(["-c", setting]);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(&log)?);
        // The working directory may be one that the other user cannot enter.
        command.current_dir("/");
        let mut process = EngineProcess::start("PostgreSQL", command, Signal::SIGQUIT)?;
        let state = self.data_directory().join("postmaster.pid");
        let is_ready = wait_until(LONGEST_START, || {
            if let Some(status) = process.ended()? {
                bail!("PostgreSQL ended by itself ({status}):\n{}", std::fs::read_to_string(&log)?);
            }
            Ok(is_ready(&state, process.id()))
        })?;
        ensure!(is_ready, "PostgreSQL did not start:\n{}", std::fs::read_to_string(&log)?);
        self.process = Some(process);
        Ok(())
    }

    /// Stops every process of the server where it is: connections are made, and nothing is answered.
    ///
    /// # Errors
    /// If it is not this value's to stop.
    pub fn pause(&self) -> Result<()> {
        self.process()?.pause()
    }

    /// Lets a paused server go on.
    ///
    /// # Errors
    /// If it is not this value's.
    pub fn resume(&self) -> Result<()> {
        self.process()?.resume()
    }

    fn process(&self) -> Result<&EngineProcess> {
        self.process.as_ref().context("the server is not running, or is shared with other tests")
    }

    fn take_process(&mut self) -> Result<EngineProcess> {
        self.process.take().context("the server is not running, or is shared with other tests")
    }
}

/// The server says in its lock file when it takes connections: in the eighth line, after its id in the first.
fn is_ready(state: &Path, process: u32) -> bool {
    let text = std::fs::read_to_string(state).unwrap_or_default();
    let mut lines = text.lines();
    lines.next().is_some_and(|id| id.trim() == process.to_string())
        && lines.nth(6).is_some_and(|status| status.trim() == "ready")
}
