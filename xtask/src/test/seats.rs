//! Seats for the tests of the window: each test has a display, a session bus and a keychain to itself while it runs.

use anyhow::{Context, Result};
use serde_json::{Map, Value};

use crate::display::Display;
use crate::session_bus::SessionBus;

/// What the tests know the seats by.
const VARIABLE: &str = "VOICEASSIST_SEATS";

/// So many tests of the window run at once.
#[derive(Debug)]
pub(super) struct Seats(Vec<(Display, SessionBus)>);

impl Seats {
    /// Starts a display and a session for each.
    pub(super) fn start(number: usize) -> Result<Self> {
        (0..number).map(|_| Ok((Display::start()?, SessionBus::start()?))).collect::<Result<_>>().map(Self)
    }

    /// A JSON array with the environment of each seat.
    pub(super) fn environment(&self) -> Result<(&'static str, String)> {
        let seats: Vec<_> = self.0.iter().map(|(display, session)| seat(display, session)).collect();
        Ok((VARIABLE, serde_json::to_string(&seats).context("the seats' environment")?))
    }
}

fn seat(display: &Display, session: &SessionBus) -> Map<String, Value> {
    let variables = display.environment().into_iter().chain(session.environment());
    variables.map(|(name, value)| (name, Value::String(value))).collect()
}
