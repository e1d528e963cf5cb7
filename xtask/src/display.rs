//! A display in memory, for machines without one and for tests that nobody should have to watch.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use anyhow::{Context, Result, bail};

use crate::processes::{Running, tied_command};

/// Larger than the window, which a desktop also is.
const SCREEN: &str = "1400x900x24";

/// A running Xvfb.
#[derive(Debug)]
pub(crate) struct Display {
    name: String,
    _server: Running,
}

impl Display {
    /// Starts one under the first free number.
    pub(crate) fn start() -> Result<Self> {
        let mut command = tied_command("Xvfb");
        command
            // Without `-noreset` it starts anew when the last window closes, and turns away the next one meanwhile.
            .args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut server = Running::start("Xvfb", command)?;
        let stdout = server.take_stdout().context("Xvfb's output is piped")?;
        let mut number = String::new();
        BufReader::new(stdout).read_line(&mut number)?;
        if number.trim().is_empty() {
            bail!("Xvfb found no free display");
        }
        Ok(Self { name: format!(":{}", number.trim()), _server: server })
    }

    /// What lets a program open its windows here.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        vec![("DISPLAY".to_owned(), self.name.clone()), ("GDK_BACKEND".to_owned(), "x11".to_owned())]
    }
}

/// Whether a window could be opened where this program runs.
pub(crate) fn is_there() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}
