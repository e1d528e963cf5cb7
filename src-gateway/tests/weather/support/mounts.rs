//! A small disk of its own for a test: a file system in memory, mounted where nobody else sees it.
//!
//! The test starts itself again in a mount namespace of its own (`unshare`, util-linux). What is mounted there goes
//! with the last process in it, however that ends.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Set in the process that has its own mounts.
const INSIDE: &str = "VOICEASSIST_TEST_OWN_MOUNTS";

/// Runs the body of the test of this name where it may mount.
#[track_caller]
pub fn with_own_mounts(test: &str, body: impl FnOnce()) {
    if std::env::var_os(INSIDE).is_some() {
        return body();
    }
    let program = std::env::current_exe().expect("this program");
    let mut command = among_own_mounts();
    command.arg(program).args(["--exact", test, "--nocapture", "--test-threads=1"]);
    let output = command.env(INSIDE, "1").stdin(Stdio::null()).output().expect("unshare (util-linux) starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("1 passed"), "{test} is the test's name? {said}");
    // The name of the test stands before it in the same line.
    let findings = said.lines().filter_map(|line| line.find("weather on").map(|at| &line[at..]));
    findings.for_each(|finding| println!("{finding}"));
}

/// Whether this process may mount there: root may, and others where the system lets them, as Debian does; Ubuntu 24.04
/// does not, and neither does Linux in a changed root.
pub fn may_mount() -> bool {
    let mut mount = among_own_mounts();
    mount.args(["mount", "-t", "tmpfs", "tmpfs", "/tmp"]).stdin(Stdio::null());
    mount.stdout(Stdio::null()).stderr(Stdio::null());
    is_root() || mount.status().expect("unshare (util-linux) starts").success()
}

/// What follows runs where nobody else sees what it mounts.
fn among_own_mounts() -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--", "unshare", "--mount"]);
    if !is_root() {
        // Whoever is not root may mount in a user namespace.
        command.args(["--user", "--map-root-user"]);
    }
    command.arg("--");
    command
}

/// Whether this process is root's.
fn is_root() -> bool {
    File::open("/proc/self").and_then(|file| file.metadata()).is_ok_and(|found| found.uid() == 0)
}

/// A disk of so many MiB.
pub struct SmallDisk {
    path: PathBuf,
}

impl SmallDisk {
    /// Mounts it at this new directory.
    pub fn mount(path: &Path, mebibytes: u32) -> Self {
        std::fs::create_dir_all(path).expect("a directory is made");
        let options = format!("size={mebibytes}m,mode=0711");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(path);
        assert!(mount.status().expect("mount (util-linux) starts").success(), "a file system is mounted");
        Self { path: path.to_owned() }
    }

    /// Fills what is left of it, to the last byte.
    pub fn fill(&self) {
        let mut ballast = File::options().create(true).append(true).open(self.ballast()).expect("a file");
        for size in [65_536, 4_096, 1] {
            while ballast.write_all(&vec![0; size]).is_ok() {}
        }
    }

    /// Makes room again.
    pub fn clear(&self) {
        std::fs::remove_file(self.ballast()).expect("the ballast is removed");
    }

    fn ballast(&self) -> PathBuf {
        self.path.join("ballast")
    }
}
