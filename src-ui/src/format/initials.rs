//! The one or two letters that stand for a person beside the name.

/// The first letters of the first and the last word; of a single word its first letter.
pub(crate) fn initials(full_name: &str) -> String {
    let mut words =
        full_name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    let last = words.next_back();
    [first, last].into_iter().flatten().flat_map(char::to_uppercase).take(2).collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn the_first_and_last_word_count_whatever_the_script() {
        for (name, expected) in [
            ("Ana Ruiz", "AR"),
            ("Grace Brewster Hopper", "GH"),
            ("mehmet öz", "MÖ"),
            ("李 小龙", "李小"),
            ("Cher", "C"),
            ("  ", ""),
            ("(Dr.) Yusuf Demir", "DD"),
        ] {
            assert_eq!(initials(name), expected, "{name:?}");
        }
    }
}
