//! How values stand one after the other: a text after its length in bytes and a colon, everything else before a
//! comma. Whatever a text says, nothing of it can be taken for something else.

/// An account that can sign in.
pub(super) const ACTIVE: i64 = 1;
/// An account whose password must be changed first.
pub(super) const MUST_CHANGE_PASSWORD: i64 = 2;
/// An account with two-step sign-in.
pub(super) const MFA_ENABLED: i64 = 4;

/// Takes one value after the other; nothing where the text is not made that way.
#[derive(Debug)]
pub(super) struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    /// From the beginning of the text.
    pub(super) fn new(text: &'t str) -> Self {
        Self { rest: text }
    }

    /// The next value, which is a text.
    pub(super) fn text(&mut self) -> Option<&'t str> {
        let length = self.up_to(b':')?.parse().ok()?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(text)
    }

    /// The next value, which is none; it may be empty.
    pub(super) fn value(&mut self) -> Option<&'t str> {
        self.up_to(b',')
    }

    /// What stands before the next such byte. It is near: looking at one after the other finds it sooner than the
    /// ways that are meant for long texts.
    fn up_to(&mut self, end: u8) -> Option<&'t str> {
        let place = self.rest.bytes().position(|byte| byte == end)?;
        let (value, rest) = self.rest.split_at_checked(place)?;
        self.rest = rest.get(1..)?;
        Some(value)
    }

    /// The next value, which is a number.
    pub(super) fn number(&mut self) -> Option<i64> {
        self.value()?.parse().ok()
    }

    /// The digits of the next value, which is a number from 0 on.
    pub(super) fn digits(&mut self) -> Option<&'t str> {
        let value = self.value()?;
        let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_may_say_anything_and_the_next_value_is_where_it_ends() {
        let mut reader = Reader::new("8:1:a,é\n\u{7}7,,12,0:");
        assert_eq!((reader.text(), reader.number()), (Some("1:a,é\n\u{7}"), Some(7)));
        assert_eq!((reader.value(), reader.digits(), reader.text()), (Some(""), Some("12"), Some("")));
        assert_eq!(reader.value(), None);
    }

    #[test]
    fn what_is_made_otherwise_is_nothing_and_no_panic() {
        for text in ["", "5:abc", "x:abc", "-1:a", "1:é", "99999999999999999999:a", "3"] {
            assert_eq!(Reader::new(text).text(), None, "{text}");
        }
        for text in ["", "12", "a,", "1.5,"] {
            assert_eq!(Reader::new(text).number(), None, "{text}");
            assert_eq!(Reader::new(text).digits(), None, "{text}");
        }
        assert_eq!(Reader::new("-1,").digits(), None);
    }
}
