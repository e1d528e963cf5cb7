//! What the Python gateways have in common: FastAPI's refusals, envelopes, times without an offset, and
//! accounts without a version.

pub(crate) mod account;
pub(super) mod change;
pub(super) mod create;
mod envelope;
pub(super) mod find;
pub(crate) mod integrations;
pub(crate) mod list;
pub(super) mod own;
mod password;
pub(crate) mod sentences;
pub(crate) mod times;
pub(crate) mod unfinished;

pub(super) use envelope::read_envelope;
