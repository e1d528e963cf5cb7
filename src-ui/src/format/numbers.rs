//! Numbers and lengths of time as people read them.

/// A number with a comma between thousands.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// “1 account”, “4,812 accounts”.
pub(crate) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// A round trip: “12 ms”.
pub(crate) fn latency(milliseconds: u64) -> String {
    match milliseconds {
        0 => "< 1 ms".to_owned(),
        some => format!("{} ms", thousands(some)),
    }
}

/// A length of time that is counted down or up: “9 s”, “4 min 05 s”, “2 h 10 min”, “12 days”. Its parts are held
/// together by spaces at which no line breaks.
pub(crate) fn length(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds}\u{a0}s"),
        60..3600 => format!("{}\u{a0}min\u{a0}{:02}\u{a0}s", seconds / 60, seconds % 60),
        3600..86_400 => format!("{}\u{a0}h\u{a0}{}\u{a0}min", seconds / 3600, seconds % 3600 / 60),
        _ => count(seconds / 86_400, "day", "days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        for (number, shown) in [
            (0, "0"),
            (98, "98"),
            (812, "812"),
            (4812, "4,812"),
            (100_000, "100,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(thousands(number), shown);
        }
    }

    #[test]
    fn a_round_trip_is_never_said_to_take_no_time() {
        assert_eq!((latency(0).as_str(), latency(12).as_str()), ("< 1 ms", "12 ms"));
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(count(1, "account", "accounts"), "1 account");
        assert_eq!(count(0, "account", "accounts"), "0 accounts");
    }

    #[test]
    fn lengths_use_the_two_largest_units() {
        for (seconds, shown) in
            [(9, "9 s"), (65, "1 min 05 s"), (7800, "2 h 10 min"), (86_400, "1 day"), (1_100_000, "12 days")]
        {
            assert_eq!(length(seconds).replace('\u{a0}', " "), shown);
        }
    }
}
