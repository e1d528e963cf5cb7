//! Reading a table that somebody made with a spreadsheet: row by row, with a bound on everything, and with the
//! row and the column of whatever cannot be read.
//!
//! Commas, semicolons and tabs separate cells, whichever the first row uses. A mark of the byte order is
//! skipped, and so are rows with nothing in them, which are counted all the same.

use ::csv::{ByteRecord, Reader, ReaderBuilder};

use super::restore;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The most columns of a table.
pub const MOST_COLUMNS: usize = 50;

/// The longest cell.
const MOST_CELL_BYTES: usize = 4 * 1024;

/// Why a table cannot be read, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The row as a spreadsheet counts it: the first is 1.
    pub row: u32,
    /// The column, the first is 0; none if the row as a whole is at fault.
    pub column: Option<usize>,
    /// What is wrong, in a word.
    pub code: &'static str,
    /// The same as a sentence.
    pub message: &'static str,
}

/// A row with something in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The row as a spreadsheet counts it: the first is 1.
    pub number: u32,
    /// Its cells, without the space around them and as they were before a spreadsheet was kept from running
    /// them.
    pub cells: Vec<String>,
}

/// A table that is read row by row.
pub struct Rows<'a> {
    bytes: &'a [u8],
    reader: Reader<&'a [u8]>,
    record: ByteRecord,
    /// The number of the row read last.
    number: u32,
}

impl<'a> Rows<'a> {
    /// The rows of the table in these bytes.
    pub fn of(bytes: &'a [u8]) -> Self {
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(find_separator(bytes))
            .from_reader(bytes);
        Self { bytes, reader, record: ByteRecord::new(), number: 0 }
    }

    fn read(&mut self) -> Option<Result<Row, Fault>> {
        loop {
            let start = self.offset();
            match self.reader.read_byte_record(&mut self.record) {
                Ok(true) => {}
                Ok(false) => return None,
                // Nothing else fails on bytes in memory; said all the same, so that nothing is taken for the end.
                Err(_) => return Some(Err(self.fault(None, "unreadable", "This row cannot be read."))),
            }
            let raw = &self.bytes[start..self.offset()];
            self.number += 1 + count_blank_lines(raw, start > 0 && self.bytes[start - 1] == b'\r');
            if raw.iter().filter(|byte| **byte == b'"').count() % 2 != 0 {
                let message = "A quotation mark in this row has no counterpart.";
                return Some(Err(self.fault(None, "unbalanced_quotes", message)));
            }
            match self.read_cells() {
                Ok(cells) if cells.iter().all(String::is_empty) => {}
                Ok(cells) => return Some(Ok(Row { number: self.number, cells })),
                Err(fault) => return Some(Err(fault)),
            }
        }
    }

    fn read_cells(&self) -> Result<Vec<String>, Fault> {
        if self.record.len() > MOST_COLUMNS {
            return Err(self.fault(None, "too_many_columns", "A table has at most 50 columns."));
        }
        let read_cell = |(column, cell): (usize, &[u8])| {
            if cell.len() > MOST_CELL_BYTES {
                let message = "A cell has at most 4,096 characters.";
                return Err(self.fault(Some(column), "too_long", message));
            }
            let text = std::str::from_utf8(cell).map_err(|_| {
                self.fault(Some(column), "not_utf8", "Save the table as UTF-8; this cell is not.")
            })?;
            Ok(restore(text.trim()).trim().to_owned())
        };
        self.record.iter().enumerate().map(read_cell).collect()
    }

    fn fault(&self, column: Option<usize>, code: &'static str, message: &'static str) -> Fault {
        Fault { row: self.number.max(1), column, code, message }
    }

    fn offset(&self) -> usize {
        // The bytes are in memory, so their places fit.
        usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX).min(self.bytes.len())
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read()
    }
}

/// The separator that the first row uses outside of quotation marks; a comma if it has one cell.
fn find_separator(bytes: &[u8]) -> u8 {
    let mut is_quoted = false;
    for byte in bytes {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b',' | b';' | b'\t' if !is_quoted => return *byte,
            b'\r' | b'\n' if !is_quoted => break,
            _ => {}
        }
    }
    b','
}

/// Ends of lines before the row itself, which the reader skips. The second half of the end before is none.
fn count_blank_lines(raw: &[u8], is_after_carriage_return: bool) -> u32 {
    let mut rest = match raw {
        [b'\n', rest @ ..] if is_after_carriage_return => rest,
        raw => raw,
    };
    let mut count = 0;
    loop {
        rest = match rest {
            [b'\r', b'\n', rest @ ..] | [b'\r' | b'\n', rest @ ..] => rest,
            _ => return count,
        };
        count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::super::push_row;
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<(u32, Vec<String>)> {
        Rows::of(text.as_bytes()).map(|row| row.expect("a row")).map(|row| (row.number, row.cells)).collect()
    }

    fn fault(bytes: &[u8]) -> (u32, Option<usize>, &'static str) {
        let fault = Rows::of(bytes).find_map(Result::err).expect("a fault");
        (fault.row, fault.column, fault.code)
    }

    fn row(number: u32, cells: &[&str]) -> (u32, Vec<String>) {
        (number, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn every_separator_and_a_byte_order_mark_are_understood() {
        let expected = [row(1, &["email", "name"]), row(2, &["a@b.example", "Ruiz; Ana, \"RN\""])];
        for separator in [",", ";", "\t"] {
            for (before, end) in [("", "\n"), ("\u{feff}", "\r\n"), ("", "\r")] {
                let text = format!(
                    "{before}\"email\"{separator}name{end}a@b.example{separator}\"Ruiz; Ana, \"\"RN\"\"\"{end}"
                );
                assert_eq!(read(&text), expected, "{text:?}");
            }
        }
    }

    #[test]
    fn rows_are_counted_as_a_spreadsheet_counts_them_and_blank_ones_are_left_out() {
        for end in ["\n", "\r\n"] {
            let text = ["email,name", "", "a,1", ", ,", "", "", "\"b\",2", "c,3"].join(end);
            let expected =
                [row(1, &["email", "name"]), row(3, &["a", "1"]), row(7, &["b", "2"]), row(8, &["c", "3"])];
            assert_eq!(read(&text), expected);
        }
        assert_eq!(read(""), []);
        assert_eq!(read("\n\n \n"), []);
    }

    #[test]
    fn whatever_cannot_be_read_is_named_with_its_row_and_column() {
        assert_eq!(fault(b"a,b\n1,\"2\n3,4\n"), (2, None, "unbalanced_quotes"));
        assert_eq!(fault(b"a,b\n\"1\",\"2\n\"3\",\"4\"\n"), (2, None, "unbalanced_quotes"));
        assert_eq!(fault(b"a,b\n1,6\" pipe\n"), (2, None, "unbalanced_quotes"));
        assert_eq!(fault(b"a,b\n1,2\n\n3,\xff\n"), (4, Some(1), "not_utf8"));
        assert_eq!(fault(b"\xff\xfea\x00,\x00b\x00"), (1, Some(0), "not_utf8"));
        assert_eq!(fault(format!("a,b\n1,{}", "x".repeat(1 << 20)).as_bytes()), (2, Some(1), "too_long"));
        assert_eq!(fault(",".repeat(1 << 20).as_bytes()), (1, None, "too_many_columns"));
    }

    #[test]
    fn what_a_spreadsheet_was_kept_from_running_is_what_it_was() {
        assert_eq!(read("'=1+1, '@a ,'tis"), [row(1, &["=1+1", "@a", "'tis"])]);
    }

    proptest! {
        #[test]
        fn whatever_was_written_is_read_back(rows in proptest::collection::vec(
            proptest::collection::vec("[a-z'=+\",;\n é-]{0,8}[a-z]", 1..5), 1..6,
        )) {
            let mut text = String::new();
            rows.iter().for_each(|row| push_row(&mut text, row.iter().map(String::as_str)));
            let cells: Vec<Vec<String>> = read(&text).into_iter().map(|(_, cells)| cells).collect();
            let written: Vec<Vec<String>> =
                rows.iter().map(|row| row.iter().map(|cell| restore(cell.trim()).trim().to_owned()).collect()).collect();
            prop_assert_eq!(cells.len(), written.len());
        }

        #[test]
        fn no_bytes_make_it_panic_or_go_on_for_ever(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(Rows::of(&bytes).take(1_000).count() <= 301);
        }
    }
}
