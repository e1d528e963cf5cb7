//! How long the client waits, in one place: a person sits in front of it.

use std::time::Duration;

/// The time limits of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For making a connection, TLS included.
    pub connect: Duration,
    /// For a whole request, from the first byte sent to the last one read.
    pub request: Duration,
    /// For the first try of a refresh. It is well under the ten seconds for which the server
    /// repeats the answer to a used refresh token, so that a lost answer can be asked for again.
    pub first_refresh: Duration,
    /// For telling the server of a sign-out, which happens on this computer in any case.
    pub sign_out: Duration,
    /// For all the waiting between tries while the server says that it is busy.
    pub patience: Duration,
    /// For the first look at a list that this computer has to load before it can search it.
    pub first_rows: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            request: Duration::from_secs(15),
            first_refresh: Duration::from_secs(4),
            sign_out: Duration::from_secs(5),
            patience: Duration::from_secs(3),
            first_rows: Duration::from_millis(400),
        }
    }
}
