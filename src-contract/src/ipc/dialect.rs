//! Which of the known servers a profile leads to, as far as it was learned.

use serde::{Deserialize, Serialize};

/// How a server spells its operations. It is learned from answers; nobody chooses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DialectName {
    /// This project's gateway.
    #[serde(rename = "contract")]
    Contract,
    /// The Python gateway of December 2025, with its administration panel.
    #[serde(rename = "2025-12")]
    December2025,
    /// The same without its administration panel.
    #[serde(rename = "2025-12-plain")]
    December2025Plain,
    /// The Python gateway of November 2025.
    #[serde(rename = "2025-11")]
    November2025,
    /// One that a later version of this program has learned; this one learns anew.
    #[serde(other, rename = "unknown")]
    Unknown,
}

/// What was learned of the server at an address; another address is another server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LearnedDialect {
    /// The profile's address when it was learned.
    pub address: String,
    /// What was learned.
    pub dialect: DialectName,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dialect_of_a_later_version_is_read_as_unknown_and_damages_no_settings() {
        let read =
            |word: &str| serde_json::from_str::<DialectName>(&format!("\"{word}\"")).expect("readable");
        assert_eq!(read("2027-03"), DialectName::Unknown);
        assert_eq!(read("2025-12"), DialectName::December2025);
        assert_eq!(serde_json::to_string(&DialectName::November2025).expect("written"), "\"2025-11\"");
    }
}
