//! The VoiceAssist API server as a library: sign-in, accounts, limits and health.
//!
//! The binary only reads its arguments; everything else is here, so that tests drive the same
//! router in process. `router` is the one place where paths meet handlers.

pub mod access;
pub mod accounts;
pub mod audit;
pub mod auth;
pub mod backup;
pub mod cli;
pub mod clock;
pub mod config;
pub mod database;
pub mod delay;
pub mod generations;
pub mod health;
pub mod http;
pub mod limits;
pub mod log;
pub mod metrics;
pub mod nextcloud;
pub mod openapi;
pub mod passwords;
pub mod problem;
pub mod proof;
pub mod random;
pub mod redis;
pub mod router;
pub mod serve;
pub mod sessions;
pub mod state;
pub mod tables;
pub mod tls;
pub mod tokens;
pub mod trail;
pub mod users;
