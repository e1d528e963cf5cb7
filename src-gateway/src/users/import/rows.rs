//! A table as the people it names: read whole before anything is written, so that a table which cannot be read
//! changes nothing.

use std::collections::HashMap;

use voiceassist_contract::accounts::Role;
use voiceassist_contract::accounts::import::MOST_ROWS;
use voiceassist_contract::email::{comparison_key, parse_email};
use voiceassist_contract::name::parse_full_name;
use voiceassist_contract::problem::FieldError;
use voiceassist_contract::rule::Violation;

use crate::http::csv::table::{Fault, Row, Rows};
use crate::problem::{Answer, ApiError, field_error};
use crate::users::import::columns::{Columns, NAMES};

const EMPTY: Violation = Violation::new("required", "The table is empty.");
const REQUIRED: Violation = Violation::new("required", "This is needed.");
const NOT_A_CHOICE: Violation = Violation::new("not_a_choice", "This is none of the possible values.");
const SAME_ADDRESS: Violation = Violation::new("duplicate", "A row before this one has the same address.");
const TOO_MANY_CELLS: Violation =
    Violation::new("too_many_cells", "This row has more cells than the first. Is a quotation mark missing?");

/// A table, read.
pub(super) struct People {
    /// The rows with anything in them.
    pub(super) rows: Vec<Named>,
    /// Columns whose names mean nothing.
    pub(super) ignored_columns: usize,
}

/// What a row says.
pub(super) struct Named {
    /// The row as a spreadsheet counts it.
    pub(super) row: u32,
    /// The person, or what is wrong with the row.
    pub(super) person: Result<NamedPerson, Vec<FieldError>>,
}

/// The person whom a row names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NamedPerson {
    pub(super) email: String,
    pub(super) email_key: String,
    pub(super) full_name: String,
    pub(super) role: Option<Role>,
    pub(super) is_active: Option<bool>,
}

/// Reads the table.
///
/// # Errors
/// `invalid_input` with the row and the column of what cannot be read. What is wrong with one person alone is
/// kept with the row.
pub(super) fn read_people(bytes: &[u8]) -> Answer<People> {
    let mut rows = Rows::of(bytes);
    let Some(header) = rows.next() else { return Err(ApiError::invalid_field("body", &EMPTY)) };
    let header = header.map_err(|fault| unreadable(&fault, Columns::default()))?;
    let columns = Columns::find(&header.cells).map_err(ApiError::invalid)?;
    let mut people = People { rows: Vec::new(), ignored_columns: columns.ignored };
    let mut known = HashMap::new();
    for row in rows {
        let row = row.map_err(|fault| unreadable(&fault, columns))?;
        if people.rows.len() == MOST_ROWS {
            let message = "A table has at most 10,000 rows. Import it in parts.";
            let fault = Fault { row: row.number, column: None, code: "too_many_rows", message };
            return Err(unreadable(&fault, columns));
        }
        let mut person = read_person(&row, columns);
        if let Ok(named) = &person
            && known.insert(named.email_key.clone(), row.number).is_some()
        {
            person = Err(vec![field_error(NAMES[0], &SAME_ADDRESS)]);
        }
        people.rows.push(Named { row: row.number, person });
    }
    Ok(people)
}

/// The problem with a table that cannot be read; the field is `rows.17` or `rows.17.email`.
fn unreadable(fault: &Fault, columns: Columns) -> ApiError {
    let field = match fault.column {
        Some(place) => format!("rows.{}.{}", fault.row, columns.name_at(place)),
        None => format!("rows.{}", fault.row),
    };
    ApiError::invalid_field(&field, &Violation::new(fault.code, fault.message))
}

fn read_person(row: &Row, columns: Columns) -> Result<NamedPerson, Vec<FieldError>> {
    if row.cells.iter().skip(columns.count).any(|cell| !cell.is_empty()) {
        return Err(vec![field_error("row", &TOO_MANY_CELLS)]);
    }
    let mut errors = Vec::new();
    let mut cells = Cells { row, columns, errors: &mut errors };
    let email = cells.required(0, parse_email);
    let full_name = cells.required(1, parse_full_name);
    let role = cells.optional(2, parse_role);
    let is_active = cells.optional(3, parse_activity);
    match (email, full_name) {
        (Some(email), Some(full_name)) if errors.is_empty() => {
            Ok(NamedPerson { email_key: comparison_key(&email), email, full_name, role, is_active })
        }
        _ => Err(errors),
    }
}

struct Cells<'a> {
    row: &'a Row,
    columns: Columns,
    errors: &'a mut Vec<FieldError>,
}

impl Cells<'_> {
    fn required<T>(&mut self, number: usize, parse: fn(&str) -> Result<T, Violation>) -> Option<T> {
        if self.columns.cell(number, &self.row.cells).is_none() {
            self.errors.push(field_error(NAMES[number], &REQUIRED));
        }
        self.optional(number, parse)
    }

    fn optional<T>(&mut self, number: usize, parse: fn(&str) -> Result<T, Violation>) -> Option<T> {
        let parsed = parse(self.columns.cell(number, &self.row.cells)?);
        parsed.map_err(|violation| self.errors.push(field_error(NAMES[number], &violation))).ok()
    }
}

fn parse_role(word: &str) -> Result<Role, Violation> {
    match word.to_lowercase().as_str() {
        "user" => Ok(Role::User),
        "admin" => Ok(Role::Admin),
        _ => Err(NOT_A_CHOICE),
    }
}

fn parse_activity(word: &str) -> Result<bool, Violation> {
    // Spreadsheets write truth in capitals.
    match word.to_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err(NOT_A_CHOICE),
    }
}
