//! Where a page ended, as a text that means nothing to its bearer: base64url of the sorted value and the
//! id of its last account, tied to the list that it was made for.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use sea_orm::Value;
use serde::{Deserialize, Serialize};
use voiceassist_contract::Id;
use voiceassist_contract::accounts::SortKey;
use voiceassist_contract::paging::MOST_CURSOR_BYTES;
use voiceassist_contract::rule::Violation;

use crate::tables::users;

const NOT_A_CURSOR: Violation =
    Violation::new("not_a_cursor", "This is not a cursor. Start again at the first page.");
const OTHER_LIST: Violation =
    Violation::new("other_list", "This cursor belongs to another filter or order. Start at the first page.");

/// The value that an account is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Position {
    /// A name, an address or a role.
    Text(String),
    /// Whether it is active.
    Flag(bool),
    /// A time in milliseconds since 1970.
    Moment(i64),
}

impl Position {
    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Flag(_) | Self::Moment(_) => None,
        }
    }
}

/// Where a page ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The sorted value of the page's last account.
    pub position: Position,
    /// Its id.
    pub id: Id,
}

#[derive(Serialize, Deserialize)]
struct Wire(String, Position, Id);

impl Cursor {
    /// The cursor that follows `row` in a list sorted like this.
    pub fn at(row: &users::Model, sort: SortKey) -> Self {
        let position = match sort {
            SortKey::FullName => Position::Text(row.name_key.clone()),
            SortKey::Email => Position::Text(row.email_key.clone()),
            SortKey::Role => Position::Text(row.role.clone()),
            SortKey::Status => Position::Flag(row.is_active),
            SortKey::LastLogin => Position::Moment(row.last_login_key),
            SortKey::CreatedAt => Position::Moment(row.created_at.timestamp_millis()),
        };
        Self { position, id: row.id }
    }

    /// The cursor as text, tied to the list with this fingerprint.
    pub fn encode(self, fingerprint: &str) -> String {
        let wire = Wire(fingerprint.to_owned(), self.position, self.id);
        // Plain data always serialises; an empty cursor would be refused when it comes back.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&wire).unwrap_or_default())
    }

    /// Reads a cursor for the list with this fingerprint.
    ///
    /// # Errors
    /// `not_a_cursor`, or `other_list`.
    pub fn decode(text: &str, fingerprint: &str, sort: SortKey) -> Result<Self, Violation> {
        if text.len() > MOST_CURSOR_BYTES {
            return Err(NOT_A_CURSOR);
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NOT_A_CURSOR)?;
        let Wire(made_for, position, id) = serde_json::from_slice(&bytes).map_err(|_| NOT_A_CURSOR)?;
        if made_for != fingerprint {
            return Err(OTHER_LIST);
        }
        let cursor = Self { position, id };
        // The fingerprint is no secret, so the value may still be one that no row has.
        cursor.to_value(sort).map(|_| cursor).ok_or(NOT_A_CURSOR)
    }

    /// The position as the database compares it, if it is one for a list sorted like this.
    pub fn to_value(&self, sort: SortKey) -> Option<Value> {
        match (sort, &self.position) {
            // No stored text has a NUL, and not every database takes one.
            (SortKey::FullName | SortKey::Email | SortKey::Role, Position::Text(text))
                if !text.contains('\0') =>
            {
                Some(text.as_str().into())
            }
            (SortKey::Status, Position::Flag(flag)) => Some((*flag).into()),
            (SortKey::LastLogin, Position::Moment(milliseconds)) => Some((*milliseconds).into()),
            (SortKey::CreatedAt, Position::Moment(milliseconds)) => {
                DateTime::from_timestamp_millis(*milliseconds).map(Value::from)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FINGERPRINT: &str = "0123456789abcdef";

    fn decode(text: &str, sort: SortKey) -> Result<Cursor, &'static str> {
        Cursor::decode(text, FINGERPRINT, sort).map_err(|violation| violation.code)
    }

    #[test]
    fn a_cursor_of_another_list_is_told_from_nonsense() {
        let cursor = Cursor { position: Position::Text("ana".to_owned()), id: Id::from_u128(1) };
        assert_eq!(decode(&cursor.clone().encode("other"), SortKey::FullName), Err("other_list"));
        assert_eq!(decode("", SortKey::FullName), Err("not_a_cursor"));
        assert_eq!(decode(&"A".repeat(10_000), SortKey::FullName), Err("not_a_cursor"));
    }

    #[test]
    fn a_forged_value_that_no_row_could_have_is_refused() {
        let forge = |position: Position| Cursor { position, id: Id::nil() }.encode(FINGERPRINT);
        let text = |text: &str| Position::Text(text.to_owned());
        assert_eq!(decode(&forge(text("a\0b")), SortKey::Email), Err("not_a_cursor"));
        assert_eq!(decode(&forge(text("a")), SortKey::LastLogin), Err("not_a_cursor"));
        assert_eq!(decode(&forge(Position::Moment(1)), SortKey::FullName), Err("not_a_cursor"));
        assert_eq!(decode(&forge(Position::Moment(i64::MAX)), SortKey::CreatedAt), Err("not_a_cursor"));
        assert_eq!(decode(&forge(Position::Flag(true)), SortKey::Role), Err("not_a_cursor"));
    }

    fn any_position() -> impl Strategy<Value = (SortKey, Position)> {
        prop_oneof![
            (prop_oneof![Just(SortKey::FullName), Just(SortKey::Email)], "[^\0]{0,300}")
                .prop_map(|(sort, text)| (sort, Position::Text(text))),
            any::<bool>().prop_map(|flag| (SortKey::Status, Position::Flag(flag))),
            any::<i64>().prop_map(|number| (SortKey::LastLogin, Position::Moment(number))),
            (0..4_000_000_000_000_i64).prop_map(|number| (SortKey::CreatedAt, Position::Moment(number))),
        ]
    }

    proptest! {
        #[test]
        fn what_was_encoded_is_decoded_whatever_the_name((sort, position) in any_position(), id in any::<u128>()) {
            let cursor = Cursor { position, id: Id::from_u128(id) };
            let text = cursor.clone().encode(FINGERPRINT);
            prop_assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'));
            prop_assert_eq!(decode(&text, sort), Ok(cursor));
        }

        #[test]
        fn no_text_makes_decoding_panic(text in any::<String>()) {
            prop_assert!(decode(&text, SortKey::FullName).is_err());
        }

        #[test]
        fn no_content_makes_decoding_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&URL_SAFE_NO_PAD.encode(bytes), SortKey::CreatedAt);
        }
    }
}
