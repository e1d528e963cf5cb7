//! What whoever looks after the gateway does on the server: asking how it is, checking the trail, backing up,
//! emergency access.
//! Each is run as its own process, beside a gateway that goes on working.

#![expect(unreachable_pub, reason = "the support module is written as a library is")]

#[cfg(target_os = "linux")]
mod adoption;
mod audit;
mod backup;
#[path = "../http/support/certificates.rs"]
mod certificates;
mod health;
#[cfg(target_os = "linux")]
mod postgres;
mod recover_admin;
mod support;
mod tls;
