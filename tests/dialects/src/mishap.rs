//! What may go wrong with a request, once.

/// Something other than the usual answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// The recorded answer of that name instead; nothing is done.
    Recorded(&'static str),
    /// An internal error; nothing is done.
    Fail,
    /// An internal error after it was done.
    FailAfterDoing,
    /// It is done, and the connection is reset before the answer.
    ResetAfterDoing,
    /// The connection is reset; nothing is done.
    Reset,
    /// The usual answer, so much later.
    Late(std::time::Duration),
}
