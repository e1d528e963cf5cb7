//! Real PostgreSQL and Redis servers for tests: each on a free port of loopback with a directory of its own,
//! and gone when the value is dropped or the process that started it ends, however it ends.
//!
//! ```no_run
//! use voiceassist_test_engines::Postgres;
//!
//! let server = Postgres::shared()?;
//! let url = server.create_database()?;
//! # anyhow::Ok(())
//! ```
//!
//! A run of all tests shares one server of each kind, which `cargo xtask test` starts; without it, each
//! process of tests starts its own. A test that stops or kills a server starts one for itself.

#![cfg(target_os = "linux")]

mod owner;
mod place;
mod port;
mod postgres;
mod process;
mod programs;
mod redis;

pub use postgres::{Durability, Postgres};
pub use redis::Redis;
