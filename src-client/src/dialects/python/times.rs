//! Moments as the Python gateways write them: UTC without an offset, with or without a fraction, some with
//! `+00:00Z`, and seconds since 1970 as a float.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDateTime};
use serde::{Deserialize, Deserializer};
use voiceassist_contract::Time;

#[derive(Deserialize)]
#[serde(untagged)]
enum OnWire<'a> {
    Seconds(f64),
    #[serde(borrow)]
    Text(Cow<'a, str>),
}

/// Reads a moment in any of the forms.
pub(crate) fn deserialize_moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
    // The refusal names no value: what stands in the place of a time may be anything.
    parse(&OnWire::deserialize(deserializer)?).ok_or_else(|| serde::de::Error::custom("not a moment"))
}

/// The same where there may be none; what cannot be read counts as none.
pub(crate) fn deserialize_moment_if_any<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Time>, D::Error> {
    Ok(Option::<OnWire>::deserialize(deserializer)?.as_ref().and_then(parse))
}

fn parse(moment: &OnWire) -> Option<Time> {
    match moment {
        OnWire::Seconds(seconds) => parse_seconds(*seconds),
        OnWire::Text(text) => parse_text(text.trim()),
    }
}

fn parse_seconds(seconds: f64) -> Option<Time> {
    // Beyond this a float no longer tells one microsecond from the next, and no clock shows it.
    if !(0.0..=1e11).contains(&seconds) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "checked to be far within the range")]
    let microseconds = (seconds * 1e6).round() as i64;
    DateTime::from_timestamp_micros(microseconds)
}

fn parse_text(text: &str) -> Option<Time> {
    // `+00:00Z` says twice what is so without either.
    let text = text.strip_suffix("+00:00Z").unwrap_or(text);
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(moment.to_utc());
    }
    ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .map(|naive| naive.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_recorded_form_is_the_same_moment_in_utc() {
        let expected = DateTime::parse_from_rfc3339("2026-11-23T14:36:05.5Z").expect("a time").to_utc();
        for text in [
            "2026-11-23T14:36:05.500000",
            "2026-11-23T14:36:05.5",
            "2026-11-23 14:36:05.5",
            "2026-11-23T14:36:05.500000+00:00",
            "2026-11-23T14:36:05.500000+00:00Z",
            "2026-11-23T14:36:05.5Z",
            "2026-11-23T16:36:05.5+02:00",
        ] {
            assert_eq!(parse_text(text), Some(expected), "{text}");
        }
        assert_eq!(parse_text("2026-01-01T08:00:00").map(|time| time.timestamp()), Some(1_767_254_400));
        assert_eq!(parse_seconds(1_795_444_565.5), Some(expected));
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for text in ["", "yesterday", "2026-13-01T00:00:00", "1795444564", "2026-11-23"] {
            assert_eq!(parse_text(text), None, "{text}");
        }
        for seconds in [-1.0, f64::NAN, f64::INFINITY, 1e300] {
            assert_eq!(parse_seconds(seconds), None);
        }
    }
}
