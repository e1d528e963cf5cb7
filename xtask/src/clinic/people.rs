//! Who works at an invented clinic: the same people every time, however many there are.

use super::names::{LANGUAGES, Language, Name};

/// Somebody who does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    /// In the letters of the language.
    pub(crate) full_name: String,
    /// Nobody else's.
    pub(crate) email: String,
    /// Manages accounts.
    pub(crate) is_administrator: bool,
    /// Was made by the clinic with a temporary password that is still in use.
    pub(crate) must_change_password: bool,
    /// Does not work there any more.
    pub(crate) has_left: bool,
}

/// The person with this number.
pub(crate) fn invent(index: usize) -> Person {
    let mut chance = Chance::new(index);
    // A clinic speaks one language more than the others.
    let language = if chance.one_in(3) { &LANGUAGES[0] } else { chance.pick(LANGUAGES) };
    let (given, family) = (chance.pick(language.given), chance.pick(language.family));
    let title = if chance.one_in(9) { language.title } else { "" };
    // The number makes the address unique, from the second of a name on as clinics do.
    let number = if index < LANGUAGES.len() { String::new() } else { index.to_string() };
    Person {
        full_name: format!("{title}{}", join(language, given, family)),
        email: format!("{}.{}{number}@clinic.example", given.latin, family.latin),
        is_administrator: chance.one_in(30),
        must_change_password: chance.one_in(7),
        has_left: chance.one_in(12),
    }
}

fn join(language: &Language, given: &Name, family: &Name) -> String {
    if language.family_first {
        format!("{}{}{}", family.written, language.between, given.written)
    } else {
        format!("{}{}{}", given.written, language.between, family.written)
    }
}

/// Numbers that look like chance and are the same every time (SplitMix64).
struct Chance(u64);

impl Chance {
    fn new(index: usize) -> Self {
        // Mixed once, or neighbours would draw the same numbers one place apart.
        Self(Self(index as u64).next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[(self.next() % choices.len() as u64) as usize]
    }

    fn one_in(&mut self, number: u64) -> bool {
        self.next().is_multiple_of(number)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const MANY: usize = 20_000;

    #[test]
    fn nobody_shares_an_address() {
        let addresses: HashSet<String> = (0..MANY).map(|index| invent(index).email).collect();
        assert_eq!(addresses.len(), MANY);
    }

    #[test]
    fn addresses_are_plain_and_names_are_not_blank() {
        for person in (0..MANY).map(invent) {
            let local = person.email.strip_suffix("@clinic.example").expect("all work at the same clinic");
            let is_plain =
                |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '.';
            assert!(local.chars().all(is_plain), "{}", person.email);
            assert!(!person.full_name.trim().is_empty() && person.full_name.trim() == person.full_name);
            assert!(person.full_name.chars().count() <= 60 && !person.full_name.contains("  "));
        }
    }

    #[test]
    fn the_same_number_is_the_same_person() {
        assert_eq!(invent(77), invent(77));
    }

    #[test]
    fn few_people_share_a_name() {
        let names: HashSet<String> = (0..100).map(|index| invent(index).full_name).collect();
        assert!(names.len() >= 85, "{}", names.len());
    }

    #[test]
    fn the_clinic_is_mixed() {
        let people: Vec<Person> = (0..1_000).map(invent).collect();
        let share = |is: fn(&Person) -> bool| people.iter().filter(|person| is(person)).count();
        assert!((10..80).contains(&share(|person| person.is_administrator)));
        assert!((40..150).contains(&share(|person| person.has_left)));
        assert!((80..220).contains(&share(|person| person.must_change_password)));
        assert!(share(|person| !person.full_name.is_ascii()) > 400);
        assert!(share(|person| person.full_name.is_ascii()) > 250);
    }
}
