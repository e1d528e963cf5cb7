//! From when until when a certificate is good (RFC 5280 section 4.1.2.5). The TLS library keeps that to itself,
//! and the rest of a certificate is of no interest here, so that this reads its way to the two times and no
//! further.

use chrono::{NaiveDate, NaiveDateTime};
use voiceassist_contract::Time;

use super::pair::Validity;

/// DER's tags of what is on the way.
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The two times, or nothing if this is no certificate.
pub(super) fn read_validity(certificate: &[u8]) -> Option<Validity> {
    let (certificate, _) = take(certificate, SEQUENCE)?;
    let (mut fields, _) = take(certificate, SEQUENCE)?;
    if fields.first() == Some(&VERSION) {
        (_, fields) = take_any(fields)?;
    }
    // The serial number, the algorithm and the issuer.
    for _ in 0..3 {
        (_, fields) = take_any(fields)?;
    }
    let (times, _) = take(fields, SEQUENCE)?;
    let (from, times) = take_time(times)?;
    let (until, _) = take_time(times)?;
    Some(Validity { from, until })
}

/// The inside of the value that `bytes` begin with, and what follows it.
fn take_any(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&first, rest) = bytes.get(1..)?.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        // So many bytes of length follow; four gigabytes are the end of it.
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (digits.iter().fold(0, |length, digit| (length << 8) | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}

fn take(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    if bytes.first() == Some(&tag) { take_any(bytes) } else { None }
}

fn take_time(bytes: &[u8]) -> Option<(Time, &[u8])> {
    let tag = *bytes.first()?;
    let (text, rest) = take_any(bytes)?;
    let digits = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, digits) = match tag {
        UTC_TIME => {
            let year: i32 = digits.get(..2)?.parse().ok()?;
            // Two digits reach from 1950 to 2049.
            (if year < 50 { 2000 + year } else { 1900 + year }, digits.get(2..)?)
        }
        GENERALIZED_TIME => (digits.get(..4)?.parse().ok()?, digits.get(4..)?),
        _ => return None,
    };
    Some((read_rest(year, digits)?.and_utc(), rest))
}

/// Month, day, hour, minute and second, two digits each.
fn read_rest(year: i32, digits: &str) -> Option<NaiveDateTime> {
    if digits.len() != 10 {
        return None;
    }
    let number = |place: usize| digits.get(place * 2..place * 2 + 2)?.parse::<u32>().ok();
    NaiveDate::from_ymd_opt(year, number(0)?, number(1)?)?.and_hms_opt(number(2)?, number(3)?, number(4)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn certificate(from: (i32, u8, u8), until: (i32, u8, u8)) -> Vec<u8> {
        let mut parameters = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
        parameters.not_before = rcgen::date_time_ymd(from.0, from.1, from.2);
        parameters.not_after = rcgen::date_time_ymd(until.0, until.1, until.2);
        let key = rcgen::KeyPair::generate().expect("a key");
        parameters.self_signed(&key).expect("a certificate").der().to_vec()
    }

    #[test]
    fn both_forms_of_time_are_read() {
        // From 2050 on, certificates write years with four digits.
        let read = read_validity(&certificate((2026, 11, 23), (2051, 2, 28))).expect("a certificate");
        assert_eq!(read.from.to_rfc3339(), "2026-11-23T00:00:00+00:00");
        assert_eq!(read.until.to_rfc3339(), "2051-02-28T00:00:00+00:00");
        let read = read_validity(&certificate((1999, 12, 31), (2049, 12, 31))).expect("a certificate");
        assert_eq!(read.from.to_rfc3339(), "1999-12-31T00:00:00+00:00");
        assert_eq!(read.until.to_rfc3339(), "2049-12-31T00:00:00+00:00");
    }

    #[test]
    fn a_certificate_that_is_cut_off_before_its_times_has_none() {
        let whole = certificate((2026, 1, 1), (2027, 1, 1));
        for length in 0..60 {
            assert_eq!(read_validity(&whole[..length]), None);
        }
    }

    proptest! {
        #[test]
        fn whatever_the_bytes_are_it_comes_to_an_end(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read_validity(&bytes);
        }

        #[test]
        fn a_damaged_certificate_comes_to_an_end_too(place in 0_usize..300, byte in any::<u8>()) {
            let mut bytes = certificate((2026, 1, 1), (2027, 1, 1));
            let place = place % bytes.len();
            bytes[place] = byte;
            let _ = read_validity(&bytes);
        }
    }
}
