//! Judging a password, with the strength estimator's dictionaries. Not part of the wasm build.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::{Assessment, LEAST_BYTES, LEAST_SCORE, MOST_BYTES, PasswordRule, RuleResult};
use crate::email::comparison_key;

/// The product's own words, which an attacker tries first.
const PRODUCT_WORDS: [&str; 4] = ["voiceassist", "voice assist", "clinic", "nextcloud"];

/// A part of a name or address shorter than this says nothing about a password that contains it.
const LEAST_PERSONAL_CHARACTERS: usize = 4;

/// zxcvbn's time grows with length; what is over the policy's limit is refused anyway.
const MOST_CHARACTERS_ESTIMATED: usize = 100;

/// The password in Unicode normal form C, the form that is hashed and compared.
pub fn normalize_password(typed: &str) -> Zeroizing<String> {
    Zeroizing::new(typed.nfc().collect())
}

/// Holds `typed` against the policy, for the person with this name and address.
pub fn assess_password(typed: &str, full_name: &str, email: &str) -> Assessment {
    let password = normalize_password(typed);
    let estimated: Zeroizing<String> =
        Zeroizing::new(password.chars().take(MOST_CHARACTERS_ESTIMATED).collect());
    let personal = personal_words(full_name, email);
    let words: Vec<&str> = personal.iter().map(String::as_str).chain(PRODUCT_WORDS).collect();
    let entropy = zxcvbn::zxcvbn(&estimated, &words);
    let score = u8::from(entropy.score());
    let warning =
        entropy.feedback().and_then(|feedback| feedback.warning()).map(|warning| warning.to_string());
    let rules = vec![
        RuleResult { rule: PasswordRule::LongEnough, met: password.len() >= LEAST_BYTES },
        RuleResult { rule: PasswordRule::ShortEnough, met: password.len() <= MOST_BYTES },
        RuleResult { rule: PasswordRule::NotPersonal, met: !is_personal(&password, &personal) },
        RuleResult { rule: PasswordRule::HardToGuess, met: score >= LEAST_SCORE },
    ];
    Assessment { score, rules, warning }
}

/// The words of a name and an address that a password must not be built from.
fn personal_words(full_name: &str, email: &str) -> Vec<String> {
    let address = comparison_key(email);
    full_name
        .to_lowercase()
        .split_whitespace()
        .chain(address.split(['@', '.', '-', '_', '+']))
        .chain([address.as_str()])
        .filter(|word| word.chars().count() >= LEAST_PERSONAL_CHARACTERS)
        .map(str::to_owned)
        .collect()
}

/// Whether the password is mostly one of these words: without them, too little is left.
fn is_personal(password: &str, personal: &[String]) -> bool {
    let lower = Zeroizing::new(password.to_lowercase());
    personal.iter().any(|word| lower.contains(word.as_str()) && lower.len() - word.len() < LEAST_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn broken(password: &str) -> Vec<PasswordRule> {
        assess_password(password, "Ana Ruiz-Lakeside", "ana.ruiz@lakeside.example")
            .rules
            .into_iter()
            .filter(|result| !result.met)
            .map(|result| result.rule)
            .collect()
    }

    #[test]
    fn four_uncommon_words_are_accepted_without_digits_or_symbols() {
        assert_eq!(broken("marble kettle orbit fern"), []);
    }

    #[test]
    fn a_short_a_common_and_a_personal_password_are_refused_with_their_rule() {
        assert!(broken("x7#Kq9!zT").contains(&PasswordRule::LongEnough));
        assert!(broken("password1234").contains(&PasswordRule::HardToGuess));
        assert!(broken("voiceassist1").contains(&PasswordRule::HardToGuess));
        assert!(broken("lakeside2026!").contains(&PasswordRule::NotPersonal));
    }

    #[test]
    fn seventy_three_bytes_are_refused_and_not_cut() {
        let long = "Zürich gläsern Übermut Käfer Öl Äpfel Süd Föhn Grün Brücke Bär Möwe Tür";
        assert!(long.chars().count() < 73 && long.len() > 72);
        assert_eq!(broken(long), [PasswordRule::ShortEnough]);
    }

    #[test]
    fn the_same_password_typed_in_two_unicode_forms_is_the_same() {
        assert_eq!(normalize_password("cafe\u{301} au lait"), normalize_password("café au lait"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn length_rules_follow_the_normalised_bytes(typed in "\\PC{0,90}") {
            let bytes = normalize_password(&typed).len();
            let rules = broken(&typed);
            prop_assert_eq!(rules.contains(&PasswordRule::LongEnough), bytes < LEAST_BYTES);
            prop_assert_eq!(rules.contains(&PasswordRule::ShortEnough), bytes > MOST_BYTES);
        }

        #[test]
        fn normalising_twice_changes_nothing(typed in any::<String>()) {
            let once = normalize_password(&typed);
            prop_assert_eq!(normalize_password(&once), once.clone());
        }
    }
}
