//! Temporary passwords for servers that make none: easy to read out over a telephone, hard to guess.

use voiceassist_contract::Secret;
use zeroize::Zeroizing;

use crate::{Error, Random};

/// Letters and digits that are not taken for one another: no 0 and o, no 1, i and l, no u and v.
const ALPHABET: &[u8; 29] = b"abcdefghjkmnpqrstwxyz23456789";

/// Four groups of four: about 77 bits.
const GROUPS: usize = 4;
const GROUP_LENGTH: usize = 4;

/// Bytes from here on are drawn again, so that every letter is as likely as any other.
const TOO_LARGE: u8 = 232;

/// A new temporary password, such as `kq7d-x2mw-h9ra-tz4e`.
pub(super) fn make_temporary_password(random: &dyn Random) -> Result<Secret, Error> {
    let mut password = Zeroizing::new(String::with_capacity(GROUPS * (GROUP_LENGTH + 1)));
    for position in 0..GROUPS * GROUP_LENGTH {
        if position > 0 && position % GROUP_LENGTH == 0 {
            password.push('-');
        }
        password.push(draw_letter(random)?);
    }
    Ok(Secret::new(password.as_str()))
}

fn draw_letter(random: &dyn Random) -> Result<char, Error> {
    // One draw in ten is thrown away; sixty in a row are a source that gives always the same.
    for _ in 0..60 {
        let mut byte = Zeroizing::new([0]);
        random.fill(&mut *byte)?;
        if byte[0] < TOO_LARGE {
            return Ok(char::from(ALPHABET[usize::from(byte[0]) % ALPHABET.len()]));
        }
    }
    Err(Error::Internal("the system's randomness is not random"))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use super::*;

    struct Counting(AtomicU8);

    impl Random for Counting {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), Error> {
            bytes.fill_with(|| self.0.fetch_add(1, Ordering::Relaxed));
            Ok(())
        }
    }

    #[test]
    fn every_letter_comes_from_the_alphabet_and_none_more_often() {
        assert_eq!(usize::from(TOO_LARGE) % ALPHABET.len(), 0);
        let random = Counting(AtomicU8::new(230));
        let password = make_temporary_password(&random).expect("a password");
        assert_eq!(password.expose(), "89ab-cdef-ghjk-mnpq", "bytes too large to be fair are left out");
    }

    #[test]
    fn a_source_that_is_stuck_is_a_fault_and_not_an_endless_loop() {
        struct Stuck;
        impl Random for Stuck {
            fn fill(&self, bytes: &mut [u8]) -> Result<(), Error> {
                bytes.fill(255);
                Ok(())
            }
        }
        assert!(make_temporary_password(&Stuck).is_err());
    }
}
