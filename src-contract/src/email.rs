//! The rule for an e-mail address: trimmed, kept as typed, compared without case.

use crate::rule::Violation;
use crate::text::is_deceptive;

/// The longest address, in bytes (RFC 5321 section 4.5.3.1.3, less the angle brackets).
pub const MOST_BYTES: usize = 254;

/// An address as it is stored: what was typed, without the space around it.
///
/// It checks the shape that typing errors break (one `@`, a part on either side, a dot in the
/// domain), not every production of RFC 5322; whether mail arrives is for the mail server to say.
///
/// # Errors
/// `required`, `too_long`, `not_allowed` (space, control or deceptive characters) or `not_an_email`.
pub fn parse_email(typed: &str) -> Result<String, Violation> {
    let trimmed = typed.trim();
    if trimmed.is_empty() {
        return Err(Violation::new("required", "Enter an e-mail address."));
    }
    if trimmed.len() > MOST_BYTES {
        return Err(Violation::new("too_long", "An e-mail address has at most 254 characters."));
    }
    if trimmed.chars().any(|c| c.is_whitespace() || is_deceptive(c)) {
        return Err(Violation::new(
            "not_allowed",
            "Remove spaces and invisible characters from the address.",
        ));
    }
    if !has_the_shape_of_an_address(trimmed) {
        return Err(Violation::new("not_an_email", "Enter an address such as name@clinic.example."));
    }
    Ok(trimmed.to_owned())
}

fn has_the_shape_of_an_address(address: &str) -> bool {
    let Some((local, domain)) = address.split_once('@') else { return false };
    let labels_are_sound = domain.split('.').all(|label| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c == '-' || c.is_alphanumeric())
    });
    (1..=64).contains(&local.len())
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && !local.contains(['<', '>', '(', ')', '[', ']', ',', ';', ':', '\\', '"'])
        && domain.contains('.')
        && labels_are_sound
}

/// The form under which two addresses are the same: trimmed and in lower case.
///
/// This key is what the database holds unique; it is never shown.
pub fn comparison_key(address: &str) -> String {
    // Folding upper case first joins letters whose two lower-case forms differ (final sigma, dotless i).
    address.trim().to_uppercase().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn usual_addresses_are_kept_as_typed() {
        for address in ["Ana.Ruiz@lakeside.example", "a+b@x.co", "müller@praxis-süd.de", "o'brien@clinic.ie"]
        {
            assert_eq!(parse_email(&format!(" {address}\n")), Ok(address.to_owned()));
        }
    }

    #[test]
    fn what_is_no_address_is_refused_by_code() {
        for (typed, code) in [
            ("", "required"),
            ("   ", "required"),
            ("ana", "not_an_email"),
            ("ana@", "not_an_email"),
            ("@clinic.example", "not_an_email"),
            ("ana@clinic", "not_an_email"),
            ("ana@@clinic.example", "not_an_email"),
            ("ana@clinic..example", "not_an_email"),
            ("Ana <ana@clinic.example>", "not_allowed"),
            ("ana\u{202e}@clinic.example", "not_allowed"),
            ("a\u{0}b@clinic.example", "not_allowed"),
        ] {
            assert_eq!(parse_email(typed).map_err(|v| v.code), Err(code), "{typed:?}");
        }
        assert_eq!(
            parse_email(&format!("a@{}.example", "b".repeat(250))).map_err(|v| v.code),
            Err("too_long")
        );
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_is_stable(typed in any::<String>()) {
            if let Ok(once) = parse_email(&typed) {
                prop_assert_eq!(parse_email(&once), Ok(once.clone()));
            }
        }

        #[test]
        fn addresses_that_differ_in_case_or_outer_space_are_the_same(local in "[a-zA-ZäöüßÉŁσςΣ0-9]{1,20}", domain in "[a-zA-Z]{1,10}\\.[a-z]{2,5}") {
            let address = format!("{local}@{domain}");
            let key = comparison_key(&address);
            prop_assert_eq!(&comparison_key(&address.to_uppercase()), &key);
            prop_assert_eq!(&comparison_key(&address.to_lowercase()), &key);
            prop_assert_eq!(&comparison_key(&format!("  {address} ")), &key);
            prop_assert_eq!(comparison_key(&key), key);
        }
    }
}
