//! Times as the databases write them, written as JSON. Reading each of them into a time and writing that would be a
//! sixth of what a page costs.

use chrono::{DateTime, SecondsFormat};
use voiceassist_contract::Time;

/// Bytes of a date and a time of day to the second.
const SECONDS: usize = 19;

/// Writes a time as RFC 3339 in UTC with no, three or six digits of a second's parts, as [`DateTime`] is written, or
/// `null` where there is none. Nothing if the text is no time.
pub(super) fn push_time(json: &mut String, text: &str) -> Option<()> {
    if text.is_empty() {
        json.push_str("null");
        return Some(());
    }
    json.push('"');
    match split_utc(text) {
        Some((date, time, parts)) => {
            json.push_str(date);
            json.push('T');
            json.push_str(time);
            push_parts(json, parts);
            json.push('Z');
        }
        None => json.push_str(&parse_time(text)?.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
    }
    json.push('"');
    Some(())
}

/// Reads a time as either database writes it.
pub(super) fn parse_time(text: &str) -> Option<Time> {
    let time = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%#z"));
    time.ok().map(|time| time.to_utc())
}

/// The date, the time of day and the digits of the second's parts, if that is how the text is made: in UTC, and not
/// finer than a microsecond.
fn split_utc(text: &str) -> Option<(&str, &str, &str)> {
    let (seconds, rest) = text.split_at_checked(SECONDS)?;
    let rest = match rest.as_bytes() {
        [.., b'+', b'0', b'0', b':', b'0', b'0'] => &rest[..rest.len() - 6],
        [.., b'+', b'0', b'0'] => &rest[..rest.len() - 3],
        _ => return None,
    };
    let parts = if rest.is_empty() { "" } else { rest.strip_prefix('.')? };
    let is_plain = seconds.bytes().zip(*b"dddd-dd-dd_dd:dd:dd").all(|(byte, kind)| match kind {
        b'd' => byte.is_ascii_digit(),
        b'_' => byte == b' ' || byte == b'T',
        _ => byte == kind,
    });
    let are_digits = parts.len() <= 6 && parts.bytes().all(|byte| byte.is_ascii_digit());
    (is_plain && are_digits).then(|| (&seconds[..10], &seconds[11..], parts))
}

/// PostgreSQL leaves zeros at the end out.
fn push_parts(json: &mut String, parts: &str) {
    let parts = parts.trim_end_matches('0');
    if parts.is_empty() {
        return;
    }
    json.push('.');
    json.push_str(parts);
    let wanted = if parts.len() <= 3 { 3 } else { 6 };
    json.extend(std::iter::repeat_n('0', wanted - parts.len()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn write(text: &str) -> Option<String> {
        let mut json = String::new();
        push_time(&mut json, text).map(|()| json)
    }

    proptest! {
        #[test]
        fn a_time_is_written_as_everywhere_whichever_database_wrote_it(
            seconds in -60_000_000_000_i64..250_000_000_000,
            microseconds in 0_u32..1_000_000,
            coarseness in prop::sample::select(vec![1_u32, 1_000, 10_000, 100_000, 1_000_000]),
        ) {
            let nanoseconds = microseconds / coarseness * coarseness * 1_000;
            let time = DateTime::from_timestamp(seconds, nanoseconds).expect("in range");
            let expected = serde_json::to_string(&time).expect("serialises");
            let of_postgres = time.format("%Y-%m-%d %H:%M:%S%.6f").to_string();
            let of_postgres = of_postgres.trim_end_matches('0').trim_end_matches('.');
            let of_sqlite = time.to_rfc3339_opts(SecondsFormat::AutoSi, false);
            for text in [format!("{of_postgres}+00"), of_sqlite] {
                prop_assert_eq!(write(&text), Some(expected.clone()), "{}", text);
                prop_assert_eq!(parse_time(&text), Some(time));
            }
        }
    }

    #[test]
    fn other_places_of_the_world_are_read_and_written_in_utc() {
        for text in
            ["2026-11-28 16:30:00.5+01:30", "2026-11-28 15:00:00.5+00", "2026-11-28T10:00:00.500-05:00"]
        {
            assert_eq!(write(text).as_deref(), Some("\"2026-11-28T15:00:00.500Z\""), "{text}");
        }
        assert_eq!(write("2026-11-28 16:00:00+01").as_deref(), Some("\"2026-11-28T15:00:00Z\""));
    }

    #[test]
    fn none_is_null_and_what_is_no_time_is_nothing() {
        assert_eq!(write("").as_deref(), Some("null"));
        for text in
            ["yesterday", "2026-11-28", "infinity", "2026-11-28\"15:00:00+00", "2026-1\u{e9}-28 15:00:00+00"]
        {
            assert_eq!(write(text), None, "{text}");
        }
    }
}
