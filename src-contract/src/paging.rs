//! What every list that comes in pages has in common.

/// The rows of a page if nothing is said.
pub const DEFAULT_LIMIT: u16 = 50;

/// The most rows of a page.
pub const MOST_LIMIT: u16 = 200;

/// The longest cursor that is looked at, in bytes. It may hold a name or an address of any length.
pub const MOST_CURSOR_BYTES: usize = 8 * 1024;
