//! The ids of accounts in Nextcloud: what may be one, and which are the same. They become parts of addresses there.

use voiceassist_contract::nextcloud::MOST_ID_BYTES;
use voiceassist_contract::rule::Violation;

const REQUIRED: Violation = Violation::new("required", "This is needed.");
const TOO_LONG: Violation = Violation::new("too_long", "No id in Nextcloud is that long.");
const NOT_ALLOWED: Violation =
    Violation::new("not_allowed", "An id in Nextcloud has letters, digits, spaces and _.@-' alone.");

/// The id that somebody has named.
///
/// # Errors
/// `required`, `too_long`, or `not_allowed` for what Nextcloud takes for no id.
pub fn parse_nextcloud_id(typed: &str) -> Result<String, Violation> {
    if typed.len() > MOST_ID_BYTES {
        return Err(TOO_LONG);
    }
    let id = typed.trim_matches(' ');
    if id.is_empty() {
        return Err(REQUIRED);
    }
    let is_allowed = |character: char| character.is_ascii_alphanumeric() || " _.@-'".contains(character);
    // Dots alone would be a way to another address.
    if !id.chars().all(is_allowed) || id.chars().all(|character| ". ".contains(character)) {
        return Err(NOT_ALLOWED);
    }
    Ok(id.to_owned())
}

/// An id as Nextcloud compares it: in lower case.
pub fn comparison_id(id: &str) -> String {
    id.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_what_nextcloud_allows_and_never_a_way_elsewhere() {
        for sound in ["ana", "ana@clinic.example", "o'neil x", "12345", "BobCase", "a..b"] {
            assert_eq!(parse_nextcloud_id(&format!(" {sound} ")).as_deref(), Ok(sound));
        }
        for odd in
            [". .", "\ta", "a/b", "a+b", "jürgen", ".", "..", "a\u{202e}b", "a%2fb", "a?b", "a#b", "a\0b"]
        {
            assert_eq!(parse_nextcloud_id(odd), Err(NOT_ALLOWED), "{odd:?}");
        }
        assert_eq!(parse_nextcloud_id("  "), Err(REQUIRED));
        assert_eq!(parse_nextcloud_id(&"a".repeat(65)), Err(TOO_LONG));
    }
}
