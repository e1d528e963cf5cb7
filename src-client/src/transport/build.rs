//! Sets up the HTTP library: trust, proxies, time limits, and nothing followed by itself.

use reqwest::redirect::Policy;

use crate::connection::{ca_file_error, read_ca_file};
use crate::{Connection, Error, Timeouts};

/// An HTTP client for this connection; a pooled one keeps connections for the next request.
pub(super) fn build_http_client(
    connection: &Connection,
    timeouts: &Timeouts,
    is_pooled: bool,
) -> Result<reqwest::Client, Error> {
    crate::install_crypto_provider();
    let mut builder = reqwest::Client::builder()
        .user_agent(user_agent())
        .redirect(Policy::none())
        .referer(false)
        .connect_timeout(timeouts.connect)
        .timeout(timeouts.request)
        // The library's own tries again do not know which of our requests may be sent twice.
        .retry(reqwest::retry::never());
    if !is_pooled {
        builder = builder.pool_max_idle_per_host(0);
    }
    if connection.is_loopback() {
        // A proxy elsewhere would look for the server on its own computer.
        builder = builder.no_proxy();
        if !connection.is_encrypted() {
            // No certificate is ever looked at, so a computer without any authorities is no hindrance.
            builder = builder.tls_certs_only([]);
        }
    }
    let Some(path) = &connection.ca_file else {
        return builder.build().map_err(|_| Error::Internal("the HTTP library could not be set up"));
    };
    let authorities = read_ca_file(path).map_err(|field| Error::InvalidInput { fields: vec![field] })?;
    if connection.is_encrypted() {
        builder = builder.tls_certs_merge(authorities);
    }
    builder.build().map_err(|_| Error::InvalidInput {
        fields: vec![ca_file_error("no_certificate", "The file holds a certificate that cannot be used.")],
    })
}

/// What sessions are listed under on the server.
fn user_agent() -> String {
    format!("VoiceAssist-Admin/{} ({})", env!("CARGO_PKG_VERSION"), std::env::consts::OS)
}
