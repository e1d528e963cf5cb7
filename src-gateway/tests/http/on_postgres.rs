//! The same HTTP suite as in `main.rs`, file by file, on a real PostgreSQL server.

#![cfg(target_os = "linux")]
#![expect(unreachable_pub, reason = "the support modules are written as a library is")]

/// Which engine the suite runs on.
const ON_POSTGRES: bool = true;

mod audit;
mod auth;
mod bad_input;
mod compression;
mod connections;
mod cors;
mod docs;
mod every_route;
mod headers;
mod health;
mod load;
mod log;
mod metrics;
mod nextcloud;
mod openapi;
mod support;
mod tls;
mod users;
