//! A server's directory: its data, its port and its password, removed with the server.
//!
//! What a process leaves behind that was killed is removed by the next one that starts a server.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use nix::sys::statvfs::statvfs;

use crate::owner::{own_user, own_user_outside};

/// Files in memory, on every Linux.
const MEMORY: &str = "/dev/shm";
/// With less room there, in bytes, files are on the disk: containers often have 64 MiB.
const ENOUGH_MEMORY: u64 = 4 << 30;

/// Where a server's files are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Storage {
    /// On the disk.
    Disk,
    /// In memory, if there is room. A database is 300 files, and a test has one: for a file system that was told to
    /// remove so many, making the next ones is a third of all that the tests do.
    Memory,
}

/// A server's directory.
#[derive(Debug)]
pub(crate) struct Place {
    folder: PathBuf,
    /// Held while the server lives; `None` for somebody else's.
    lock: Option<File>,
}

impl Place {
    /// Makes one for a server of this kind, and removes those whose servers are gone.
    pub(crate) fn make(kind: &str, storage: Storage) -> Result<Self> {
        let on_disk = base()?;
        let guard = lock(&on_disk.join("lock"))?;
        sweep(&on_disk);
        let in_memory = Path::new(MEMORY).is_dir().then(|| base_in(Path::new(MEMORY))).transpose()?;
        // Before the room is measured, which what was left behind takes away.
        in_memory.as_deref().map(sweep);
        let home = in_memory.filter(|_| storage == Storage::Memory && has_enough_memory()).unwrap_or(on_disk);
        let folder = home.join(format!("server-{kind}-{}", random_name()?));
        make_folder(&folder)?;
        let own_lock = lock(&folder.join("lock"))?;
        drop(guard);
        Ok(Self { folder, lock: Some(own_lock) })
    }

    /// The place of somebody else's server.
    pub(crate) fn of_another(folder: PathBuf) -> Self {
        Self { folder, lock: None }
    }

    /// The path itself.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether the server is this process's own.
    pub(crate) fn is_own(&self) -> bool {
        self.lock.is_some()
    }

    /// Remembers a word, such as the port, for whoever uses the server; only the own user can read it.
    pub(crate) fn write(&self, name: &str, text: &str) -> Result<()> {
        write_private(&self.folder.join(name), text)
    }

    /// A word that was remembered.
    pub(crate) fn read(&self, name: &str) -> Result<String> {
        let path = self.folder.join(name);
        std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))
    }

    /// Does something that one process at a time may do, whoever uses the server.
    pub(crate) fn alone<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let guard = lock(&self.folder.join("turn"))?;
        let result = work();
        drop(guard);
        result
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.is_own() {
            // What cannot be removed now is removed by the next process.
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

/// Where all servers of this user have their locks and, unless they are in memory, their directories.
pub(crate) fn base() -> Result<PathBuf> {
    base_in(&std::env::temp_dir())
}

fn has_enough_memory() -> bool {
    let room = statvfs(MEMORY).map(|memory| memory.blocks_available() * memory.fragment_size());
    room.is_ok_and(|room| room >= ENOUGH_MEMORY)
}

/// Its name can be guessed by others on this computer, so it is only used if it is this user's own.
fn base_in(parent: &Path) -> Result<PathBuf> {
    let folder = parent.join(format!("voiceassist-engines-{}", own_user_outside()?));
    match make_folder(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            return Err(error).with_context(|| format!("{} cannot be made", folder.display()));
        }
        _ => {}
    }
    let found = std::fs::symlink_metadata(&folder)?;
    if !found.is_dir() || found.uid() != own_user() || found.mode() & 0o022 != 0 {
        bail!("{} belongs to somebody else", folder.display());
    }
    Ok(folder)
}

/// Waits for the lock of this file.
pub(crate) fn lock(path: &Path) -> Result<File> {
    let file = File::create(path).with_context(|| format!("{} cannot be made", path.display()))?;
    file.lock()?;
    Ok(file)
}

/// A file that only this user can read.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(path).with_context(|| format!("{} cannot be made", path.display()))?;
    Ok(file.write_all(text.as_bytes())?)
}

/// 16 random letters and digits.
pub(crate) fn random_name() -> Result<String> {
    let mut bytes = [0; 8];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A directory that others may pass through, because a server may be another user's, but not look into.
fn make_folder(path: &Path) -> std::io::Result<()> {
    DirBuilder::new().mode(0o711).create(path)
}

/// Removes the directories of servers whose process is gone.
fn sweep(base: &Path) {
    for entry in std::fs::read_dir(base).into_iter().flatten().flatten() {
        if !entry.file_name().to_string_lossy().starts_with("server-") {
            continue;
        }
        let is_free = match File::open(entry.path().join("lock")) {
            Ok(lock) => lock.try_lock().is_ok(),
            Err(_) => true,
        };
        if is_free {
            // Somebody else's failure to remove it is no reason for this test to fail.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}
