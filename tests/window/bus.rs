//! A desktop session with nothing in it but its bus: no keychain, and nothing that could start one.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, ensure};

/// What a bus needs to be one. Without a folder of services, nothing is started on demand.
const CONFIGURATION: &str = r#"<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>"#;

/// The bus; it ends with the test.
pub(crate) struct BareBus {
    child: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl BareBus {
    pub(crate) fn start() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let configuration = folder.path().join("bus.conf");
        std::fs::write(&configuration, CONFIGURATION)?;
        let mut child = Command::new("dbus-daemon")
            .args(["--nofork", "--nopidfile", "--print-address=1"])
            .arg(format!("--config-file={}", configuration.display()))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("dbus-daemon cannot be started")?;
        let stdout = child.stdout.take().context("the output is piped")?;
        let mut bus = Self { child, address: String::new(), _folder: folder };
        BufReader::new(stdout).read_line(&mut bus.address)?;
        bus.address.truncate(bus.address.trim_end().len());
        ensure!(!bus.address.is_empty(), "the bus told no address");
        Ok(bus)
    }

    /// Where programs find it.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for BareBus {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
