//! Which rows of a long table stand in view: the arithmetic of virtual scrolling.

use std::ops::Range;

/// Rows rendered above and below what is in view, so that a turn of the wheel shows no gap.
const OVERSCAN: usize = 8;

/// The rows to render.
pub(crate) fn rows_in_view(scroll_top: f64, view_height: f64, row_height: f64, total: usize) -> Range<usize> {
    let first = (scroll_top.max(0.0) / row_height).floor() as usize;
    let count = (view_height.max(0.0) / row_height).ceil() as usize + 1;
    let start = first.saturating_sub(OVERSCAN).min(total);
    start..(first + count + OVERSCAN).clamp(start, total)
}

/// Where to scroll so that a row is in view with as little movement as possible; `None` if it is.
pub(crate) fn scroll_to_show(row: usize, scroll_top: f64, view_height: f64, row_height: f64) -> Option<f64> {
    let top = row as f64 * row_height;
    if top < scroll_top {
        Some(top)
    } else if top + row_height > scroll_top + view_height {
        Some(top + row_height - view_height)
    } else {
        None
    }
}

/// Where a key takes the focus within `total` rows; `None` if the key is not about that.
pub(crate) fn row_after_key(key: &str, row: usize, rows_per_page: usize, total: usize) -> Option<usize> {
    let last = total.checked_sub(1)?;
    let next = match key {
        "ArrowDown" => row + 1,
        "ArrowUp" => row.saturating_sub(1),
        "PageDown" => row + rows_per_page.max(1),
        "PageUp" => row.saturating_sub(rows_per_page.max(1)),
        "Home" => 0,
        "End" => last,
        _ => return None,
    };
    Some(next.min(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_in_view_and_a_little_around_it_is_rendered() {
        assert_eq!(rows_in_view(0.0, 440.0, 44.0, 100_000), 0..19);
        assert_eq!(rows_in_view(44_000.0, 440.0, 44.0, 100_000), 992..1019);
    }

    #[test]
    fn a_view_past_the_end_renders_nothing_that_is_not_there() {
        assert_eq!(rows_in_view(1e9, 440.0, 44.0, 5), 5..5);
        assert_eq!(rows_in_view(0.0, 440.0, 44.0, 0), 0..0);
        assert_eq!(rows_in_view(-30.0, 440.0, 44.0, 3), 0..3);
    }

    #[test]
    fn scrolling_moves_no_further_than_needed() {
        assert_eq!(scroll_to_show(3, 0.0, 440.0, 44.0), None);
        assert_eq!(scroll_to_show(10, 0.0, 440.0, 44.0), Some(44.0));
        assert_eq!(scroll_to_show(1, 440.0, 440.0, 44.0), Some(44.0));
    }

    #[test]
    fn keys_move_the_focus_and_stop_at_the_ends() {
        assert_eq!(row_after_key("ArrowDown", 0, 10, 3), Some(1));
        assert_eq!(row_after_key("ArrowDown", 2, 10, 3), Some(2));
        assert_eq!(row_after_key("ArrowUp", 0, 10, 3), Some(0));
        assert_eq!(row_after_key("PageDown", 5, 10, 4812), Some(15));
        assert_eq!(row_after_key("PageUp", 5, 10, 4812), Some(0));
        assert_eq!(row_after_key("End", 5, 10, 4812), Some(4811));
        assert_eq!(row_after_key("Home", 5, 10, 4812), Some(0));
        assert_eq!(row_after_key("ArrowDown", 0, 10, 0), None);
        assert_eq!(row_after_key("a", 0, 10, 3), None);
    }
}
