//! The process-wide choice of cryptography for TLS.

/// Makes aws-lc-rs the provider of this process, unless one is chosen already.
///
/// Call it first thing in `main`: two crates that each install their own make the first TLS
/// connection panic.
pub fn install_crypto_provider() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Losing a race against another thread that installs the same one is no failure.
        let _already_installed = rustls::crypto::aws_lc_rs::default_provider().install_default();
    }
}
