//! Values that several lists are asked with, read from the text of a query's parameter.

use chrono::DateTime;
use voiceassist_contract::Time;
use voiceassist_contract::rule::Violation;

use crate::clock::whole_milliseconds;

/// The rows of a page if nothing is said.
pub const DEFAULT_LIMIT: u16 = 50;
const MOST_LIMIT: u16 = 200;

const LIMIT_OUT_OF_RANGE: Violation = Violation::new("out_of_range", "Give a number from 1 to 200.");
const NOT_A_TIME: Violation =
    Violation::new("not_a_time", "Give a time in UTC, such as 2026-01-31T00:00:00Z.");

/// How many rows a page has.
///
/// # Errors
/// `out_of_range`.
pub fn parse_limit(text: &str) -> Result<u16, Violation> {
    let limit = text.parse().map_err(|_| LIMIT_OUT_OF_RANGE)?;
    if (1..=MOST_LIMIT).contains(&limit) { Ok(limit) } else { Err(LIMIT_OUT_OF_RANGE) }
}

/// A moment (RFC 3339), in whole milliseconds as stored ones are, because SQLite compares times as text.
///
/// # Errors
/// `not_a_time`.
pub fn parse_time(text: &str) -> Result<Time, Violation> {
    DateTime::parse_from_rfc3339(text).map(|time| whole_milliseconds(time.to_utc())).map_err(|_| NOT_A_TIME)
}
