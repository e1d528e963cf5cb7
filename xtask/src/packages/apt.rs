//! Debian's and Ubuntu's packages: what is missing, and installing it.

use std::collections::HashSet;
use std::io::{BufRead, IsTerminal, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::consent::{Circumstances, Decision, Rights, decide, is_yes, write_command};
use super::{Package, names};
use crate::processes;
use crate::progress::Progress;

/// Those of `wanted` that are not installed.
pub(super) fn find_missing(wanted: &[Package]) -> Result<Vec<Package>> {
    let output = Command::new("dpkg-query")
        .args(["--show", "--showformat", "${binary:Package} ${db:Status-Status}\\n"])
        .args(wanted.iter().map(|package| &*package.name))
        .stdin(Stdio::null())
        .output()
        .context("dpkg-query cannot be started")?;
    // Its exit code only says that a name is unknown, which is one way of being missing.
    Ok(pick_missing(wanted, &String::from_utf8_lossy(&output.stdout)))
}

/// `listing` has a line `name[:architecture] status` for every package that dpkg has heard of.
fn pick_missing(wanted: &[Package], listing: &str) -> Vec<Package> {
    let installed: HashSet<&str> = listing
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter(|(_, status)| *status == "installed")
        .map(|(name, _)| name.split(':').next().unwrap_or(name))
        .collect();
    wanted.iter().filter(|package| !installed.contains(&*package.name)).cloned().collect()
}

/// Whether apt knows all of them.
pub(super) fn is_available(packages: &[Package]) -> bool {
    let arguments: Vec<&str> =
        std::iter::once("show").chain(packages.iter().map(|package| &*package.name)).collect();
    processes::ask("apt-cache", &arguments).is_some()
}

/// The names of packages that begin so, one on each line.
pub(super) fn find_names(beginning: &str) -> String {
    processes::ask("apt-cache", &["pkgnames", beginning]).unwrap_or_default()
}

/// Installs `missing`, after asking where somebody could answer; gives the rights that it took.
pub(super) fn install(progress: &mut Progress, missing: &[Package], yes: bool) -> Result<Rights> {
    let rights = match decide(look_around(yes)) {
        Decision::GoAhead(rights) => rights,
        Decision::AskFirst(rights) => {
            if !confirm("Install them with apt now?")? {
                bail!("Nothing was installed. To do it yourself:\n  {}", by_hand(missing, rights));
            }
            rights
        }
        Decision::LeaveToAdministrator => bail!(leave_to_administrator(missing)),
    };
    // Asked once and first, so that whoever may not use sudo is not told that apt failed.
    if rights != Rights::Root && processes::run_on_terminal(command(&rights.lend(&["true"]))).is_err() {
        processes::check_interrupted()?;
        match rights {
            Rights::SilentSudo => bail!(
                "Nothing was installed: sudo needs a password, and there is no terminal to type it on. Run:\n  {}",
                by_hand(missing, rights)
            ),
            _ => bail!(leave_to_administrator(missing)),
        }
    }
    progress.step("read apt's lists", "check the network and /etc/apt/sources.list", || {
        // Old lists may do as well; if they do not, the next step says so.
        if let Err(error) = processes::run_on_terminal(apt_get(rights, &["update", "--quiet"])) {
            processes::check_interrupted()?;
            eprintln!("  {error}; going on with the lists there are");
        }
        Ok(())
    })?;
    let what_to_do = format!("see apt's message, then run: {}", by_hand(missing, rights));
    progress.step("install packages with apt", &what_to_do, || {
        let mut command = apt_get(rights, &["install", "--yes", "--quiet", "--no-install-recommends"]);
        command.args(missing.iter().map(|package| &*package.name));
        processes::run_on_terminal(command)
    })?;
    Ok(rights)
}

/// Ends the service that a package brought and has started, and keeps it from starting with the computer.
pub(super) fn switch_off_service(rights: Rights, name: &str) {
    let has_systemd = std::path::Path::new("/run/systemd/system").is_dir();
    let line: &[&str] = if has_systemd {
        &["systemctl", "disable", "--now", "--quiet", name]
    } else {
        &["service", name, "stop"]
    };
    let line = rights.lend(line);
    // Where it cannot be switched off it takes memory and no port that anything here needs.
    let _ = processes::ask(line[0], &line[1..]);
}

fn look_around(yes: bool) -> Circumstances {
    Circumstances {
        is_root: processes::ask("id", &["-u"]).is_some_and(|id| id.trim() == "0"),
        has_sudo: processes::is_on_path("sudo"),
        can_answer: std::io::stdin().is_terminal() && std::io::stderr().is_terminal(),
        yes,
    }
}

fn by_hand(missing: &[Package], rights: Rights) -> String {
    write_command(&names(missing), rights != Rights::Root)
}

fn leave_to_administrator(missing: &[Package]) -> String {
    format!(
        "Nothing was installed. An administrator of this computer can install them, as root, with:\n  {}",
        by_hand(missing, Rights::Root)
    )
}

fn apt_get(rights: Rights, arguments: &[&str]) -> Command {
    // Another apt may be at work, as on a machine that has just started: wait for it.
    let line = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=120"];
    let mut command = command(&rights.lend(&line));
    command.args(arguments);
    command
}

fn command(line: &[&str]) -> Command {
    let mut command = Command::new(line[0]);
    command.args(&line[1..]);
    command
}

/// What is answered.
fn confirm(question: &str) -> Result<bool> {
    eprint!("{question} [y/N] ");
    std::io::stderr().flush()?;
    let (sender, receiver) = mpsc::channel();
    // Ctrl+C does not wake whoever reads from a terminal, so somebody else reads.
    std::thread::spawn(move || {
        let mut answer = String::new();
        // Nobody waits for it any more after Ctrl+C.
        let _ = sender.send(std::io::stdin().lock().read_line(&mut answer).map(|_| answer));
    });
    loop {
        processes::check_interrupted()?;
        match receiver.recv_timeout(Duration::from_millis(50)) {
            Ok(answer) => return Ok(is_yes(&answer?)),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => bail!("the answer cannot be read"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::package;
    use super::*;

    const WANTED: &[Package] =
        &[package("xvfb", ""), package("libssl-dev", ""), package("gnome-keyring", "")];

    fn missing(listing: &str) -> String {
        names(&pick_missing(WANTED, listing))
    }

    #[test]
    fn everything_is_missing_where_nothing_is_known() {
        assert_eq!(missing(""), "xvfb libssl-dev gnome-keyring");
    }

    #[test]
    fn an_architecture_after_the_name_does_not_matter() {
        assert_eq!(missing("libssl-dev:amd64 installed\nxvfb installed\ngnome-keyring installed\n"), "");
    }

    #[test]
    fn removed_packages_whose_settings_are_left_are_missing() {
        assert_eq!(
            missing("xvfb config-files\nlibssl-dev:amd64 installed\ngnome-keyring not-installed\n"),
            "xvfb gnome-keyring"
        );
    }

    #[test]
    fn a_name_that_only_begins_alike_is_another_package() {
        assert_eq!(missing("xvfb-extra installed\nlibssl-dev installed\ngnome-keyring installed\n"), "xvfb");
    }
}
