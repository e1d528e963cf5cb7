//! Rules for any short text that a person types and another person reads.

use crate::rule::Violation;

/// Whether `character` could make a text look like another one, or act on the terminal or page that
/// shows it: controls, line separators, bidirectional controls, zero-width marks and the like.
///
/// Zero-width joiner and non-joiner stay allowed; names in Persian and in several Indian scripts need them.
pub fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00AD}'
            | '\u{061C}'
            | '\u{180E}'
            | '\u{200B}' | '\u{200E}' | '\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}')
}

/// Checks a trimmed text against a length in characters and against deceptive characters.
///
/// # Errors
/// `required` if nothing is left after trimming, `too_long`, or `not_allowed` for a deceptive character.
pub fn check_text(trimmed: &str, most_characters: usize, too_long: &'static str) -> Result<(), Violation> {
    if trimmed.is_empty() {
        return Err(Violation::new("required", "This is needed."));
    }
    if trimmed.chars().count() > most_characters {
        return Err(Violation::new("too_long", too_long));
    }
    if trimmed.chars().any(is_deceptive) {
        return Err(Violation::new("not_allowed", "Remove invisible or control characters."));
    }
    Ok(())
}
