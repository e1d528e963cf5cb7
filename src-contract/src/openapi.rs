//! How texts and numbers with a rule describe themselves in the OpenAPI document: their limits come from the
//! constants that the rules themselves use.
//!
//! Only the gateway serves such a document, so this is a feature that nobody else switches on.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::accounts::MOST_SEARCH_CHARACTERS;
use crate::accounts::bulk::MOST_IDS;
use crate::audit::MOST_TARGET_CHARACTERS;
use crate::auth::MOST_TOKEN_BYTES;
use crate::nextcloud::MOST_ID_BYTES;
use crate::paging::{DEFAULT_LIMIT, MOST_CURSOR_BYTES, MOST_LIMIT};
use crate::{email, name, password};

pub mod examples;

/// What [`crate::text::is_deceptive`] refuses, as a part of a character class. The tags from U+E0000 on are left
/// out: regular expressions of different languages spell them differently.
const DECEPTIVE: &str = r"\u0000-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB";

/// White space as Rust trims it, as a part of a character class.
const SPACE: &str = r"\u0009-\u000D\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000";

/// A text that is there once it is trimmed, without deceptive characters inside.
fn visible_text() -> String {
    let (edge, inner) = (format!("[^{SPACE}{DECEPTIVE}]"), format!("[^{DECEPTIVE}]"));
    format!("^[{SPACE}]*{edge}(?:{inner}*{edge})?[{SPACE}]*$")
}

/// The same, or nothing but white space.
fn visible_text_or_none() -> String {
    let (edge, inner) = (format!("[^{SPACE}{DECEPTIVE}]"), format!("[^{DECEPTIVE}]"));
    format!("^[{SPACE}]*(?:{edge}(?:{inner}*{edge})?[{SPACE}]*)?$")
}

fn text(description: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).description(Some(description))
}

fn format(name: &str) -> Option<SchemaFormat> {
    Some(SchemaFormat::Custom(name.to_owned()))
}

macro_rules! described {
    ($($(#[$doc:meta])* $name:ident = $schema:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                RefOr::T($schema.into())
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )+};
}

described! {
    /// A new e-mail address.
    EmailAddress = text("An e-mail address. The space around it is taken off; two that differ only in case are the same.")
        .format(format("email"))
        .max_length(Some(email::MOST_BYTES))
        .examples(["ana.ruiz@clinic.example"]);

    /// An e-mail address that somebody signs in with.
    TriedEmailAddress = text("An e-mail address in any case, also one that an older server took.")
        .min_length(Some(1))
        .max_length(Some(email::MOST_BYTES))
        .pattern(Some(visible_text()))
        .examples(["ana.ruiz@clinic.example"]);

    /// A person's name.
    FullName = text("A person's name. The space around it is taken off; invisible and control characters are refused.")
        .min_length(Some(1))
        .max_length(Some(name::MOST_CHARACTERS))
        .pattern(Some(visible_text()))
        .examples(["Ana Ruiz"]);

    /// A password that must meet the policy.
    NewPassword = text(&format!(
            "A password that meets the policy: {} to {} bytes of UTF-8 after NFC, so counted in characters it may be \
             shorter; not common, not the person's name or address, and hard to guess (a zxcvbn score of {} or more).",
            password::LEAST_BYTES, password::MOST_BYTES, password::LEAST_SCORE
        ))
        .format(format("password"))
        // A character has at most 4 bytes.
        .min_length(Some(password::LEAST_BYTES / 4))
        .max_length(Some(password::MOST_BYTES))
        .examples(["marble kettle orbit fern"]);

    /// A password that is compared with an account's.
    TriedPassword = text(&format!("A password in use; at most {} bytes.", password::MOST_TRIED_BYTES))
        .min_length(Some(1))
        .max_length(Some(password::MOST_TRIED_BYTES))
        .examples(["marble kettle orbit fern"]);

    /// A temporary password.
    TemporaryPassword = text("A temporary password. It is in this answer and nowhere else, and must be changed at the first sign-in.")
        .format(format("password"))
        .min_length(Some(password::LEAST_BYTES))
        .max_length(Some(password::MOST_BYTES));

    /// A token.
    Token = text("A JSON Web Token. What is in it is for the server alone.")
        .min_length(Some(1))
        .max_length(Some(MOST_TOKEN_BYTES));

    /// A moment.
    Timestamp = text("A moment (RFC 3339), in UTC or with an offset.")
        .format(format("date-time"))
        // Such as 2026-01-31T00:00:00Z.
        .min_length(Some(20))
        .examples(["2026-01-31T00:00:00Z"]);

    /// What a list is searched for.
    SearchText = text("Letters anywhere in the name, the e-mail address or the id, without regard to case.")
        .max_length(Some(MOST_SEARCH_CHARACTERS))
        .pattern(Some(visible_text_or_none()))
        .examples(["ruiz"]);

    /// Where a list goes on.
    Cursor = text("Where the list goes on: the `next_cursor` of the page before, with the same filter and order.")
        .format(format("cursor"))
        .min_length(Some(1))
        .max_length(Some(MOST_CURSOR_BYTES))
        .pattern(Some("^[A-Za-z0-9_-]+$"));

    /// How many rows a page has.
    PageLimit = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .description(Some("How many rows a page has at most."))
        .minimum(Some(1))
        .maximum(Some(MOST_LIMIT))
        .default(Some(DEFAULT_LIMIT.into()));

    /// Ids of a bulk change.
    BulkIds = ArrayBuilder::new()
        .items(ObjectBuilder::new().schema_type(Type::String).format(format("uuid")))
        .description(Some("Ids of accounts. One that is named twice counts once."))
        .min_items(Some(1))
        .max_items(Some(MOST_IDS));

    /// A table of people.
    PeopleTable = text("A table whose first row names its columns.")
        .format(format("csv"))
        .content_media_type("text/csv")
        .examples(["email,full_name,role\nana.ruiz@clinic.example,Ana Ruiz,user\n"]);

    /// An id in Nextcloud.
    NextcloudId = text("The id of an account in Nextcloud: letters, digits, spaces and _.@-', at least one of which is neither a dot nor a space. Spaces around it are taken off.")
        .min_length(Some(1))
        .max_length(Some(MOST_ID_BYTES))
        .pattern(Some("^[A-Za-z0-9_.@' -]*[A-Za-z0-9_@'-][A-Za-z0-9_.@' -]*$"))
        .examples(["ana"]);

    /// A word of the audit trail.
    AuditAction = text("What was done, in a stable word. Newer servers have more of them.")
        .examples(["account_updated"]);

    /// What something was done to.
    AuditTargetId = text("The id of the thing that something was done to; of an account, its id.")
        .min_length(Some(1))
        .max_length(Some(MOST_TARGET_CHARACTERS))
        .pattern(Some(format!("^[^{DECEPTIVE}]+$")));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::is_deceptive;

    /// What a class that is written as above holds.
    fn read_class(class: &str) -> Vec<std::ops::RangeInclusive<char>> {
        let code =
            |part: &str| u32::from_str_radix(&part[..4], 16).ok().and_then(char::from_u32).expect("a code");
        let mut parts = class.split("\\u").skip(1);
        let mut ranges = Vec::new();
        while let Some(part) = parts.next() {
            let begin = code(part);
            let end = if part.ends_with('-') { code(parts.next().expect("an end")) } else { begin };
            ranges.push(begin..=end);
        }
        ranges
    }

    #[test]
    fn the_document_refuses_the_characters_that_the_rule_refuses() {
        let (deceptive, space) = (read_class(DECEPTIVE), read_class(SPACE));
        let has = |ranges: &[std::ops::RangeInclusive<char>], character| {
            ranges.iter().any(|range| range.contains(&character))
        };
        for character in '\0'..='\u{FFFF}' {
            assert_eq!(has(&deceptive, character), is_deceptive(character), "{character:?}");
            assert_eq!(has(&space, character), character.is_whitespace(), "{character:?}");
        }
    }
}
