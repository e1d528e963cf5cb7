//! SHA-256 in hexadecimal digits.

use sha2::{Digest, Sha256};

/// The digest of `content`.
pub(crate) fn sha256(content: &[u8]) -> String {
    to_digits(&Sha256::digest(content))
}

/// Two digits for each byte.
pub(crate) fn to_digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_that_of_the_standard_s_example() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
