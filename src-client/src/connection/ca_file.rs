//! A clinic's own certificate authorities, read from a PEM file.

use std::io::Read;
use std::path::Path;

use reqwest::Certificate;
use voiceassist_contract::problem::FieldError;

/// More than any bundle of authorities needs; keeps a wrongly chosen file from filling the memory.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// The certificates in the file.
pub(crate) fn read_ca_file(path: &Path) -> Result<Vec<Certificate>, FieldError> {
    let mut pem = Vec::new();
    let file = std::fs::File::open(path)
        .map_err(|_| ca_file_error("unreadable", "The certificate file cannot be read."))?;
    file.take(MOST_BYTES)
        .read_to_end(&mut pem)
        .map_err(|_| ca_file_error("unreadable", "The certificate file cannot be read."))?;
    match Certificate::from_pem_bundle(&pem) {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(ca_file_error("no_certificate", "The file holds no certificate in PEM form.")),
    }
}

/// A refusal of the field `ca_file`.
pub(crate) fn ca_file_error(code: &str, message: &str) -> FieldError {
    FieldError { field: "ca_file".into(), code: code.into(), message: message.into() }
}
