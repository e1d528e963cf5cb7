//! Process groups, as far as the system has them.

use std::process::Command;

/// Asks every process of the group to end.
#[cfg(unix)]
pub(super) fn terminate(group: u32) {
    signal(group, nix::sys::signal::Signal::SIGTERM);
}

/// Ends every process of the group at once.
#[cfg(unix)]
pub(super) fn kill(group: u32) {
    signal(group, nix::sys::signal::Signal::SIGKILL);
}

#[cfg(unix)]
fn signal(group: u32, signal: nix::sys::signal::Signal) {
    if let Ok(group) = i32::try_from(group) {
        // The only failure that can happen is that the group is gone, which is what was wanted.
        let _ = nix::sys::signal::killpg(nix::unistd::Pid::from_raw(group), signal);
    }
}

/// Gives the command a group of its own.
#[cfg(unix)]
pub(super) fn set_own_group(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

/// Windows has no groups that could be signalled; the program itself is ended by its handle.
#[cfg(not(unix))]
pub(super) fn terminate(_group: u32) {}

/// Windows has no groups that could be signalled; the program itself is ended by its handle.
#[cfg(not(unix))]
pub(super) fn kill(_group: u32) {}

/// Windows has no groups that could be signalled; the program itself is ended by its handle.
#[cfg(not(unix))]
pub(super) fn set_own_group(_command: &mut Command) {}
