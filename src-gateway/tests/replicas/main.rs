//! Replicas that share what they must share: the generations of accounts, the limits, the database. Redis and
//! PostgreSQL are real ones, which the tests stop, kill and hold while requests are on their way.

#![cfg(target_os = "linux")]
#![expect(unreachable_pub, reason = "the support modules are written as a library is")]

mod every_write;
mod generations;
mod limits;
mod neighbours;
mod outage;
mod postgres;
mod redis_generations;
mod revocation;
mod simulation;
mod support;
