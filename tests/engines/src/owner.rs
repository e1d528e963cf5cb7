//! Whose processes the servers are: PostgreSQL refuses to be root's.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use nix::unistd::{User, geteuid};

/// What an only user who is called root is called for PostgreSQL; any number but root's.
const OTHER_NAME: u32 = 1;

/// Who runs a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The user of this process.
    Own,
    /// A user without rights, because this process is root's.
    Another {
        /// The user's number.
        user: u32,
        /// The group's number.
        group: u32,
    },
    /// The user of this process, under another name: called root, but in a user namespace that has nobody else.
    Renamed,
}

impl Owner {
    /// Who runs a server that refuses to run as root.
    pub(crate) fn find() -> Result<Self> {
        if !geteuid().is_root() {
            return Ok(Self::Own);
        }
        if own_range()?.is_only_user() {
            return Ok(Self::Renamed);
        }
        let find = |name| User::from_name(name).ok().flatten();
        let user = find("postgres")
            .or_else(|| find("nobody"))
            .context("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody")?;
        Ok(Self::Another { user: user.uid.as_raw(), group: user.gid.as_raw() })
    }

    /// Gives `path` to the owner.
    pub(crate) fn take_over(self, path: &Path) -> Result<()> {
        let Self::Another { user, group } = self else { return Ok(()) };
        std::os::unix::fs::chown(path, Some(user), Some(group))
            .with_context(|| format!("{} cannot be given to another user", path.display()))
    }

    /// A command that runs `program` as the owner and, if `signal` is given, sends it that signal when the
    /// process that started it is gone. `unshare` and `setpriv` (util-linux) do both without unsafe code, and are
    /// replaced by the program, so that the process's id is the program's.
    pub(crate) fn command(self, signal: Option<&str>, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("setpriv");
        if let Self::Another { user, group } = self {
            command.args([
                format!("--reuid={user}"),
                format!("--regid={group}"),
                "--clear-groups".to_owned(),
            ]);
        }
        if let Some(signal) = signal {
            command.args(["--pdeathsig", signal]);
        }
        command.arg("--");
        if self == Self::Renamed {
            let (user, group) = (format!("--map-user={OTHER_NAME}"), format!("--map-group={OTHER_NAME}"));
            command.args(["unshare", &user, &group, "--"]);
        }
        command.arg(program);
        command
    }
}

/// The user that this process runs as.
pub(crate) fn own_user() -> u32 {
    geteuid().as_raw()
}

/// The same as it is called outside of this process's user namespace: one person's directories have one name.
pub(crate) fn own_user_outside() -> Result<u32> {
    let Range { inside, outside, .. } = own_range()?;
    Ok(own_user() - inside + outside)
}

/// Users in a row, with their first one's number in a user namespace and outside of it (`user_namespaces(7)`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    inside: u32,
    outside: u32,
    length: u32,
}

impl Range {
    fn is_only_user(self) -> bool {
        self.length == 1
    }
}

fn own_range() -> Result<Range> {
    let ranges = std::fs::read_to_string("/proc/self/uid_map").context("the users are not known")?;
    find_range(&ranges, own_user()).context("this user has no number outside")
}

fn find_range(ranges: &str, user: u32) -> Option<Range> {
    let read = |line: &str| {
        let mut numbers = line.split_whitespace().map(|number| number.parse().ok());
        Some(Range { inside: numbers.next()??, outside: numbers.next()??, length: numbers.next()?? })
    };
    ranges
        .lines()
        .filter_map(read)
        .find(|range| user.checked_sub(range.inside).is_some_and(|place| place < range.length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_among_those_that_a_namespace_has() {
        let usual = "         0          0 4294967295\n";
        let range = find_range(usual, 1_000).expect("is there");
        assert!(range.inside == 0 && range.outside == 0 && !range.is_only_user());
        let renamed = Range { inside: 0, outside: 1_000, length: 1 };
        assert_eq!(find_range("         0       1000          1\n", 0), Some(renamed));
        assert!(renamed.is_only_user());
        let of_container = "0 1000 1\n1 100000 65536\n";
        assert_eq!(find_range(of_container, 70), Some(Range { inside: 1, outside: 100_000, length: 65_536 }));
        assert_eq!(find_range(of_container, 65_537), None);
        assert_eq!(find_range("", 0), None);
    }
}
