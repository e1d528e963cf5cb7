//! Whose processes the servers are: PostgreSQL refuses to be root's.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use nix::unistd::{User, geteuid};

/// A user without rights, for a server that refuses to run as root.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owner {
    user: u32,
    group: u32,
}

impl Owner {
    /// Who runs the server; `None` where this process may run it itself.
    pub(crate) fn find() -> Result<Option<Self>> {
        if !geteuid().is_root() {
            return Ok(None);
        }
        let find = |name| User::from_name(name).ok().flatten();
        let user = find("postgres")
            .or_else(|| find("nobody"))
            .context("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody")?;
        Ok(Some(Self { user: user.uid.as_raw(), group: user.gid.as_raw() }))
    }

    /// Gives `path` to the owner.
    pub(crate) fn take_over(owner: Option<Self>, path: &Path) -> Result<()> {
        let Some(Self { user, group }) = owner else { return Ok(()) };
        std::os::unix::fs::chown(path, Some(user), Some(group))
            .with_context(|| format!("{} cannot be given to another user", path.display()))
    }

    /// A command that runs `program` as the owner and, if `signal` is given, sends it that signal when the
    /// process that started it is gone. `setpriv` (util-linux) does both without unsafe code, and is
    /// replaced by the program, so that the process's id is the program's.
    pub(crate) fn command(owner: Option<Self>, signal: Option<&str>, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("setpriv");
        if let Some(Self { user, group }) = owner {
            command.args([
                format!("--reuid={user}"),
                format!("--regid={group}"),
                "--clear-groups".to_owned(),
            ]);
        }
        if let Some(signal) = signal {
            command.args(["--pdeathsig", signal]);
        }
        command.arg("--").arg(program);
        command
    }
}

/// The user that this process runs as.
pub(crate) fn own_user() -> u32 {
    geteuid().as_raw()
}
