//! The guide's own lines for backup and restore on SQLite, run as they stand there. Only the folder is another one,
//! the files' owner is whoever runs the test, and there is no systemd.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::read;

const PROGRAM: &str = env!("CARGO_BIN_EXE_voiceassist-gateway");
const STATE: &str = "/var/lib/voiceassist-gateway";

/// The indented lines after this one.
fn block_after(text: &str) -> String {
    let guide = read("deploy/README.md");
    let sqlite = guide.split_once("\n### SQLite\n").expect("a section").1;
    let after = sqlite.split_once(text).unwrap_or_else(|| panic!("{text:?} is not in the guide")).1;
    let lines = after.trim_start_matches('\n').lines().take_while(|line| line.starts_with("    "));
    let block: Vec<&str> = lines.map(str::trim).collect();
    assert!(!block.is_empty(), "nothing follows {text:?}");
    block.join("\n")
}

/// A folder with the gateway's data, and the programs that a computer of a clinic has and a test has not.
struct Computer {
    folder: tempfile::TempDir,
}

impl Computer {
    fn set_up() -> Self {
        let computer = Self { folder: tempfile::tempdir().expect("a folder") };
        std::fs::create_dir_all(computer.state().join("backups")).expect("makes");
        std::fs::create_dir(computer.folder.path().join("bin")).expect("makes");
        computer.add_program("systemctl", "echo \"systemctl $*\"");
        computer.add_program("gateway-command", &format!("exec {PROGRAM} \"$@\""));
        computer
    }

    fn state(&self) -> std::path::PathBuf {
        self.folder.path().join("state")
    }

    fn add_program(&self, name: &str, does: &str) {
        let path = self.folder.path().join("bin").join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{does}\n")).expect("writes");
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).expect("sets");
    }

    fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        let bin = self.folder.path().join("bin");
        command.env_clear().env("DATA_DIRECTORY", self.state()).stdin(Stdio::null());
        command.env("PATH", format!("{}:/usr/bin:/bin", bin.display()));
        command
    }

    /// Runs lines of the guide.
    fn follow(&self, lines: &str) -> String {
        let lines = lines.replace(STATE, self.state().to_str().expect("a path"));
        let lines = lines.replace(" -o voiceassist-gateway -g voiceassist-gateway", "");
        succeed(&self.command("/bin/sh").args(["-euc", &lines]).output().expect("runs"))
    }

    fn create_administrator(&self, email: &str) {
        let mut command = self.command(PROGRAM);
        command.args(["create-admin", "--email", email, "--name", "Ana Ruiz"]).stdin(Stdio::piped());
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
        let mut input = process.stdin.take().expect("standard input is piped");
        writeln!(input, "marble kettle orbit fern").expect("is read");
        drop(input);
        succeed(&process.wait_with_output().expect("ends"));
    }
}

#[track_caller]
fn succeed(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn a_backup_made_and_put_back_as_the_guide_says_holds_what_was_there_then() {
    let computer = Computer::set_up();
    computer.create_administrator("ana@clinic.example");
    let mut serving = computer.command(PROGRAM);
    serving.args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut gateway = serving.spawn().expect("starts");
    let mut line = String::new();
    BufReader::new(gateway.stdout.as_mut().expect("piped")).read_line(&mut line).expect("a line comes");
    assert!(line.starts_with("listening on"), "{line:?}");

    let copied = computer.follow(&block_after("While the gateway runs:"));
    assert!(copied.contains("the copy is sound") && copied.contains("intact"), "{copied}");
    computer.create_administrator("nour@clinic.example");
    // As hard as a gateway can end: its write-ahead log stays beside the database.
    gateway.kill().expect("ends");
    gateway.wait().expect("has ended");
    assert!(computer.state().join("voiceassist.sqlite-wal").exists());

    let restored = computer.follow(&block_after("To restore, as root:"));
    assert!(restored.starts_with("systemctl stop voiceassist-gateway\n"), "{restored}");
    assert!(restored.contains("systemctl start voiceassist-gateway\n"), "{restored}");
    assert!(restored.contains("The audit trail is intact: 1 event"), "{restored}");
    let mode = std::fs::metadata(computer.state().join("voiceassist.sqlite")).expect("there").permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);
    // Who came after the backup is not there, and can come again.
    computer.create_administrator("nour@clinic.example");
}
