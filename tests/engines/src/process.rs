//! A server's process: ended with the value, and with the process that started it.

use std::process::{Child, Command, ExitStatus};
use std::sync::{LazyLock, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// How long a server may take to end by itself.
const LONGEST_END: Duration = Duration::from_secs(20);
/// Between two looks at something that is waited for.
const PAUSE: Duration = Duration::from_millis(4);

type Order = (Command, mpsc::Sender<std::io::Result<Child>>);

/// The system ends a child when the *thread* that started it ends, and a test's thread ends with the test:
/// so one thread, which never ends, starts them all.
static STARTER: LazyLock<Mutex<mpsc::Sender<Order>>> = LazyLock::new(|| {
    let (sender, orders) = mpsc::channel::<Order>();
    std::thread::spawn(move || {
        for (mut command, answer) in orders {
            // Whoever asked waits for the answer.
            let _ = answer.send(command.spawn());
        }
    });
    Mutex::new(sender)
});

/// A server's process.
#[derive(Debug)]
pub(crate) struct EngineProcess {
    name: &'static str,
    child: Child,
    end_signal: Signal,
}

impl EngineProcess {
    /// Starts `command`; `end_signal` asks the program to end at once without leaving anything behind.
    pub(crate) fn start(name: &'static str, mut command: Command, end_signal: Signal) -> Result<Self> {
        // Ctrl+C is for whoever started it, who ends it in the right order.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let (sender, answer) = mpsc::channel();
        STARTER
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .send((command, sender))
            .context("the thread that starts servers is gone")?;
        let child = answer.recv().context("the thread that starts servers is gone")?;
        let child = child.with_context(|| format!("{name} cannot be started (Debian: util-linux)"))?;
        Ok(Self { name, child, end_signal })
    }

    /// The process's id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it did.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Asks it to end with this signal and waits until it has.
    pub(crate) fn end(&mut self, signal: Signal) -> Result<()> {
        self.signal(signal)?;
        if !wait_until(LONGEST_END, || Ok(self.ended()?.is_some()))? {
            bail!("{} did not end within {} s", self.name, LONGEST_END.as_secs());
        }
        Ok(())
    }

    /// Ends it and everything that it started, with SIGKILL.
    pub(crate) fn kill(&mut self) -> Result<()> {
        self.pause()?;
        let children = self.children();
        self.signal(Signal::SIGKILL)?;
        self.child.wait()?;
        for child in children {
            send(child, Signal::SIGKILL)?;
            wait_until(LONGEST_END, || Ok(!is_alive(child)))?;
        }
        Ok(())
    }

    /// Stops it and everything that it started where it is; connections are still taken by the system.
    pub(crate) fn pause(&self) -> Result<()> {
        // First the one that starts the others, or there could be one more.
        self.signal(Signal::SIGSTOP)?;
        self.children().into_iter().try_for_each(|child| send(child, Signal::SIGSTOP))
    }

    /// Lets it go on.
    pub(crate) fn resume(&self) -> Result<()> {
        self.children().into_iter().try_for_each(|child| send(child, Signal::SIGCONT))?;
        self.signal(Signal::SIGCONT)
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        send(i32::try_from(self.child.id())?, signal)
    }

    fn children(&self) -> Vec<i32> {
        let path = format!("/proc/{id}/task/{id}/children", id = self.child.id());
        let ids = std::fs::read_to_string(path).unwrap_or_default();
        ids.split_whitespace().filter_map(|id| id.parse().ok()).collect()
    }
}

impl Drop for EngineProcess {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        // It may have been paused. What fails here cannot be mended here.
        let _ = self.resume();
        if self.end(self.end_signal).is_err() {
            let _ = self.kill();
        }
    }
}

/// Waits until `ready` says yes, at most `limit`. Whether it did.
pub(crate) fn wait_until(limit: Duration, mut ready: impl FnMut() -> Result<bool>) -> Result<bool> {
    let begin = Instant::now();
    loop {
        if ready()? {
            return Ok(true);
        }
        if begin.elapsed() >= limit {
            return Ok(false);
        }
        std::thread::sleep(PAUSE);
    }
}

fn send(process: i32, signal: Signal) -> Result<()> {
    match kill(Pid::from_raw(process), signal) {
        // It has ended meanwhile, which is as good for whoever signals.
        Ok(()) | Err(nix::errno::Errno::ESRCH) => Ok(()),
        Err(error) => Err(error).with_context(|| format!("{signal} cannot be sent")),
    }
}

/// A process that has ended but was not yet fetched by its parent counts as ended.
fn is_alive(process: i32) -> bool {
    std::fs::read_to_string(format!("/proc/{process}/stat")).is_ok_and(|text| !text.contains(") Z "))
}
