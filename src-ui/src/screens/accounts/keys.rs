//! The keyboard in the table: arrows, pages and ends move, Enter opens.

use leptos::ev::KeyboardEvent;

use crate::state::rows::{row_after_key, scroll_to_show};

/// What a key asks the table for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Wish {
    /// To be on this row, and perhaps to scroll there.
    Focus {
        /// The row.
        row: usize,
        /// Where to scroll to, if the row is not in view.
        scroll_top: Option<f64>,
    },
    /// To open the row that it is on.
    Open,
}

/// The table as it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Position {
    /// The row that the keyboard is on.
    pub(super) row: usize,
    /// How many rows there are.
    pub(super) total: usize,
    /// How far it is scrolled.
    pub(super) scroll_top: f64,
    /// How much of it is in view.
    pub(super) view_height: f64,
    /// How high a row is.
    pub(super) row_height: f64,
}

/// What this key asks for, if anything.
pub(super) fn wish(event: &KeyboardEvent, at: Position) -> Option<Wish> {
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return None;
    }
    wish_for_key(&event.key(), at)
}

fn wish_for_key(key: &str, at: Position) -> Option<Wish> {
    if key == "Enter" && at.row < at.total {
        return Some(Wish::Open);
    }
    let rows_per_page = (at.view_height / at.row_height).floor() as usize;
    let row = row_after_key(key, at.row, rows_per_page.saturating_sub(1), at.total)?;
    Some(Wish::Focus { row, scroll_top: scroll_to_show(row, at.scroll_top, at.view_height, at.row_height) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Position =
        Position { row: 9, total: 4_812, scroll_top: 0.0, view_height: 440.0, row_height: 44.0 };

    #[test]
    fn moving_past_the_last_row_in_view_scrolls_by_one() {
        assert_eq!(wish_for_key("ArrowDown", AT), Some(Wish::Focus { row: 10, scroll_top: Some(44.0) }));
        assert_eq!(wish_for_key("ArrowUp", AT), Some(Wish::Focus { row: 8, scroll_top: None }));
    }

    #[test]
    fn a_page_leaves_one_row_in_common_and_enter_opens() {
        assert!(matches!(wish_for_key("PageDown", AT), Some(Wish::Focus { row: 18, .. })));
        assert_eq!(wish_for_key("Enter", AT), Some(Wish::Open));
        assert_eq!(wish_for_key("Enter", Position { total: 0, row: 0, ..AT }), None);
        assert_eq!(wish_for_key("x", AT), None);
    }
}
