//! How values are shown: pure functions, so that every case can be tested without a window.

pub(crate) mod capabilities;
pub(crate) mod devices;
pub(crate) mod initials;
pub(crate) mod numbers;
pub(crate) mod sentences;
pub(crate) mod times;
pub(crate) mod words;
