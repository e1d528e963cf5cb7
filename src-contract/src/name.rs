//! The rule for a person's full name.

use crate::rule::Violation;
use crate::text::check_text;

/// The longest full name, in characters.
pub const MOST_CHARACTERS: usize = 200;

/// A full name without the space around it, as it is stored.
///
/// # Errors
/// `required`, `too_long` or `not_allowed`; see [`check_text`].
pub fn parse_full_name(typed: &str) -> Result<String, Violation> {
    let trimmed = typed.trim();
    check_text(trimmed, MOST_CHARACTERS, "A name has at most 200 characters.")?;
    Ok(trimmed.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_many_languages_are_taken_as_typed() {
        for name in ["Ana Ruiz", "Núria Sørensen", "李 小龙", "فاطمة السيد", "O’Brien-Łukasz", "می‌خواهم"]
        {
            assert_eq!(parse_full_name(&format!("  {name} ")), Ok(name.to_owned()));
        }
    }

    #[test]
    fn blank_overlong_and_deceptive_names_are_refused_by_code() {
        assert_eq!(parse_full_name(" \t ").map_err(|v| v.code), Err("required"));
        assert_eq!(parse_full_name(&"é".repeat(201)).map_err(|v| v.code), Err("too_long"));
        assert_eq!(parse_full_name("Ana\u{202E}ziuR").map_err(|v| v.code), Err("not_allowed"));
        assert_eq!(parse_full_name("Ana\u{0}Ruiz").map_err(|v| v.code), Err("not_allowed"));
    }
}
