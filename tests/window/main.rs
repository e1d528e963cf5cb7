//! The real window, driven the way a person does, against a real gateway on SQLite, with the refresh
//! token in a real Secret Service. Nothing is mocked. `cargo xtask test` provides the display, the
//! session bus with its keyring, and the two executables.
//!
//! Each test has a clinic (a gateway and its database) and a desk (a home folder) of its own.

mod bad_input;
mod clinic;
mod desk;
mod pictures;
mod server_gone;
mod sign_in;
mod story;
