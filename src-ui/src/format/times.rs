//! Moments, relative to now as one would say them, and exactly for the tooltip.
//!
//! The time zone comes in as a function, because its offset at the moment shown may differ from today's.

use chrono::{Datelike, NaiveDateTime, TimeDelta, Timelike};
use voiceassist_contract::Time;

/// Minutes to add to UTC to get the wall clock's time at a moment.
pub(crate) type Offset = fn(Time) -> i32;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// “Just now”, “2 min ago”, “5 h ago”, “Yesterday”, “3 days ago”, “Last week”, “9 Nov”, “Mar 2025”.
pub(crate) fn relative(then: Time, now: Time, offset: Offset) -> String {
    let seconds = (now - then).num_seconds();
    if seconds < -60 {
        return exact(then, offset);
    }
    if seconds < 45 {
        return "Just now".to_owned();
    }
    let (local_then, local_now) = (local(then, offset), local(now, offset));
    let days = (local_now.date() - local_then.date()).num_days();
    match (seconds, days) {
        (..3_600, _) => format!("{} min ago", (seconds / 60).max(1)),
        (_, 0) => format!("{} h ago", seconds / 3_600),
        (..21_600, _) => format!("{} h ago", seconds / 3_600),
        (_, 1) => "Yesterday".to_owned(),
        (_, 2..=6) => format!("{days} days ago"),
        (_, 7..=13) => "Last week".to_owned(),
        (_, 14..=330) if local_then.year() == local_now.year() => day_and_month(local_then),
        _ => format!("{} {}", month(local_then), local_then.year()),
    }
}

/// How old something that refreshes is: “just now”, “8 s ago”, “2 min ago”.
pub(crate) fn age(then: Time, now: Time) -> String {
    match (now - then).num_seconds() {
        ..3 => "just now".to_owned(),
        seconds @ 3..60 => format!("{seconds} s ago"),
        seconds @ 60..3_600 => format!("{} min ago", seconds / 60),
        seconds @ 3_600..86_400 => format!("{} h ago", seconds / 3_600),
        seconds => format!("{} d ago", seconds / 86_400),
    }
}

/// “19 Jun 2024, 09:31”, by the wall clock.
pub(crate) fn exact(then: Time, offset: Offset) -> String {
    let local = local(then, offset);
    format!("{}, {}", date(then, offset), wall_clock(local))
}

/// “19 Jun 2024”.
pub(crate) fn date(then: Time, offset: Offset) -> String {
    let local = local(then, offset);
    format!("{} {}", day_and_month(local), local.year())
}

/// “09:31” today, with the date on any other day.
pub(crate) fn clock_time(then: Time, now: Time, offset: Offset) -> String {
    let (local_then, local_now) = (local(then, offset), local(now, offset));
    if local_then.date() == local_now.date() { wall_clock(local_then) } else { exact(then, offset) }
}

fn local(then: Time, offset: Offset) -> NaiveDateTime {
    then.naive_utc() + TimeDelta::minutes(i64::from(offset(then)))
}

fn wall_clock(local: NaiveDateTime) -> String {
    format!("{:02}:{:02}", local.hour(), local.minute())
}

fn day_and_month(local: NaiveDateTime) -> String {
    format!("{} {}", local.day(), month(local))
}

fn month(local: NaiveDateTime) -> &'static str {
    MONTHS[local.month0() as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        text.parse().expect("a time")
    }

    fn utc(_: Time) -> i32 {
        0
    }

    fn in_madrid(then: Time) -> i32 {
        if (4..=9).contains(&then.month0()) || then.month0() == 3 { 120 } else { 60 }
    }

    #[test]
    fn moments_are_told_the_way_one_would_say_them() {
        let now = at("2026-11-18T10:00:00Z");
        for (then, shown) in [
            ("2026-11-18T10:00:20Z", "Just now"),
            ("2026-11-18T09:59:40Z", "Just now"),
            ("2026-11-18T09:59:10Z", "1 min ago"),
            ("2026-11-18T09:58:00Z", "2 min ago"),
            ("2026-11-18T05:00:00Z", "5 h ago"),
            ("2026-11-17T22:00:00Z", "Yesterday"),
            ("2026-11-15T10:00:00Z", "3 days ago"),
            ("2026-11-09T10:00:00Z", "Last week"),
            ("2026-11-02T10:00:00Z", "2 Nov"),
            ("2026-01-05T10:00:00Z", "5 Jan"),
            ("2025-12-20T10:00:00Z", "Dec 2025"),
            ("2025-03-01T10:00:00Z", "Mar 2025"),
        ] {
            assert_eq!(relative(at(then), now, utc), shown, "{then}");
        }
    }

    #[test]
    fn shortly_after_midnight_an_hour_ago_is_still_an_hour_ago() {
        assert_eq!(relative(at("2026-11-17T23:00:00Z"), at("2026-11-18T00:30:00Z"), utc), "1 h ago");
    }

    #[test]
    fn yesterday_is_a_matter_of_the_wall_clock() {
        let (then, now) = (at("2026-11-16T23:30:00Z"), at("2026-11-18T09:00:00Z"));
        assert_eq!(relative(then, now, utc), "2 days ago");
        assert_eq!(relative(then, now, in_madrid), "Yesterday");
    }

    #[test]
    fn exact_times_use_the_offset_of_their_own_day() {
        assert_eq!(exact(at("2024-06-19T07:31:00Z"), in_madrid), "19 Jun 2024, 09:31");
        assert_eq!(exact(at("2024-01-19T07:31:00Z"), in_madrid), "19 Jan 2024, 08:31");
    }

    #[test]
    fn what_lies_ahead_is_told_exactly() {
        let now = at("2026-11-18T10:00:00Z");
        assert_eq!(relative(at("2026-12-01T10:00:00Z"), now, utc), "1 Dec 2026, 10:00");
        assert_eq!(clock_time(at("2026-11-18T10:31:00Z"), now, utc), "10:31");
        assert_eq!(clock_time(at("2026-11-19T00:10:00Z"), now, utc), "19 Nov 2026, 00:10");
    }

    #[test]
    fn ages_count_seconds_first() {
        let now = at("2026-11-18T10:00:00Z");
        assert_eq!(age(at("2026-11-18T09:59:59Z"), now), "just now");
        assert_eq!(age(at("2026-11-18T09:59:52Z"), now), "8 s ago");
        assert_eq!(age(at("2026-11-18T09:58:00Z"), now), "2 min ago");
        assert_eq!(age(at("2026-11-18T04:58:00Z"), now), "5 h ago");
    }
}
