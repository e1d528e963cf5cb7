//! Which column of a table holds what, by its name in the first row.

use voiceassist_contract::problem::FieldError;
use voiceassist_contract::rule::Violation;

use crate::problem::field_error;

const MISSING: Violation = Violation::new("missing_column", "The first row does not name this column.");
const TWICE: Violation = Violation::new("duplicate", "The first row names this column twice.");

/// The columns of an import, by the names that they have in answers.
pub(super) const NAMES: [&str; 4] = ["email", "full_name", "role", "is_active"];

/// The places of the columns that mean something, in the order of [`NAMES`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Columns {
    places: [Option<usize>; 4],
    /// How many columns the table has.
    pub(super) count: usize,
    /// How many of them mean nothing.
    pub(super) ignored: usize,
}

impl Columns {
    /// Finds the columns by the cells of the first row: without regard to case, spaces, hyphens and
    /// underscores.
    pub(super) fn find(header: &[String]) -> Result<Self, Vec<FieldError>> {
        let mut columns = Self { count: header.len(), ..Self::default() };
        let mut errors = Vec::new();
        for (place, cell) in header.iter().enumerate() {
            match meaning(cell).map(|number| (number, &mut columns.places[number])) {
                None => columns.ignored += 1,
                Some((number, Some(_))) => errors.push(field_error(NAMES[number], &TWICE)),
                Some((_, free)) => *free = Some(place),
            }
        }
        for number in [0, 1] {
            if columns.places[number].is_none() {
                errors.push(field_error(NAMES[number], &MISSING));
            }
        }
        if errors.is_empty() { Ok(columns) } else { Err(errors) }
    }

    /// The row's cell in the column with this number in [`NAMES`], if there is anything in it.
    pub(super) fn cell(self, number: usize, cells: &[String]) -> Option<&str> {
        cells.get(self.places[number]?).map(String::as_str).filter(|cell| !cell.is_empty())
    }

    /// What the column at this place is called in answers.
    pub(super) fn name_at(self, place: usize) -> String {
        let known = self.places.iter().position(|known| *known == Some(place));
        known.map_or_else(|| format!("column_{}", place + 1), |number| NAMES[number].to_owned())
    }
}

fn meaning(cell: &str) -> Option<usize> {
    let letters: String = cell.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect();
    match letters.as_str() {
        "email" | "mail" | "emailaddress" => Some(0),
        "fullname" | "name" => Some(1),
        "role" => Some(2),
        "isactive" | "active" => Some(3),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(header: &[&str]) -> Result<Columns, Vec<String>> {
        let header: Vec<String> = header.iter().map(|cell| (*cell).to_owned()).collect();
        let describe = |error: FieldError| format!("{}: {}", error.field, error.code);
        Columns::find(&header).map_err(|errors| errors.into_iter().map(describe).collect())
    }

    #[test]
    fn columns_are_found_in_any_order_and_spelling_and_others_are_counted() {
        let columns = find(&["Id", "FULL NAME", "E-Mail", "is_active", "", "Role "]).expect("found");
        assert_eq!((columns.places, columns.ignored), ([Some(2), Some(1), Some(5), Some(3)], 2));
        assert_eq!(columns.name_at(2), "email");
        assert_eq!(columns.name_at(0), "column_1");
    }

    #[test]
    fn what_is_missing_or_named_twice_is_said() {
        assert_eq!(
            find(&["mail", "email", "role"]).expect_err("refused"),
            ["email: duplicate", "full_name: missing_column"]
        );
        assert_eq!(find(&["a;b"]).expect_err("refused").len(), 2);
    }
}
