//! What a rule says when a value breaks it.

/// Why a value was refused: a stable code to branch on, and a sentence for a person.
///
/// The sentence never repeats the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// A stable word such as `too_long`.
    pub code: &'static str,
    /// A sentence that says what to do.
    pub message: &'static str,
}

impl Violation {
    /// A violation with this code and sentence.
    pub const fn new(code: &'static str, message: &'static str) -> Self {
        Self { code, message }
    }
}
