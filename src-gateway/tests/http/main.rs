//! The gateway's HTTP suite: the router in process, driven by people who may or may not be signed in.
//!
//! A file mirrors a route. `support` makes the application under test; it is the one place that knows
//! which database there is. `#[on_each_engine]` runs a test on SQLite and on PostgreSQL.

#![expect(unreachable_pub, reason = "the support modules are written as a library is")]

// As much at hand in every file as `#[test]` is.
#[macro_use]
extern crate voiceassist_each_engine;

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
