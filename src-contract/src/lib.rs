//! What both sides of each arrow share: the HTTP API's wire types, the IPC commands between the
//! interface and the shell, problem codes, and the rules for e-mail addresses, names and passwords.
//!
//! Nothing here does I/O, reads a clock or makes randomness, and everything but [`password`]'s
//! judging compiles for wasm.

pub mod accounts;
pub mod audit;
pub mod auth;
pub mod email;
pub mod health;
pub mod ipc;
pub mod name;
pub mod nextcloud;
#[cfg(feature = "openapi")]
pub mod openapi;
pub mod paging;
pub mod password;
pub mod problem;
pub mod rule;
mod secret;
pub mod text;

pub use secret::Secret;

/// An account's or a session's identity: a UUID, version 7 where this gateway made it.
pub type Id = uuid::Uuid;

/// A moment in UTC; on the wire RFC 3339 with `Z`.
pub type Time = chrono::DateTime<chrono::Utc>;
