//! A Redis server and its databases.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use nix::sys::signal::Signal;

use crate::owner::Owner;
use crate::place::{Place, Storage, base, random_name};
use crate::port::Port;
use crate::process::{EngineProcess, wait_until};
use crate::programs::find_redis;

/// How long a server may take to answer.
const LONGEST_START: Duration = Duration::from_secs(20);
/// How long an answer may take.
const LONGEST_ANSWER: Duration = Duration::from_secs(5);
/// Databases of one server; a test has one of them.
const DATABASES: u32 = 20_000;
/// Tells the processes of one run where the server is that they share.
const VARIABLE: &str = "VOICEASSIST_TEST_REDIS";

/// A Redis server that keeps nothing on disk. Whoever started it ends it by dropping it.
#[derive(Debug)]
pub struct Redis {
    // Ended before its directory is removed: fields are dropped in this order.
    process: Option<EngineProcess>,
    place: Place,
    port: u16,
    password: String,
    _reserved: Option<Port>,
}

impl Redis {
    /// Starts a server.
    ///
    /// # Errors
    /// If Redis is not installed (the message names the package) or does not start.
    pub fn start() -> Result<Self> {
        let place = Place::make("redis", Storage::Disk)?;
        let port = Port::reserve(&base()?)?;
        let password = random_name()?;
        place.write("port", &port.number.to_string())?;
        place.write("password", &password)?;
        // In a file and not in arguments, which everybody on this computer can read.
        let settings = format!(
            "bind 127.0.0.1\nport {}\nrequirepass {password}\ndatabases {DATABASES}\nsave \"\"\n\
             appendonly no\ndaemonize no\ndir {}\n",
            port.number,
            place.folder().display()
        );
        place.write("redis.conf", &settings)?;
        let mut server = Self { process: None, place, port: port.number, password, _reserved: Some(port) };
        server.start_again()?;
        Ok(server)
    }

    /// The server that all tests of a run share: that of `cargo xtask test`, or one of this process.
    /// It cannot be stopped; a test that wants that starts its own.
    ///
    /// # Errors
    /// If Redis is not installed (the message names the package) or does not start.
    pub fn shared() -> Result<&'static Self> {
        static SHARED: OnceLock<Result<Redis, String>> = OnceLock::new();
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
        let port = place.read("port")?.parse()?;
        let password = place.read("password")?;
        Ok(Self { process: None, place, port, password, _reserved: None })
    }

    /// Gives the URL of a database that nobody else on this server was given, password included.
    ///
    /// # Errors
    /// If all have been given away.
    pub fn create_database(&self) -> Result<String> {
        let number = self.place.alone(|| {
            let last: u32 = self.place.read("last-database").unwrap_or_default().parse().unwrap_or(0);
            self.place.write("last-database", &(last + 1).to_string())?;
            Ok(last + 1)
        })?;
        ensure!(number < DATABASES, "all {DATABASES} databases of the Redis server have been given away");
        Ok(self.url(number))
    }

    /// The URL of the database of this number.
    pub fn url(&self, database: u32) -> String {
        format!("redis://:{}@127.0.0.1:{}/{database}", self.password, self.port)
    }

    /// The port on 127.0.0.1; the same after [`Self::start_again`].
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Ends the server in order. What it held is gone.
    ///
    /// # Errors
    /// If it is not this value's to end, or does not end.
    pub fn stop(&mut self) -> Result<()> {
        self.take_process()?.end(Signal::SIGTERM)
    }

    /// Ends the server with SIGKILL.
    ///
    /// # Errors
    /// If it is not this value's to end.
    pub fn kill(&mut self) -> Result<()> {
        self.take_process()?.kill()
    }

    /// Starts the server again on the same port, empty.
    ///
    /// # Errors
    /// If it runs, or does not start.
    pub fn start_again(&mut self) -> Result<()> {
        ensure!(self.place.is_own() && self.process.is_none(), "the server is running");
        let log = self.place.folder().join("log");
        let mut command = Owner::Own.command(Some("KILL"), find_redis()?);
        command.arg(self.place.folder().join("redis.conf")).stdin(Stdio::null());
        command.stdout(File::create(&log)?).stderr(Stdio::null());
        let mut process = EngineProcess::start("Redis", command, Signal::SIGTERM)?;
        let is_ready = wait_until(LONGEST_START, || {
            if let Some(status) = process.ended()? {
                bail!("Redis ended by itself ({status}):\n{}", std::fs::read_to_string(&log)?);
            }
            Ok(answers(self.port))
        })?;
        ensure!(is_ready, "Redis did not start:\n{}", std::fs::read_to_string(&log)?);
        self.process = Some(process);
        Ok(())
    }

    /// Stops the server where it is: connections are made, and nothing is answered.
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

/// Whether the server answers a stranger, if only that a password is wanted.
fn answers(port: u16) -> bool {
    let ask = || -> std::io::Result<bool> {
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let mut stream = TcpStream::connect_timeout(&address, LONGEST_ANSWER)?;
        stream.set_read_timeout(Some(LONGEST_ANSWER))?;
        stream.write_all(b"PING\r\n")?;
        let mut answer = [0; 7];
        stream.read_exact(&mut answer)?;
        Ok(answer == *b"-NOAUTH")
    };
    ask().unwrap_or(false)
}
