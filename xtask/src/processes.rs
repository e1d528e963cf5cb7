//! Programs that xtask starts, and that end with it: none is left running, however xtask ends.
//!
//! Each is the leader of a process group of its own, so that what it starts in turn ends with it. The
//! terminal's Ctrl+C reaches xtask alone, which then ends everything in the right order.

mod group;

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
/// The groups alive, for a second Ctrl+C, which ends them at once.
static GROUPS: Mutex<Vec<u32>> = Mutex::new(Vec::new());
/// The group of the step that is being waited for; the first Ctrl+C ends it.
static CURRENT: Mutex<Option<u32>> = Mutex::new(None);

/// Whether somebody pressed Ctrl+C (or asked this program to end in another way).
pub(crate) fn is_interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// Fails once Ctrl+C was pressed; loops that wait call this.
pub(crate) fn check_interrupted() -> Result<()> {
    if is_interrupted() { Err(anyhow!("interrupted")) } else { Ok(()) }
}

/// From here on Ctrl+C ends the current step, and a second one everything at once.
pub(crate) fn listen_for_interrupts() -> Result<()> {
    ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::SeqCst) {
            for group in lock(&GROUPS).iter() {
                group::kill(*group);
            }
            std::process::exit(130);
        }
        if let Some(group) = *lock(&CURRENT) {
            group::terminate(group);
        }
    })
    .context("Ctrl+C cannot be listened for")
}

/// A command that, where the system can, also ends when xtask is killed and can end nothing itself.
///
/// `setpriv` (util-linux) is how one asks for that without unsafe code.
pub(crate) fn tied_command(program: impl AsRef<OsStr>) -> Command {
    if !(cfg!(target_os = "linux") && is_on_path("setpriv")) {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "TERM", "--"]).arg(program);
    command
}

/// A program that runs beside xtask and ends when this value goes away.
#[derive(Debug)]
pub(crate) struct Running {
    name: String,
    child: Child,
    patience: Duration,
}

impl Running {
    /// Starts `command` in a group of its own.
    pub(crate) fn start(name: &str, mut command: Command) -> Result<Self> {
        group::set_own_group(&mut command);
        let child = command.spawn().with_context(|| format!("{name} cannot be started"))?;
        lock(&GROUPS).push(child.id());
        Ok(Self { name: name.to_owned(), child, patience: Duration::from_secs(10) })
    }

    /// Waits, at most `limit`, for a line of its output in which `read` finds something. `None` if it ended or kept
    /// silent.
    pub(crate) fn wait_for_line<T: Send + 'static>(
        &mut self,
        limit: Duration,
        read: impl Fn(&str) -> Option<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let stdout = self.child.stdout.take().context("its output is piped and nobody else reads it")?;
        let (sender, receiver) = mpsc::channel();
        // Reading goes on until the end, or the program would stop at a full pipe.
        std::thread::spawn(move || {
            for found in BufReader::new(stdout).lines().map_while(Result::ok).filter_map(|line| read(&line)) {
                // Nobody listens any more after the first one.
                let _ = sender.send(found);
            }
        });
        let mut found = None;
        wait_until(limit, || match receiver.try_recv() {
            Err(mpsc::TryRecvError::Empty) => Ok(false),
            answer => {
                found = answer.ok();
                Ok(true)
            }
        })?;
        Ok(found)
    }

    /// Its standard input, if it was piped and not taken before.
    pub(crate) fn take_stdin(&mut self) -> Option<std::process::ChildStdin> {
        self.child.stdin.take()
    }

    /// The process's number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for its end.
    pub(crate) fn wait(&mut self) -> Result<ExitStatus> {
        Ok(self.child.wait()?)
    }

    /// How it ended, if it did.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Fails if it ended although it should be running.
    pub(crate) fn check_alive(&mut self) -> Result<()> {
        match self.ended()? {
            Some(status) => bail!("{} ended by itself ({status})", self.name),
            None => Ok(()),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let group = self.child.id();
        if let Ok(None) = self.child.try_wait() {
            group::terminate(group);
            let begin = Instant::now();
            while begin.elapsed() < self.patience && matches!(self.child.try_wait(), Ok(None)) {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        // What the leader left behind in its group, and the leader if it did not listen.
        group::kill(group);
        // A failure to end it is nothing that could be mended here; the group was told to.
        let _ = self.child.kill();
        let _ = self.child.wait();
        lock(&GROUPS).retain(|other| *other != group);
    }
}

/// Runs a step to its end. Ctrl+C ends it.
pub(crate) fn run(mut command: Command) -> Result<()> {
    command.stdin(Stdio::null());
    run_watched(command, |_| Ok(()))
}

/// Runs a step to its end while `watch` sees the process, for instance to read what it prints.
pub(crate) fn run_watched(command: Command, watch: impl FnOnce(&mut Child) -> Result<()>) -> Result<()> {
    check_interrupted()?;
    let description = describe(&command);
    let mut running = Running::start(&description, command)?;
    *lock(&CURRENT) = Some(running.child.id());
    let watched = watch(&mut running.child);
    let status = running.child.wait();
    *lock(&CURRENT) = None;
    drop(running);
    check_interrupted()?;
    watched?;
    match status? {
        status if status.success() => Ok(()),
        status => bail!("`{description}` ended with {status}"),
    }
}

/// Runs a step that may ask on the terminal, such as sudo: it stays in the terminal's own group.
pub(crate) fn run_on_terminal(mut command: Command) -> Result<()> {
    check_interrupted()?;
    let description = describe(&command);
    let status = command.status().with_context(|| format!("`{description}` cannot be started"))?;
    check_interrupted()?;
    if status.success() { Ok(()) } else { bail!("`{description}` ended with {status}") }
}

/// What a step prints that needs nothing to be typed. An error with its complaint if it fails.
pub(crate) fn read_output(mut command: Command) -> Result<String> {
    let description = describe(&command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("`{description}` cannot be started"))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!("`{description}` ended with {}: {}", output.status, complaint.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What a short command prints, or `None` if there is no such program or it fails.
pub(crate) fn ask(program: &str, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new(program);
    command.args(arguments);
    read_output(command).ok()
}

/// Whether a program of this name is on the path.
pub(crate) fn is_on_path(program: &str) -> bool {
    let Some(path) = std::env::var_os("PATH") else { return false };
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Waits until `ready` says yes, at most `limit`.
pub(crate) fn wait_until(limit: Duration, mut ready: impl FnMut() -> Result<bool>) -> Result<bool> {
    let begin = Instant::now();
    loop {
        check_interrupted()?;
        if ready()? {
            return Ok(true);
        }
        if begin.elapsed() >= limit {
            return Ok(false);
        }
        std::thread::sleep(Duration::from_millis(15));
    }
}

/// The command as one would type it, without its environment.
fn describe(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let line: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    line.join(" ")
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdin(Stdio::null());
        command
    }

    #[test]
    fn what_a_program_started_ends_with_it() -> Result<()> {
        let mut running = Running::start("sh", {
            let mut command = shell("sleep 300 & echo $!; wait");
            command.stdout(Stdio::piped());
            command
        })?;
        let number = running.wait_for_line(Duration::from_secs(20), |line| line.parse::<u32>().ok())?;
        let grandchild = format!("/proc/{}/stat", number.context("it says the number")?);
        assert!(is_alive(&grandchild));
        drop(running);
        assert!(wait_until(Duration::from_secs(5), || Ok(!is_alive(&grandchild)))?);
        Ok(())
    }

    /// A process that has ended but was not yet fetched by its parent counts as ended.
    fn is_alive(stat: &str) -> bool {
        std::fs::read_to_string(stat).is_ok_and(|text| !text.contains(") Z "))
    }

    #[test]
    fn a_program_is_waited_for_until_it_says_what_one_wants_to_hear() -> Result<()> {
        let start = |script| {
            let mut command = shell(script);
            command.stdout(Stdio::piped());
            Running::start("sh", command)
        };
        let number = |line: &str| line.parse::<u32>().ok();
        let (long, short) = (Duration::from_secs(20), Duration::from_millis(50));
        let talkative = "echo well; echo 42; echo 43; sleep 300";
        assert_eq!(start(talkative)?.wait_for_line(long, number)?, Some(42));
        assert_eq!(start("echo nothing")?.wait_for_line(long, number)?, None);
        assert_eq!(start("sleep 300")?.wait_for_line(short, number)?, None);
        Ok(())
    }

    #[test]
    fn a_failing_step_is_named_with_its_arguments() {
        let error = run(shell("exit 3")).expect_err("it fails");
        assert!(error.to_string().contains("sh -c exit 3"), "{error}");
    }

    #[test]
    fn what_a_step_prints_is_read_and_what_it_complains_of_is_told() -> Result<()> {
        assert_eq!(read_output(shell("echo 42"))?, "42\n");
        let error = read_output(shell("echo too late >&2; exit 3")).expect_err("it fails").to_string();
        assert!(error.contains("exit status: 3") && error.ends_with(": too late"), "{error}");
        Ok(())
    }

    #[test]
    fn a_program_that_is_not_there_answers_nothing() {
        assert_eq!(ask("no-such-program-anywhere", &[]), None);
        assert!(!is_on_path("no-such-program-anywhere"));
        assert!(is_on_path("sh"));
    }
}
