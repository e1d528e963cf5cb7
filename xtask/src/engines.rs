//! PostgreSQL and Redis for the tests: one server of each for a whole run, on free ports, ended with it.

use std::path::PathBuf;

use anyhow::Result;
#[cfg(target_os = "linux")]
use voiceassist_test_engines::{Postgres, Redis};

/// The servers; they end when this value goes away.
#[derive(Debug)]
pub(crate) struct Engines {
    #[cfg(target_os = "linux")]
    postgres: Postgres,
    #[cfg(target_os = "linux")]
    redis: Redis,
}

#[cfg(target_os = "linux")]
impl Engines {
    /// Starts them.
    pub(crate) fn start() -> Result<Self> {
        Ok(Self { postgres: Postgres::start()?, redis: Redis::start()? })
    }

    /// What tells the tests where they are.
    pub(crate) fn environment(&self) -> Vec<(String, PathBuf)> {
        vec![self.postgres.environment(), self.redis.environment()]
    }
}

/// The tests that need them are Linux's alone, as are the servers in service.
#[cfg(not(target_os = "linux"))]
impl Engines {
    /// Starts nothing.
    pub(crate) fn start() -> Result<Self> {
        Ok(Self {})
    }

    /// Tells the tests nothing.
    pub(crate) fn environment(&self) -> Vec<(String, PathBuf)> {
        Vec::new()
    }
}
