//! Where a page ended, as a text that means nothing to its bearer: base64url of the time and place of its last
//! event, tied to the filter that it was made for.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use sha2::{Digest, Sha256};
use voiceassist_contract::Time;
use voiceassist_contract::rule::Violation;

use crate::tables::audit_events;
use crate::trail::filter::Filter;

/// The longest cursor that is looked at.
const MOST_BYTES: usize = 256;

const NOT_A_CURSOR: Violation =
    Violation::new("not_a_cursor", "This is not a cursor. Start again at the first page.");
const OTHER_LIST: Violation =
    Violation::new("other_list", "This cursor belongs to another filter. Start at the first page.");

/// Where a page ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The last event's time.
    pub at: Time,
    /// Its place in the chain.
    pub sequence: i64,
}

impl Cursor {
    /// The cursor that follows `event`.
    pub fn after(event: &audit_events::Model) -> Self {
        Self { at: event.at, sequence: event.sequence }
    }

    /// The cursor as text, tied to this filter.
    pub fn encode(self, filter: &Filter) -> String {
        let wire = (fingerprint(filter), self.at.timestamp_micros(), self.sequence);
        // Plain data always serialises; an empty cursor would be refused when it comes back.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&wire).unwrap_or_default())
    }

    /// Reads a cursor for this filter.
    ///
    /// # Errors
    /// `not_a_cursor`, or `other_list`.
    pub fn decode(text: &str, filter: &Filter) -> Result<Self, Violation> {
        if text.len() > MOST_BYTES {
            return Err(NOT_A_CURSOR);
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NOT_A_CURSOR)?;
        let (made_for, at, sequence): (String, i64, i64) =
            serde_json::from_slice(&bytes).map_err(|_| NOT_A_CURSOR)?;
        if made_for != fingerprint(filter) {
            return Err(OTHER_LIST);
        }
        let at = DateTime::from_timestamp_micros(at).filter(is_storable).ok_or(NOT_A_CURSOR)?;
        Ok(Self { at, sequence })
    }
}

/// Whether every database takes the time; the fingerprint is no secret, so it may be forged.
fn is_storable(at: &Time) -> bool {
    use chrono::Datelike;
    (1..=9_999).contains(&at.year())
}

fn fingerprint(filter: &Filter) -> String {
    // Plain data under fixed names always serialises; an empty text would still be one fingerprint.
    let described = serde_json::to_vec(filter).unwrap_or_default();
    hex::encode(&Sha256::digest(&described)[..8])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cursor_of_another_filter_is_told_from_nonsense() {
        let at = DateTime::from_timestamp_micros(1_790_000_000_000_000).expect("in range");
        let text = Cursor { at, sequence: 7 }.encode(&Filter::default());
        let other = Filter { action: Some("sign_in"), ..Filter::default() };
        let code = |text: &str, filter: &Filter| Cursor::decode(text, filter).map_err(|refusal| refusal.code);
        assert_eq!(code(&text, &other), Err("other_list"));
        for odd in ["", "x", &text[1..], &format!("{text}A"), &"A".repeat(300)] {
            assert_eq!(code(odd, &Filter::default()), Err("not_a_cursor"), "{odd}");
        }
    }

    proptest! {
        #[test]
        fn what_was_encoded_is_decoded(micros in -60_000_000_000_000_000_i64..200_000_000_000_000_000, sequence: i64) {
            let at = DateTime::from_timestamp_micros(micros).expect("in range");
            let cursor = Cursor { at, sequence };
            let filter = Filter::default();
            prop_assert_eq!(Cursor::decode(&cursor.encode(&filter), &filter).map_err(|refusal| refusal.code), Ok(cursor));
        }

        #[test]
        fn no_content_makes_decoding_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Cursor::decode(&URL_SAFE_NO_PAD.encode(bytes), &Filter::default());
        }
    }
}
