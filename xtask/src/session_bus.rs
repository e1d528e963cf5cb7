//! A desktop session apart from one's own: a bus, an unlocked keychain, and a home that is thrown away.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::processes::{self, Running, tied_command};

/// How long each part of it may take to come up.
const PATIENCE: Duration = Duration::from_secs(10);

/// The session; it ends when this value goes away. The fields are dropped in this order.
#[derive(Debug)]
pub(crate) struct SessionBus {
    keyring: Running,
    _bus: Running,
    address: String,
    folder: TempDir,
}

/// A session whose keychain is coming up.
#[derive(Debug)]
pub(crate) struct StartingSession(SessionBus);

impl StartingSession {
    /// Starts a bus, and a keychain on it.
    pub(crate) fn start() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("voiceassist-session-").tempdir()?;
        std::fs::create_dir(folder.path().join("home"))?;
        make_private_folder(&folder.path().join("run"))?;
        let (bus, address) = start_bus(&folder)?;
        let keyring = start_keyring(environment(&folder, &address))?;
        Ok(Self(SessionBus { keyring, _bus: bus, address, folder }))
    }

    /// Waits until the keychain is there.
    pub(crate) fn ready(self) -> Result<SessionBus> {
        let mut session = self.0;
        let is_ready = processes::wait_until(PATIENCE, || {
            session.keyring.check_alive()?;
            Ok(session.has_secret_service())
        })?;
        if !is_ready {
            bail!("gnome-keyring-daemon did not offer its keychain within {} s", PATIENCE.as_secs());
        }
        Ok(session)
    }
}

impl SessionBus {
    /// What lets a program live in this session.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        environment(&self.folder, &self.address)
    }

    fn has_secret_service(&self) -> bool {
        let mut command = Command::new("dbus-send");
        command.args([
            "--session",
            "--print-reply=literal",
            "--dest=org.freedesktop.DBus",
            "/org/freedesktop/DBus",
        ]);
        command
            .args(["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"])
            .stdin(Stdio::null());
        command.envs(self.environment());
        command.output().is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("true"))
    }
}

fn start_bus(folder: &TempDir) -> Result<(Running, String)> {
    let mut command = tied_command("dbus-daemon");
    command
        .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command.envs(folder_environment(folder));
    let mut bus = Running::start("dbus-daemon", command)?;
    let named = |line: &str| Some(line.trim().to_owned()).filter(|address| !address.is_empty());
    let address = bus.wait_for_line(PATIENCE, named)?;
    Ok((bus, address.context("dbus-daemon told no address")?))
}

fn start_keyring(environment: Vec<(String, String)>) -> Result<Running> {
    let mut command = tied_command("gnome-keyring-daemon");
    command
        .args(["--foreground", "--unlock", "--components=secrets"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.envs(environment);
    let mut keyring = Running::start("gnome-keyring-daemon", command)?;
    // The password of a keychain that is thrown away with its folder guards nothing.
    keyring.take_stdin().context("the keyring's input is piped")?.write_all(b"thrown away")?;
    Ok(keyring)
}

fn environment(folder: &TempDir, address: &str) -> Vec<(String, String)> {
    let mut environment = folder_environment(folder);
    environment.push(("DBUS_SESSION_BUS_ADDRESS".to_owned(), address.to_owned()));
    environment
}

fn folder_environment(folder: &TempDir) -> Vec<(String, String)> {
    let (home, run) = (folder.path().join("home"), folder.path().join("run"));
    let mut environment: Vec<(&str, PathBuf)> = vec![
        ("XDG_CONFIG_HOME", home.join(".config")),
        ("XDG_DATA_HOME", home.join(".local/share")),
        ("XDG_CACHE_HOME", home.join(".cache")),
        ("XDG_STATE_HOME", home.join(".local/state")),
        ("XDG_RUNTIME_DIR", run.clone()),
        ("GNOME_KEYRING_CONTROL", run.join("keyring")),
        ("HOME", home),
        // Neither file system services nor assistive ones belong into a session of some seconds.
        ("GIO_USE_VFS", "local".into()),
        ("NO_AT_BRIDGE", "1".into()),
    ];
    // Rust's own folders are found through the home that was just replaced.
    for (variable, name) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        if let (None, Some(home)) = (std::env::var_os(variable), std::env::var_os("HOME")) {
            environment.push((variable, PathBuf::from(home).join(name)));
        }
    }
    environment.into_iter().map(|(name, value)| (name.to_owned(), value.display().to_string())).collect()
}

#[cfg(unix)]
fn make_private_folder(folder: &std::path::Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    Ok(std::fs::DirBuilder::new().mode(0o700).create(folder)?)
}

#[cfg(not(unix))]
fn make_private_folder(folder: &std::path::Path) -> Result<()> {
    Ok(std::fs::create_dir(folder)?)
}
