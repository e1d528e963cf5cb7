//! A display in memory, for machines without one and for tests that nobody should have to watch.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::processes::{Running, tied_command};

/// Larger than the window, which a desktop also is.
const SCREEN: &str = "1400x900x24";

/// How long it may take to come up.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running Xvfb.
#[derive(Debug)]
pub(crate) struct Display {
    number: u32,
    _server: Running,
}

/// An Xvfb that is coming up.
#[derive(Debug)]
pub(crate) struct StartingDisplay(Running);

impl StartingDisplay {
    /// Starts one under the first free number.
    pub(crate) fn start() -> Result<Self> {
        let mut command = tied_command("Xvfb");
        command
            // Without `-noreset` it starts anew when the last window closes, and turns away the next one meanwhile.
            .args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        Running::start("Xvfb", command).map(Self)
    }

    /// Waits until windows can open on it.
    pub(crate) fn ready(mut self) -> Result<Display> {
        match self.0.wait_for_line(PATIENCE, |line| line.trim().parse().ok())? {
            Some(number) => Ok(Display { number, _server: self.0 }),
            None => bail!("Xvfb did not come up"),
        }
    }
}

impl Display {
    /// What lets a program open its windows here.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        vec![
            ("DISPLAY".to_owned(), format!(":{}", self.number)),
            ("GDK_BACKEND".to_owned(), "x11".to_owned()),
        ]
    }
}

/// Whether a window could be opened where this program runs.
pub(crate) fn is_there() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}
