//! Making temporary passwords: easy to read out over a telephone, hard to guess.

use voiceassist_contract::Secret;
use zeroize::Zeroizing;

use crate::random::{Random, number_below};

/// Letters and digits that are not taken for one another: no 0 and o, no 1, i and l, no u and v.
const ALPHABET: [char; 29] = [
    'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j', 'k', 'm', 'n', 'p', 'q', 'r', 's', 't', 'w', 'x', 'y', 'z',
    '2', '3', '4', '5', '6', '7', '8', '9',
];

/// Four groups of four: about 77 bits.
const GROUPS: usize = 4;
const GROUP_LENGTH: usize = 4;

/// A new temporary password, such as `kq7d-x2mw-h9ra-tz4e`.
pub fn make_temporary_password(random: &dyn Random) -> Secret {
    let mut password = Zeroizing::new(String::with_capacity(GROUPS * (GROUP_LENGTH + 1)));
    for position in 0..GROUPS * GROUP_LENGTH {
        if position > 0 && position % GROUP_LENGTH == 0 {
            password.push('-');
        }
        password.push(ALPHABET[number_below(random, 29) as usize]);
    }
    Secret::new(password.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passwords::require_good_password;
    use crate::random::SeededRandom;

    #[test]
    fn temporary_passwords_differ_and_meet_the_policy() {
        let random = SeededRandom::new(11);
        let made: Vec<Secret> = (0..50).map(|_| make_temporary_password(&random)).collect();
        for password in &made {
            assert_eq!(password.expose().len(), 19);
            assert!(require_good_password("password", password, "Ana Ruiz", "ana@a.example").is_ok());
        }
        let mut distinct: Vec<&str> = made.iter().map(Secret::expose).collect();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), made.len());
    }
}
