//! Seats for the tests of the window: each test has one to itself while it runs.

use anyhow::{Context, Result};
use serde_json::{Map, Value};

use crate::seat::{Seat, StartingSeat};

/// What the tests know the seats by.
const VARIABLE: &str = "VOICEASSIST_SEATS";

/// So many tests of the window run at once.
#[derive(Debug)]
pub(super) struct Seats(Vec<Seat>);

impl Seats {
    /// Sets them up.
    pub(super) fn start(number: usize) -> Result<Self> {
        let starting: Vec<_> = (0..number).map(|_| StartingSeat::start()).collect::<Result<_>>()?;
        starting.into_iter().map(StartingSeat::ready).collect::<Result<_>>().map(Self)
    }

    /// A JSON array with the environment of each seat.
    pub(super) fn environment(&self) -> Result<(&'static str, String)> {
        let seats: Vec<_> = self.0.iter().map(to_json).collect();
        Ok((VARIABLE, serde_json::to_string(&seats).context("the seats' environment")?))
    }
}

fn to_json(seat: &Seat) -> Map<String, Value> {
    seat.environment().into_iter().map(|(name, value)| (name, Value::String(value))).collect()
}
