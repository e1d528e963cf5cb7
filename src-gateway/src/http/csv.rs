//! Tables as CSV (RFC 4180) that a spreadsheet opens without running anything that stands in them.

use std::borrow::Cow;

pub mod table;

/// The type of a table whose first row names its columns.
pub const CONTENT_TYPE: &str = "text/csv; charset=utf-8; header=present";

/// What a spreadsheet takes for the beginning of a formula; the wide forms count where they are typed.
const FORMULA_BEGINNINGS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Characters after which some spreadsheets still see the beginning of a cell.
const SKIPPED: [char; 7] = [' ', '\t', '\r', '\n', '\u{a0}', '\u{3000}', '\u{feff}'];

/// The cell with an apostrophe before it if a spreadsheet would run it. [`restore`] is the way back.
pub fn defuse(cell: &str) -> Cow<'_, str> {
    if is_dangerous(cell.trim_start_matches('\'')) { format!("'{cell}").into() } else { cell.into() }
}

/// The cell as it was before [`defuse`].
pub fn restore(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_dangerous(rest.trim_start_matches('\'')) => rest,
        _ => cell,
    }
}

fn is_dangerous(cell: &str) -> bool {
    // A tab or a line's end splits the cell in some spreadsheets, so it counts by itself.
    cell.starts_with(['\t', '\r', '\n']) || cell.trim_start_matches(SKIPPED).starts_with(FORMULA_BEGINNINGS)
}

/// Adds a row, every cell defused and in quotes: a spreadsheet that splits at semicolons then leaves what
/// is in a cell alone.
pub fn push_row<'a>(text: &mut String, cells: impl IntoIterator<Item = &'a str>) {
    for (number, cell) in cells.into_iter().enumerate() {
        text.push_str(if number == 0 { "\"" } else { ",\"" });
        text.push_str(&defuse(cell).replace('"', "\"\""));
        text.push('"');
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read_back(text: &str) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let rows = reader.records().map(|row| row.expect("a row"));
        rows.map(|row| row.iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        for formula in ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "'=1", "''@a"]
        {
            assert_eq!(defuse(formula), format!("'{formula}"));
        }
        for harmless in ["", "Ana Ruiz", "O'Brien", "'tis", "a=b", "1-2", "{\"a\": -1}", "Zoë"] {
            assert_eq!(defuse(harmless), harmless);
        }
    }

    #[test]
    fn every_cell_is_in_quotes_and_every_row_ends_as_rfc_4180_says() {
        let mut text = String::new();
        push_row(&mut text, ["a;=b", "say \"hi\"", "=1"]);
        assert_eq!(text, "\"a;=b\",\"say \"\"hi\"\"\",\"'=1\"\r\n");
    }

    proptest! {
        #[test]
        fn whatever_was_written_is_read_back(cells in proptest::collection::vec("['=+a\t\r\n\",; é-]{0,8}", 1..5)) {
            let mut text = String::new();
            push_row(&mut text, cells.iter().map(String::as_str));
            let rows = read_back(&text);
            prop_assert_eq!(rows.len(), 1);
            let restored: Vec<&str> = rows[0].iter().map(|cell| restore(cell)).collect();
            prop_assert_eq!(restored, cells);
        }
    }
}
