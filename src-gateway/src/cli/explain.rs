//! What the program says when it could not do what it was told.

/// The error with its causes. One that repeats what was said before it, as errors of libraries do which hold
/// another, is not said again.
pub fn explain(error: &anyhow::Error) -> String {
    error.chain().fold(String::new(), |mut said, cause| {
        let words = cause.to_string();
        if !said.contains(&words) {
            said.push_str(if said.is_empty() { "" } else { ": " });
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
    }
}
