//! A seat that nobody sits at: a display, a session and a keychain of its own for a window.

use anyhow::Result;

use crate::display::{Display, StartingDisplay};
use crate::session_bus::{SessionBus, StartingSession};

/// The seat; it is cleared away when this value goes away.
#[derive(Debug)]
pub(crate) struct Seat {
    session: SessionBus,
    display: Display,
}

/// A seat that is being set up, while something else can be done.
#[derive(Debug)]
pub(crate) struct StartingSeat {
    session: StartingSession,
    display: StartingDisplay,
}

impl StartingSeat {
    /// Begins to set one up.
    pub(crate) fn start() -> Result<Self> {
        Ok(Self { display: StartingDisplay::start()?, session: StartingSession::start()? })
    }

    /// Waits until a window can open.
    pub(crate) fn ready(self) -> Result<Seat> {
        Ok(Seat { display: self.display.ready()?, session: self.session.ready()? })
    }
}

impl Seat {
    /// What a program has to be started with to be here.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        self.display.environment().into_iter().chain(self.session.environment()).collect()
    }
}
