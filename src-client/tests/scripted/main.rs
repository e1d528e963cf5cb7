//! The client against servers that follow a script, and against some that do not.

mod bodies;
mod connection_trouble;
mod dialects;
mod keeping;
mod operations;
mod recordings;
mod redirects;
mod refresh;
mod secrecy;
mod sign_in;
mod sign_out;
mod support;
mod tls;
mod waiting;
