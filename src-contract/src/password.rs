//! The password policy: 12 to 72 bytes of UTF-8 after NFC, not common, hard enough to guess.
//!
//! No composition rules and no truncation (NIST SP 800-63B-4); the upper bound is what bcrypt reads.

use serde::{Deserialize, Serialize};

/// The fewest bytes of UTF-8 after NFC.
pub const LEAST_BYTES: usize = 12;
/// The most bytes of UTF-8 after NFC; bcrypt would silently ignore the rest.
pub const MOST_BYTES: usize = 72;
/// The longest password that is compared with an account's at all, in bytes. Longer than [`MOST_BYTES`], because an
/// older server may have taken one that this one would refuse.
pub const MOST_TRIED_BYTES: usize = 1024;
/// The least zxcvbn score.
pub const LEAST_SCORE: u8 = 3;

/// A password held against the policy, point by point, for the live checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// zxcvbn's score, 0 (guessed at once) to 4 (very hard).
    pub score: u8,
    /// The policy, a line each, in the order to show.
    pub rules: Vec<RuleResult>,
    /// Why the score is low, in a sentence, if it is.
    pub warning: Option<String>,
}

impl Assessment {
    /// Whether every rule holds.
    pub fn is_acceptable(&self) -> bool {
        self.rules.iter().all(|rule| rule.met)
    }
}

/// One line of the checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleResult {
    /// Which rule.
    pub rule: PasswordRule,
    /// Whether it holds.
    pub met: bool,
}

/// The rules of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordRule {
    /// At least [`LEAST_BYTES`].
    LongEnough,
    /// At most [`MOST_BYTES`].
    ShortEnough,
    /// Not the person's name or address, nor close to them.
    NotPersonal,
    /// Scores at least [`LEAST_SCORE`] and is no common password.
    HardToGuess,
}

impl PasswordRule {
    /// The field error's code when the rule is broken.
    pub const fn code(self) -> &'static str {
        match self {
            Self::LongEnough => "too_short",
            Self::ShortEnough => "too_long",
            Self::NotPersonal => "personal",
            Self::HardToGuess => "easy_to_guess",
        }
    }

    /// The sentence that stands at the field when the rule is broken.
    pub const fn message(self) -> &'static str {
        match self {
            Self::LongEnough => "Use at least 12 characters.",
            Self::ShortEnough => {
                "Use at most 72 bytes (letters with accents and symbols count more than one)."
            }
            Self::NotPersonal => "Leave out your name and e-mail address.",
            Self::HardToGuess => "This is easy to guess. Add another uncommon word or two.",
        }
    }
}

#[cfg(feature = "passwords")]
mod judge;
#[cfg(feature = "passwords")]
pub use judge::{assess_password, normalize_password};
