//! What the program says when it could not do what it was told.

/// The error with its causes. One that repeats what was said before it, as errors of libraries do which hold
/// another, is not said again.
pub fn explain(error: &anyhow::Error) -> String {
    error.chain().fold(String::new(), |mut said, cause| {
        let words = cause.to_string();
        if said.is_empty() {
            return words;
        }
        if !said.contains(&words) {
            // A sentence that goes on has not ended.
            said.truncate(said.trim_end_matches('.').len());
            said.push_str(": ");
            said.push_str(&words);
        }
        said
    })
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn every_cause_is_said_once() {
        let refused = || anyhow::anyhow!("no such database").context("the server says: no such database");
        let error = Err::<(), _>(refused()).context("cannot begin").expect_err("it is an error");
        assert_eq!(explain(&error), "cannot begin: the server says: no such database");
        let two = anyhow::anyhow!("the disk is full").context("cannot write");
        assert_eq!(explain(&two), "cannot write: the disk is full");
        let sentence = anyhow::anyhow!("It is full.").context("The disk cannot be written to.");
        assert_eq!(explain(&sentence), "The disk cannot be written to: It is full.");
    }
}
