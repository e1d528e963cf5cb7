//! `cargo xtask setup` where packages are missing: who is asked, with what rights apt runs, and what is said to
//! whoever may not install. The real program runs, on a real terminal where there is one; around it stand
//! programs that only write down how they were called, so that nothing is installed.
#![cfg(target_os = "linux")]

use std::io::{Read, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// What sudo does with this person.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sudo {
    /// There is none.
    Absent,
    /// It lets them, and asks for no password.
    Lends,
    /// It does not let them, or not without a password.
    Refuses,
}

/// A computer on which every package is missing.
struct Computer {
    folder: TempDir,
}

impl Computer {
    fn of(user_id: u32, sudo: Sudo) -> Self {
        let computer = Self { folder: TempDir::new().expect("a folder") };
        let debug = computer.path("target/debug");
        std::fs::create_dir_all(&debug).expect("makes a folder");
        std::fs::create_dir(computer.path("bin")).expect("makes a folder");
        // In a target directory of its own, where it keeps its notes.
        std::fs::write(computer.path("target/CACHEDIR.TAG"), "").expect("writes");
        let program = Path::new(env!("CARGO_BIN_EXE_xtask"));
        if std::fs::hard_link(program, debug.join("xtask")).is_err() {
            std::fs::copy(program, debug.join("xtask")).expect("copies the program");
        }
        for (name, real) in [("env", "/usr/bin/env"), ("true", "/bin/true")] {
            symlink(real, computer.path("bin").join(name)).expect("links");
        }
        computer.put("id", &format!("echo {user_id}"));
        computer.put("dpkg-query", "exit 1");
        computer.put("apt-cache", "exit 1");
        computer.put("apt-get", "");
        computer.put("service", "");
        computer.put("systemctl", "");
        match sudo {
            Sudo::Absent => {}
            Sudo::Lends => computer.put("sudo", "[ \"$1\" = --non-interactive ] && shift\n\"$@\""),
            Sudo::Refuses => computer.put("sudo", "exit 1"),
        }
        computer
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A program that writes down how it was called, and does this.
    fn put(&self, name: &str, does: &str) {
        let path = self.path("bin").join(name);
        let log = self.path("calls");
        let script = format!("#!/bin/sh\necho \"{name} $*\" >> '{}'\n{does}\n", log.display());
        std::fs::write(&path, script).expect("writes");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("makes it a program");
    }

    /// At most a minute of `program`, with this computer's programs alone.
    fn limited(&self, program: &[&str]) -> Command {
        let mut command = Command::new("/usr/bin/timeout");
        command
            .args(["--kill-after=5", "60"])
            .args(program)
            .env_clear()
            .env("PATH", self.path("bin"))
            .env("HOME", self.folder.path())
            .env("SHELL", "/bin/sh")
            .env("NO_COLOR", "1")
            .env("CARGO_MANIFEST_DIR", env!("CARGO_MANIFEST_DIR"))
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Without a terminal.
    fn set_up(&self, arguments: &[&str]) -> Outcome {
        let program = self.path("target/debug/xtask");
        let line = [&[program.to_str().expect("a path"), "setup"], arguments].concat();
        let output = self.limited(&line).stdin(Stdio::null()).output().expect("it runs");
        self.outcome(output.status.code(), &[output.stdout, output.stderr].concat())
    }

    /// On a terminal, on which this is typed once something is asked.
    fn set_up_on_terminal(&self, arguments: &[&str], typed: &str) -> Outcome {
        let program = self.path("target/debug/xtask");
        let line = format!("exec '{}' setup {}", program.display(), arguments.join(" "));
        let terminal = ["/usr/bin/script", "--quiet", "--return", "--flush", "--command", &line, "/dev/null"];
        let mut process = self.limited(&terminal).spawn().expect("it runs");
        // Held until the end: to close it would be to press Ctrl+D.
        let mut input = process.stdin.take().expect("it is piped");
        let mut output = process.stdout.take().expect("it is piped");
        let (mut said, mut buffer, mut is_typed) = (Vec::new(), [0; 4096], false);
        while let Ok(length @ 1..) = output.read(&mut buffer) {
            said.extend_from_slice(&buffer[..length]);
            if !is_typed && String::from_utf8_lossy(&said).contains("[y/N]") {
                input.write_all(typed.as_bytes()).expect("types");
                is_typed = true;
            }
        }
        let code = process.wait().expect("it ends").code();
        self.outcome(code, &said)
    }

    fn outcome(&self, code: Option<i32>, said: &[u8]) -> Outcome {
        let calls = std::fs::read_to_string(self.path("calls")).unwrap_or_default();
        let of_interest = |line: &&str| line.starts_with("sudo") || line.starts_with("apt-get");
        Outcome {
            code,
            said: String::from_utf8_lossy(said).replace('\r', ""),
            calls: calls.lines().filter(of_interest).map(str::to_owned).collect(),
        }
    }
}

/// What became of it.
#[derive(Debug)]
struct Outcome {
    code: Option<i32>,
    said: String,
    /// How sudo and apt-get were called.
    calls: Vec<String>,
}

impl Outcome {
    #[track_caller]
    fn assert_installed_by(&self, before: &str) {
        let apt_get = "env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120";
        let called = |what: &str| {
            let wanted = if before.is_empty() {
                format!("{} {what}", apt_get.replace("env DEBIAN_FRONTEND=noninteractive ", ""))
            } else {
                format!("{before} {apt_get} {what}")
            };
            self.calls.iter().any(|call| call.starts_with(&wanted))
        };
        assert!(called("update"), "{self:?}");
        assert!(called("install --yes --quiet --no-install-recommends build-essential"), "{self:?}");
        assert!(self.said.contains("✓ install packages with apt"), "{self:?}");
    }

    #[track_caller]
    fn assert_nothing_installed(&self, calls: &[&str], command: &str) {
        assert_eq!(self.calls, calls, "{self:?}");
        assert!(self.said.contains("Nothing was installed"), "{self:?}");
        assert!(self.said.contains(&format!("\n  {command} build-essential pkg-config")), "{self:?}");
        assert_eq!(self.code, Some(1), "{self:?}");
    }

    fn has_asked(&self) -> bool {
        self.said.contains("Install them with apt now? [y/N]")
    }
}

const BY_HAND: &str = "apt-get update && apt-get install --no-install-recommends";
const BY_HAND_WITH_SUDO: &str = "sudo apt-get update && sudo apt-get install --no-install-recommends";

#[test]
fn root_without_a_terminal_installs_without_asking() {
    let outcome = Computer::of(0, Sudo::Lends).set_up(&[]);
    outcome.assert_installed_by("");
    assert!(!outcome.has_asked() && !outcome.calls.iter().any(|call| call.starts_with("sudo")));
    assert!(outcome.said.contains("libwebkit2gtk-4.1-dev          the web view that shows the interface"));
}

#[test]
fn on_a_terminal_nothing_happens_before_the_answer_and_nothing_after_a_no() {
    for no in ["n\n", "\n", "\u{4}"] {
        let outcome = Computer::of(0, Sudo::Absent).set_up_on_terminal(&[], no);
        assert!(outcome.has_asked(), "{outcome:?}");
        outcome.assert_nothing_installed(&[], BY_HAND);
    }
    let outcome = Computer::of(1000, Sudo::Lends).set_up_on_terminal(&[], "no\n");
    outcome.assert_nothing_installed(&[], BY_HAND_WITH_SUDO);
}

#[test]
fn on_a_terminal_a_yes_installs_with_the_rights_there_are() {
    let outcome = Computer::of(0, Sudo::Absent).set_up_on_terminal(&[], "y\n");
    assert!(outcome.has_asked(), "{outcome:?}");
    outcome.assert_installed_by("");
    let outcome = Computer::of(1000, Sudo::Lends).set_up_on_terminal(&[], "Yes\n");
    outcome.assert_installed_by("sudo");
    assert_eq!(outcome.calls[0], "sudo true", "a password is asked for once, before apt runs");
}

#[test]
fn yes_on_the_command_line_asks_nothing_on_a_terminal() {
    let outcome = Computer::of(0, Sudo::Absent).set_up_on_terminal(&["--yes"], "n\n");
    outcome.assert_installed_by("");
    assert!(!outcome.has_asked(), "{outcome:?}");
    let outcome = Computer::of(1000, Sudo::Lends).set_up_on_terminal(&["--yes"], "n\n");
    outcome.assert_installed_by("sudo");
    assert!(!outcome.has_asked(), "{outcome:?}");
}

#[test]
fn without_root_and_sudo_the_one_command_is_shown_and_nobody_is_asked() {
    for arguments in [&[][..], &["--yes"]] {
        let computer = Computer::of(1000, Sudo::Absent);
        computer.set_up(arguments).assert_nothing_installed(&[], BY_HAND);
        let outcome = computer.set_up_on_terminal(arguments, "y\n");
        outcome.assert_nothing_installed(&[], BY_HAND);
        assert!(!outcome.has_asked(), "{outcome:?}");
    }
}

#[test]
fn whoever_sudo_refuses_is_told_so_before_apt_is_tried() {
    let computer = Computer::of(1000, Sudo::Refuses);
    computer.set_up_on_terminal(&[], "y\n").assert_nothing_installed(&["sudo true"], BY_HAND);
}

#[test]
fn without_a_terminal_sudo_is_not_left_waiting_for_a_password() {
    let outcome = Computer::of(1000, Sudo::Refuses).set_up(&["--yes"]);
    outcome.assert_nothing_installed(&["sudo --non-interactive true"], BY_HAND_WITH_SUDO);
    Computer::of(1000, Sudo::Lends).set_up(&[]).assert_installed_by("sudo --non-interactive");
}

#[test]
fn ctrl_c_at_the_question_ends_it() {
    let outcome = Computer::of(0, Sudo::Absent).set_up_on_terminal(&[], "\u{3}");
    assert_eq!((outcome.code, outcome.calls.len()), (Some(130), 0), "{outcome:?}");
    assert!(outcome.said.contains("Ended. Nothing is left running."), "{outcome:?}");
}
