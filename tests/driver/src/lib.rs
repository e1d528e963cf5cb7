//! Drives the real window the way a person does, over the platform's WebDriver.
//!
//! Things are found by role and accessible name, as a screen reader finds them; so what this crate
//! cannot find, somebody who cannot see the screen cannot find either. The window tests use it, and
//! `cargo xtask run` where there is no display.

mod element;
mod process;
mod window;
mod wire;

pub use element::{Element, Role};
pub use window::{Launch, Window};
