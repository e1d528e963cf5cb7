//! Values that several routes are asked with, read from text.

use chrono::DateTime;
use voiceassist_contract::paging::MOST_LIMIT;
use voiceassist_contract::rule::Violation;
use voiceassist_contract::{Id, Time};

use crate::clock::whole_milliseconds;

const LIMIT_OUT_OF_RANGE: Violation = Violation::new("out_of_range", "Give a number from 1 to 200.");
const NOT_A_TIME: Violation =
    Violation::new("not_a_time", "Give a time in UTC, such as 2026-01-31T00:00:00Z.");

const NOT_AN_ID: Violation = Violation::new("not_an_id", "This is not an id.");

/// An id, in the hyphenated form alone, which is the one that is given out.
///
/// # Errors
/// `not_an_id`.
pub fn parse_id(text: &str) -> Result<Id, Violation> {
    Id::try_parse(text).ok().filter(|_| text.len() == 36).ok_or(NOT_AN_ID)
}

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
