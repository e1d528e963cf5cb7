//! What all weathers need: a clinic with its program, and lines to it.

mod clinic;
mod gateway;
mod line;
mod mounts;
mod people;
mod steered;

pub use clinic::{Clinic, EMAIL, Engine, PASSWORD};
pub use gateway::Gateway;
pub use line::{Answer, Line, Request};
pub use mounts::{SmallDisk, may_mount, with_own_mounts};
pub use people::{Pair, import_people};
pub use steered::Steered;

/// Says in one line what a test did and found.
pub fn report(engine: Engine, text: &str) {
    println!("weather on {engine}: {text}");
}
