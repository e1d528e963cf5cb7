//! The real window, driven the way a person does, against a real gateway on SQLite, with the refresh
//! token in a real Secret Service. Nothing is mocked; only the gateways that clinics have deployed cannot be had,
//! so servers that answer like them stand in, built from recordings (`tests/dialects`). `cargo xtask test`
//! provides the seats (a display and a session bus with its keyring each) and the two executables.
//!
//! Each test has a clinic (a gateway and its database) and a desk (a home folder) of its own, and a seat while it runs.

mod bad_input;
mod bus;
mod clinic;
mod deployed;
mod desk;
mod encrypted;
mod lock_out;
mod pictures;
mod requests;
mod scripted;
mod seat;
mod server_gone;
mod short_lives;
mod sign_in;
mod story;
