//! A computer that somebody sits at: a home folder of its own in which the application remembers things.

use std::path::PathBuf;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use voiceassist_scripted_gateways::ScriptedGatewayThread;
use voiceassist_window_driver::{Launch, Role, Window};

use crate::clinic::Clinic;
use crate::seat;

/// How long a second start may take to find that there is a window already.
const LONGEST_SECOND_START: Duration = Duration::from_secs(15);

/// How long after a change the application may write it down.
const LONGEST_SAVE: Duration = Duration::from_secs(10);

/// Something that the application can sign in to.
pub(crate) trait Server {
    /// Where it is.
    fn url(&self) -> String;
}

impl Server for Clinic {
    fn url(&self) -> String {
        self.address().to_owned()
    }
}

impl Server for ScriptedGatewayThread {
    fn url(&self) -> String {
        voiceassist_scripted_gateways::ScriptedGateway::url(self)
    }
}

/// A home folder that goes away with the test.
pub(crate) struct Desk {
    home: tempfile::TempDir,
}

impl Desk {
    /// A computer on which the application was never started.
    pub(crate) fn new() -> anyhow::Result<Self> {
        Ok(Self { home: tempfile::tempdir()? })
    }

    /// Opens the application with this server and `email` filled in.
    pub(crate) fn open(&self, server: &impl Server, email: &str) -> anyhow::Result<Window> {
        self.launch(&[
            ("VOICEASSIST_PROFILE_ADDRESS", &server.url()),
            ("VOICEASSIST_PROFILE_NAME", "Lakeside Clinic"),
            ("VOICEASSIST_PROFILE_EMAIL", email),
        ])
    }

    /// Opens the application as it was left.
    pub(crate) fn open_again(&self) -> anyhow::Result<Window> {
        self.launch(&[])
    }

    /// Opens the application in a desktop session of its own, whose bus is there.
    pub(crate) fn open_with_bus(
        &self,
        server: &impl Server,
        email: &str,
        bus: &str,
    ) -> anyhow::Result<Window> {
        self.launch(&[
            ("VOICEASSIST_PROFILE_ADDRESS", &server.url()),
            ("VOICEASSIST_PROFILE_NAME", "Lakeside Clinic"),
            ("VOICEASSIST_PROFILE_EMAIL", email),
            ("DBUS_SESSION_BUS_ADDRESS", bus),
        ])
    }

    /// Opens the application and signs in.
    pub(crate) fn sign_in(
        &self,
        server: &impl Server,
        email: &str,
        password: &str,
    ) -> anyhow::Result<Window> {
        let window = self.open(server, email)?;
        sign_in(&window, password)?;
        Ok(window)
    }

    /// A file of the application on this computer.
    pub(crate) fn settings_file(&self) -> PathBuf {
        self.home.path().join("data/dev.voiceassist.admin/settings.json")
    }

    /// Waits until the application has written down that its window has this size.
    pub(crate) fn wait_until_size_is_kept(&self, (width, height): (u64, u64)) -> anyhow::Result<()> {
        let file = self.home.path().join("config/dev.voiceassist.admin/.window-state.json");
        let start = Instant::now();
        while start.elapsed() < LONGEST_SAVE {
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            let state: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
            if state["main"]["width"] == width && state["main"]["height"] == height {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("{width} × {height} was not written down")
    }

    /// The files below the home folder in which `text` occurs.
    pub(crate) fn files_that_contain(&self, text: &str) -> anyhow::Result<Vec<PathBuf>> {
        let mut folders = vec![self.home.path().to_owned()];
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.is_file() && contains(&std::fs::read(&path)?, text.as_bytes()) {
                    found.push(path);
                }
            }
        }
        Ok(found)
    }

    /// Starts the application once more while it is open, and waits for that second start to end.
    pub(crate) fn start_beside(&self) -> anyhow::Result<ExitStatus> {
        let mut second = Command::new(binary()?).envs(self.environment(&[])?).spawn()?;
        let start = Instant::now();
        while start.elapsed() < LONGEST_SECOND_START {
            if let Some(status) = second.try_wait()? {
                return Ok(status);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        second.kill()?;
        bail!("the second start did not end")
    }

    fn launch(&self, more: &[(&str, &str)]) -> anyhow::Result<Window> {
        Window::open(&Launch { binary: binary()?, environment: self.environment(more)? })
    }

    fn environment(&self, more: &[(&str, &str)]) -> anyhow::Result<Vec<(String, String)>> {
        let home = self.home.path();
        let folder = |name: &str| home.join(name).to_string_lossy().into_owned();
        let mut environment = seat::environment()?;
        let own = [
            ("HOME", home.to_string_lossy().into_owned()),
            ("XDG_DATA_HOME", folder("data")),
            ("XDG_CONFIG_HOME", folder("config")),
            ("XDG_CACHE_HOME", folder("cache")),
            ("XDG_STATE_HOME", folder("state")),
            ("VOICEASSIST_PROFILE_ADDRESS", String::new()),
        ];
        environment.extend(own.map(|(name, value)| (name.to_owned(), value)));
        environment.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        Ok(environment.into_iter().collect())
    }
}

fn binary() -> anyhow::Result<PathBuf> {
    let binary = std::env::var_os("VOICEASSIST_APP_BINARY");
    Ok(binary.context("VOICEASSIST_APP_BINARY is not set: run these tests with `cargo xtask test`")?.into())
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Types the password and presses the button, the e-mail being filled in.
pub(crate) fn sign_in(window: &Window, password: &str) -> anyhow::Result<()> {
    window.find(Role::Heading, "Sign in")?;
    window.fill(Role::Textbox, "Password", password)?;
    window.click(Role::Button, "Sign in")
}
