//! A clinic's server: the real gateway on a database of its own, with one administrator.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use voiceassist_client::{Client, Connection, MemoryTokenStore, SystemClock, TokenStore};
use voiceassist_contract::Secret;
use voiceassist_contract::accounts::{AccountQuery, CreateAccountRequest, UpdateAccountRequest};
use voiceassist_contract::ipc::{Profile, ProfileId};

use crate::lock_out::LockOut;
use crate::requests::{RequestLog, Requests};

/// The administrator whom every clinic begins with.
pub(crate) const ADMINISTRATOR: &str = "ana.ruiz@lakeside.example";
/// Her name.
pub(crate) const ADMINISTRATOR_NAME: &str = "Ana Ruiz";
/// Her password.
pub(crate) const ADMINISTRATOR_PASSWORD: &str = "marble kettle orbit fern";

/// How long the gateway may take to listen.
const LONGEST_START: Duration = Duration::from_secs(20);

/// A running gateway with its data.
pub(crate) struct Clinic {
    data: tempfile::TempDir,
    address: String,
    gateway: Option<(Child, RequestLog)>,
}

impl Clinic {
    /// A new clinic with its administrator, and the gateway running.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let data = tempfile::tempdir()?;
        let mut clinic = Self { data, address: String::new(), gateway: None };
        clinic.create_administrator()?;
        clinic.run_gateway("127.0.0.1:0")?;
        Ok(clinic)
    }

    /// The gateway's address.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Stops the gateway as an operator does, and tells what it was asked since it started.
    pub(crate) fn stop(&mut self) -> anyhow::Result<Requests> {
        let (mut gateway, log) = self.gateway.take().context("the gateway is not running")?;
        let ended = Command::new("kill").args(["-TERM", &gateway.id().to_string()]).status()?;
        ensure!(ended.success(), "the gateway could not be told to stop");
        ensure!(gateway.wait()?.success(), "the gateway did not stop in order");
        log.finish()
    }

    /// Starts it again at the same address.
    pub(crate) fn start_again(&mut self) -> anyhow::Result<()> {
        let listen = self.address.trim_start_matches("http://").to_owned();
        self.run_gateway(&listen)
    }

    /// Adds people through the API and returns their temporary passwords.
    pub(crate) fn add_people(&self, people: &[(&str, &str)]) -> anyhow::Result<Vec<Secret>> {
        self.ask(async |client| {
            let mut passwords = Vec::new();
            for (full_name, email) in people {
                let made = client
                    .users()
                    .create(&CreateAccountRequest {
                        email: (*email).to_owned(),
                        full_name: (*full_name).to_owned(),
                        role: Default::default(),
                        password: None,
                        must_change_password: None,
                    })
                    .await?;
                passwords.push(made.temporary_password.context("a temporary password was made")?);
            }
            Ok(passwords)
        })
    }

    /// Changes the name of the account with this address, as another administrator does meanwhile.
    pub(crate) fn rename(&self, email: &str, full_name: &str) -> anyhow::Result<()> {
        self.ask(async |client| {
            let query = AccountQuery { search: Some(email.to_owned()), ..AccountQuery::default() };
            let found = client.users().list(&query).await?.page.items;
            let user = &found.first().context("the account is there")?.user;
            let changes =
                UpdateAccountRequest { full_name: Some(full_name.to_owned()), ..Default::default() };
            client.users().update(user.id, user.version, &changes).await?;
            Ok(())
        })
    }

    /// Begins to lock an account by wrong passwords.
    pub(crate) fn begin_lock_out(&self, email: &'static str) -> anyhow::Result<LockOut> {
        Ok(LockOut::begin(self.client()?, email))
    }

    /// Does something through the API in the name of the administrator.
    fn ask<T>(&self, work: impl AsyncFnOnce(&Client) -> anyhow::Result<T>) -> anyhow::Result<T> {
        run(async {
            let client = self.client()?;
            client.auth().sign_in(ADMINISTRATOR, &Secret::new(ADMINISTRATOR_PASSWORD), false).await?;
            let outcome = work(&client).await?;
            client.auth().sign_out().await?;
            Ok(outcome)
        })
    }

    fn client(&self) -> anyhow::Result<Client> {
        voiceassist_client::install_crypto_provider();
        let profile = Profile {
            id: ProfileId::nil(),
            name: "Test".to_owned(),
            address: self.address.clone(),
            allow_plain_http: false,
            ca_file: None,
            last_email: None,
        };
        let tokens: Arc<dyn TokenStore> = Arc::new(MemoryTokenStore::default());
        Ok(Client::new(Connection::parse(&profile)?, profile.id, tokens, Arc::new(SystemClock))?)
    }

    fn create_administrator(&self) -> anyhow::Result<()> {
        let mut child = self
            .command()?
            .args(["create-admin", "--email", ADMINISTRATOR, "--name", ADMINISTRATOR_NAME])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()?;
        let mut stdin = child.stdin.take().context("create-admin takes its password from standard input")?;
        writeln!(stdin, "{ADMINISTRATOR_PASSWORD}")?;
        drop(stdin);
        ensure!(child.wait()?.success(), "the first administrator could not be created");
        Ok(())
    }

    fn run_gateway(&mut self, listen: &str) -> anyhow::Result<()> {
        let mut child = self
            .command()?
            .args(["serve", "--listen", listen])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .env("LOG_FORMAT", "json")
            .spawn()?;
        let stdout = child.stdout.take().context("the gateway prints where it listens")?;
        let log = RequestLog::follow(child.stderr.take().context("the gateway tells what it answers")?);
        self.gateway = Some((child, log));
        let (send, receive) = mpsc::channel();
        // Reads to the end, so that the gateway never waits for a full pipe.
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Some(address) = line.strip_prefix("listening on ") {
                    let _ = send.send(address.to_owned());
                }
            }
        });
        match receive.recv_timeout(LONGEST_START) {
            Ok(address) => self.address = address,
            Err(_) => bail!("the gateway did not say where it listens within {} s", LONGEST_START.as_secs()),
        }
        Ok(())
    }

    fn command(&self) -> anyhow::Result<Command> {
        let binary: PathBuf = std::env::var_os("VOICEASSIST_GATEWAY_BINARY")
            .context("VOICEASSIST_GATEWAY_BINARY is not set: run these tests with `cargo xtask test`")?
            .into();
        let mut command = Command::new(binary);
        command
            .env("DATA_DIRECTORY", self.data.path())
            // A test signs in more often than a person does.
            .env("LOGIN_LIMIT_PER_MINUTE", "100")
            .stderr(Stdio::inherit());
        Ok(command)
    }
}

/// Waits for what needs a runtime.
pub(crate) fn run<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

impl Drop for Clinic {
    fn drop(&mut self) {
        if let Some((mut gateway, _)) = self.gateway.take() {
            // It may have ended by itself; the test has said what it had to say by now.
            let _ = gateway.kill();
            let _ = gateway.wait();
        }
    }
}
