//! Ports of loopback that belong to one server, also while it is stopped.

use std::fs::File;
use std::net::TcpListener;
use std::path::Path;

use anyhow::{Context, Result};

/// Below the ports that the system gives to connections, one of which could take a stopped server's.
const FIRST: u16 = 18_000;
const LAST: u16 = 31_999;

/// A port that nobody else takes while this value lives.
#[derive(Debug)]
pub(crate) struct Port {
    /// Its number.
    pub(crate) number: u16,
    _lock: File,
}

impl Port {
    /// Reserves one that is free now. `base` is where the reservations are kept.
    pub(crate) fn reserve(base: &Path) -> Result<Self> {
        let folder = base.join("ports");
        std::fs::create_dir_all(&folder)?;
        // Processes that start side by side begin in different places.
        let count = LAST - FIRST + 1;
        let start = u16::try_from(u64::from(std::process::id()) * 61 % u64::from(count))?;
        (0..count)
            .map(|step| FIRST + (start + step) % count)
            .find_map(|number| {
                let lock = File::create(folder.join(number.to_string())).ok()?;
                lock.try_lock().ok()?;
                TcpListener::bind(("127.0.0.1", number)).ok()?;
                Some(Self { number, _lock: lock })
            })
            .context("there is no free port of loopback")
    }
}
