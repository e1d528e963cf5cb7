//! Whether the gateway encrypts by itself, and where it may do without.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::{Environment, Reader, Settings};

/// Where the certificate and its key are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, followed by those that lead to its authority, in PEM form.
    pub certificate: PathBuf,
    /// Its private key in PEM form.
    pub key: PathBuf,
}

/// How connections to the API are protected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transport {
    /// By the gateway itself.
    Tls(TlsFiles),
    /// By somebody else, or not at all.
    Plain {
        /// Whether the administrator has said that this is meant.
        is_allowed: bool,
    },
}

impl Transport {
    /// What addresses begin with.
    pub fn scheme(&self) -> &'static str {
        match self {
            Self::Tls(_) => "https",
            Self::Plain { .. } => "http",
        }
    }

    /// What there is to say of it.
    pub(super) fn describe(&self) -> Option<String> {
        match self {
            Self::Tls(files) => Some(format!("by the gateway, {}", files.certificate.display())),
            Self::Plain { is_allowed: true } => Some("not by the gateway, as PLAIN_HTTP says".to_owned()),
            Self::Plain { is_allowed: false } => None,
        }
    }
}

impl Reader<'_> {
    pub(super) fn transport(&mut self) -> Transport {
        let is_allowed = match self.variables.text("PLAIN_HTTP") {
            None => false,
            Some("allow") => true,
            Some(_) => {
                self.complain("PLAIN_HTTP can only be allow.".to_owned());
                false
            }
        };
        let path = |name: &str| self.variables.text(name).map(PathBuf::from);
        match (path("TLS_CERTIFICATE_FILE"), path("TLS_PRIVATE_KEY_FILE")) {
            (Some(certificate), Some(key)) => {
                if is_allowed {
                    self.complain(
                        "PLAIN_HTTP is set, but the gateway encrypts. Remove one of the two.".to_owned(),
                    );
                }
                Transport::Tls(TlsFiles { certificate, key })
            }
            (None, None) => Transport::Plain { is_allowed },
            _ => {
                self.complain(
                    "Set TLS_CERTIFICATE_FILE and TLS_PRIVATE_KEY_FILE together or not at all.".to_owned(),
                );
                Transport::Plain { is_allowed }
            }
        }
    }
}

/// Refuses to send passwords in the clear through a network, unless somebody has said that they are not in the
/// clear, or that it is meant.
///
/// # Errors
/// A sentence that says what to do.
pub fn require_encryption(settings: &Settings, listen: SocketAddr) -> Result<(), String> {
    let is_safe = match settings.transport {
        Transport::Tls(_) => true,
        Transport::Plain { is_allowed } => {
            is_allowed
                || settings.environment == Environment::Development
                || listen.ip().to_canonical().is_loopback()
                || !settings.proxies.networks.is_empty()
        }
    };
    if is_safe {
        return Ok(());
    }
    Err(format!(
        "On {listen} passwords would travel in the clear. Set TLS_CERTIFICATE_FILE and TLS_PRIVATE_KEY_FILE; or list \
         in TRUSTED_PROXIES the proxy that encrypts; or set PLAIN_HTTP=allow if the network itself is protected."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::variables::Variables;

    const PAIR: [(&str, &str); 2] =
        [("TLS_CERTIFICATE_FILE", "/etc/certificate.pem"), ("TLS_PRIVATE_KEY_FILE", "/etc/key.pem")];

    fn read(variables: &[(&str, &str)]) -> Result<Settings, String> {
        Settings::read(Some("data".into()), &Variables::of(variables)).map_err(|error| error.to_string())
    }

    fn require(listen: &str, more: &[(&str, &str)]) -> Result<(), String> {
        let variables: Vec<_> = [("ENVIRONMENT", "production")].iter().chain(more).copied().collect();
        require_encryption(&read(&variables)?, listen.parse().expect("an address"))
    }

    #[test]
    fn certificate_and_key_come_together() {
        assert_eq!(read(&[]).expect("sound").transport, Transport::Plain { is_allowed: false });
        let settings = read(&PAIR).expect("sound");
        assert_eq!(settings.transport.scheme(), "https");
        assert!(settings.to_string().contains("/etc/certificate.pem"), "{settings}");
        assert!(read(&PAIR[..1]).expect_err("half").contains("together"));
        assert!(read(&PAIR[1..]).expect_err("half").contains("together"));
        assert!(read(&[("TLS_CERTIFICATE", "x")]).expect_err("misspelt").contains("not a setting"));
    }

    #[test]
    fn production_speaks_plain_http_beyond_loopback_only_if_told_so() {
        let sentence = require("0.0.0.0:8000", &[]).expect_err("in the clear");
        for way in ["TLS_CERTIFICATE_FILE", "TRUSTED_PROXIES", "PLAIN_HTTP=allow"] {
            assert!(sentence.contains(way), "{sentence}");
        }
        assert!(require("192.0.2.1:8000", &[]).is_err());
        for loopback in ["127.0.0.1:8000", "[::1]:8000", "[::ffff:127.0.0.1]:8000"] {
            assert_eq!(require(loopback, &[]), Ok(()));
        }
        assert_eq!(require("0.0.0.0:8000", &[("PLAIN_HTTP", "allow")]), Ok(()));
        assert_eq!(require("0.0.0.0:8000", &[("TRUSTED_PROXIES", "10.0.0.7")]), Ok(()));
        assert_eq!(require("0.0.0.0:8000", &PAIR), Ok(()));
        let development = read(&[]).expect("sound");
        assert_eq!(require_encryption(&development, "0.0.0.0:8000".parse().expect("an address")), Ok(()));
    }

    #[test]
    fn a_permission_that_contradicts_or_is_misspelt_is_refused() {
        assert!(read(&[("PLAIN_HTTP", "yes")]).expect_err("refused").contains("PLAIN_HTTP"));
        let both: Vec<_> = PAIR.into_iter().chain([("PLAIN_HTTP", "allow")]).collect();
        assert!(read(&both).expect_err("refused").contains("the gateway encrypts"));
    }
}
