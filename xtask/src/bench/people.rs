//! The accounts of a measurement: the clinic's invented people with the rest of their rows.

use std::fmt::Write;

use crate::clinic::people::{Person, invent};

use super::Engine;

/// The first account was made then, in milliseconds since 1970; each of the others a while later.
const BEGIN: u64 = 1_760_000_000_000;
const STEP: u64 = 25;

/// Somebody's row.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The person.
    person: Person,
    /// The id, a UUID version 7, as 32 digits.
    id: String,
    /// In milliseconds since 1970.
    created_at: u64,
    /// In milliseconds since 1970; some never came.
    last_login: Option<u64>,
}

impl Row {
    /// The row with this number: the same every time.
    pub(super) fn of(index: usize) -> Self {
        let number = index as u64;
        let created_at = BEGIN + number * STEP;
        let noise = mix(number);
        let id = format!(
            "{created_at:012x}7{:03x}{:x}{:03x}{:012x}",
            noise >> 52,
            8 + (noise & 3),
            (noise >> 40) & 0xfff,
            mix(noise) >> 16
        );
        // One in five never came; the others some time in the four months after.
        let last_login = (!noise.is_multiple_of(5)).then_some(created_at + noise % 10_000_000_000);
        Self { person: invent(index), id, created_at, last_login }
    }

    /// Three letters from the middle of the name, in lower case: what somebody might search for.
    pub(super) fn piece(&self) -> Option<String> {
        let letters: Vec<char> = self.person.full_name.to_lowercase().chars().collect();
        let places: Vec<usize> = (1..letters.len().saturating_sub(3))
            .filter(|place| letters[*place..place + 3].iter().all(|letter| letter.is_alphabetic()))
            .collect();
        let place = *places.get((mix(self.created_at) as usize) % places.len().max(1))?;
        Some(letters[place..place + 3].iter().collect())
    }

    /// Its values as the engine's own tool reads them, in the order of [`COLUMNS`].
    pub(super) fn push_values(&self, text: &mut String, engine: Engine) {
        let id = self.dashed_id();
        let name_key = self.person.full_name.to_lowercase();
        let email_key = self.person.email.to_lowercase();
        let search_key = [&*name_key, &*email_key, &*id].join("\n");
        let role = if self.person.is_administrator { "admin" } else { "user" };
        let times =
            [Some(self.created_at), Some(self.created_at), self.last_login].map(|time| time.map(to_text));
        let (is_active, must_change) = (!self.person.has_left, self.person.must_change_password);
        let last_login_key = self.last_login.unwrap_or(0);
        match engine {
            Engine::Sqlite => {
                let quote = |text: &str| format!("'{}'", text.replace('\'', "''"));
                let time = |time: &Option<String>| time.as_deref().map_or("NULL".to_owned(), quote);
                push(
                    text,
                    format_args!(
                        "(x'{}',{},{},{},{},{},'!',{},{},{},0,1,{},{},{},{last_login_key},0)",
                        self.id,
                        quote(&self.person.email),
                        quote(&email_key),
                        quote(&self.person.full_name),
                        quote(&name_key),
                        quote(&search_key),
                        quote(role),
                        u8::from(is_active),
                        u8::from(must_change),
                        time(&times[0]),
                        time(&times[1]),
                        time(&times[2]),
                    ),
                );
            }
            Engine::Postgres => {
                // The text format of COPY; no name has a backslash or a tab.
                let time = |time: &Option<String>| time.clone().unwrap_or_else(|| "\\N".to_owned());
                let Person { email, full_name, .. } = &self.person;
                let search_key = search_key.replace('\n', "\\n");
                let [created, updated, seen] = [time(&times[0]), time(&times[1]), time(&times[2])];
                push(
                    text,
                    format_args!(
                        "{id}\t{email}\t{email_key}\t{full_name}\t{name_key}\t{search_key}\t!\t{role}\t{is_active}\t\
                     {must_change}\tfalse\t1\t{created}\t{updated}\t{seen}\t{last_login_key}\t0"
                    ),
                );
            }
        }
    }

    fn dashed_id(&self) -> String {
        let id = &self.id;
        [&id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]].join("-")
    }
}

/// The columns of [`Row::push_values`].
pub(super) const COLUMNS: &str = "id, email, email_key, full_name, name_key, search_key, hashed_password, role, \
    is_active, must_change_password, mfa_enabled, version, created_at, updated_at, last_login, last_login_key, \
    failed_sign_ins";

fn push(text: &mut String, values: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(values);
}

/// A number that looks like chance and is always the same for the same one.
pub(super) fn mix(number: u64) -> u64 {
    let mixed = (number ^ 0x9E37_79B9_7F4A_7C15).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 32)
}

/// Milliseconds since 1970 as the gateway stores a time in SQLite, which PostgreSQL reads too.
fn to_text(milliseconds: u64) -> String {
    let (seconds, rest) = (milliseconds / 1_000, milliseconds % 1_000);
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // Days since 1970 to a date, by counting years from a March (H. Hinnant, "chrono-compatible low-level date
    // algorithms").
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    let fraction = if rest == 0 { String::new() } else { format!(".{rest:03}") };
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}+00:00")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_the_gateway_writes_them() {
        assert_eq!(to_text(0), "1970-01-01T00:00:00+00:00");
        assert_eq!(to_text(1_709_210_096_789), "2024-02-29T12:34:56.789+00:00");
        assert_eq!(to_text(1_798_761_599_000), "2026-12-31T23:59:59+00:00");
    }

    #[test]
    fn ids_are_of_version_seven_and_nobody_shares_one() {
        let ids: std::collections::HashSet<String> =
            (0..5_000).map(|index| Row::of(index).dashed_id()).collect();
        assert_eq!(ids.len(), 5_000);
        for id in ids {
            assert!(id.len() == 36 && &id[14..15] == "7" && "89ab".contains(&id[19..20]), "{id}");
        }
    }

    #[test]
    fn pieces_are_three_letters_from_within_a_name() {
        for row in (0..500).map(Row::of) {
            let Some(piece) = row.piece() else { continue };
            let name = row.person.full_name.to_lowercase();
            assert!(piece.chars().count() == 3 && name.contains(&piece) && !name.starts_with(' '), "{name}");
        }
        assert!((0..500).filter_map(|index| Row::of(index).piece()).count() > 300);
    }

    #[test]
    fn apostrophes_in_names_do_not_end_the_text() {
        let with_apostrophe = (0..5_000).map(Row::of).find(|row| row.person.full_name.contains('\''));
        let row = with_apostrophe.expect("somebody is called O'Connor");
        let mut text = String::new();
        row.push_values(&mut text, Engine::Sqlite);
        assert!(text.contains("''") && text.matches('\'').count().is_multiple_of(2), "{text}");
        assert_eq!(text.split(",").count(), COLUMNS.split(",").count());
        text.clear();
        row.push_values(&mut text, Engine::Postgres);
        assert_eq!(text.split('\t').count(), COLUMNS.split(',').count());
    }
}
