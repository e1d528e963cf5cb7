//! The WebDriver server: started for one window, ended with it.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

/// How long the server may take to answer.
const LONGEST_START: Duration = Duration::from_secs(20);
/// How long the application may take to end.
const LONGEST_END: Duration = Duration::from_secs(5);

/// A running WebDriver server.
pub(crate) struct DriverProcess {
    child: Child,
    /// Where it listens.
    pub(crate) address: String,
}

impl DriverProcess {
    /// Starts the server on a free loopback port, with these variables in its environment and, through
    /// it, in the application's.
    pub(crate) fn start(environment: &[(String, String)]) -> anyhow::Result<Self> {
        let port = free_port()?;
        let mut command = Command::new("WebKitWebDriver");
        command
            .args([format!("--port={port}"), "--host=127.0.0.1".to_owned()])
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child =
            command.spawn().context("WebKitWebDriver cannot be started (Debian: webkit2gtk-driver)")?;
        if let Some(stderr) = child.stderr.take() {
            std::thread::spawn(move || {
                for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                    eprintln!("window: {line}");
                }
            });
        }
        let process = Self { child, address: format!("http://127.0.0.1:{port}") };
        process.wait_until_it_listens(port)?;
        Ok(process)
    }

    fn wait_until_it_listens(&self, port: u16) -> anyhow::Result<()> {
        let start = Instant::now();
        while start.elapsed() < LONGEST_START {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        bail!("WebKitWebDriver did not listen within {} s", LONGEST_START.as_secs())
    }
}

impl DriverProcess {
    /// The applications that the server started and that still run.
    fn applications(&self) -> Vec<u32> {
        let threads = std::fs::read_dir(format!("/proc/{}/task", self.child.id()));
        let children = threads
            .into_iter()
            .flatten()
            .filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("children")).ok());
        children
            .flat_map(|ids| ids.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>())
            .collect()
    }

    /// Waits for the applications to end; the server ends them after it has answered that the session is over.
    ///
    /// One left behind would answer the next start in the place of a new one, as there is one at a time.
    fn end_applications(&self) {
        let start = Instant::now();
        while start.elapsed() < LONGEST_END && !self.applications().is_empty() {
            std::thread::sleep(Duration::from_millis(20));
        }
        for application in self.applications() {
            // It may have ended in this very moment, which is as good.
            let _ = Command::new("kill").args(["-KILL", &application.to_string()]).status();
        }
    }
}

impl Drop for DriverProcess {
    fn drop(&mut self) {
        self.end_applications();
        // It is gone already if somebody ended it; nothing is lost then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> anyhow::Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no free loopback port")?;
    Ok(listener.local_addr()?.port())
}
