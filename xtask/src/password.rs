//! Passwords that are read off a screen once.

use rand::Rng;

/// Letters and digits that nobody confuses.
const ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// Five groups of five, a good 120 bits: easy to read aloud, hopeless to guess.
pub(crate) fn invent_password() -> String {
    let mut random = rand::rng();
    let groups: Vec<String> = (0..5)
        .map(|_| (0..5).map(|_| char::from(ALPHABET[random.random_range(0..ALPHABET.len())])).collect())
        .collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_long_and_never_the_same() {
        let (one, other) = (invent_password(), invent_password());
        assert_eq!(one.len(), 29);
        assert!(one.split('-').all(|group| group.len() == 5));
        assert_ne!(one, other);
    }
}
