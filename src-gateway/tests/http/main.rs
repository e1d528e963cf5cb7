//! The gateway's HTTP suite: the router in process, driven by people who may or may not be signed in.
//!
//! A file mirrors a route. `support` makes the application under test; it is the one place that knows
//! which database there is.

#![expect(unreachable_pub, reason = "the support modules are written as a library is")]

mod audit;
mod auth;
mod bad_input;
mod connections;
mod cors;
mod every_route;
mod health;
mod metrics;
mod nextcloud;
mod support;
mod users;
