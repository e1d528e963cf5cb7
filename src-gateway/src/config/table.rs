//! Every setting there is, with what it does and what holds without it. Names are judged, help is printed and the
//! documents are checked by this table alone, so that a setting cannot exist in one of them only.

use std::fmt::Write;

/// A setting: an environment variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The variable.
    pub name: &'static str,
    /// Whether `NAME_FILE` may name a file that holds the value instead.
    pub has_file: bool,
    /// What it does, in a sentence.
    pub does: &'static str,
    /// What holds without it, in words.
    pub usual: &'static str,
}

const fn plain(name: &'static str, does: &'static str, usual: &'static str) -> Setting {
    Setting { name, has_file: false, does, usual }
}

const fn secret(name: &'static str, does: &'static str, usual: &'static str) -> Setting {
    Setting { name, has_file: true, does, usual }
}

/// All settings, in the order in which somebody who sets up a gateway meets them.
pub const SETTINGS: &[Setting] = &[
    plain("ENVIRONMENT", "development, or production, which makes no secret by itself.", "development"),
    plain("LISTEN_ADDRESS", "The address and the port to listen on.", "127.0.0.1:8000"),
    plain("TLS_CERTIFICATE_FILE", "The certificate with which the gateway encrypts, in PEM form.", "none"),
    plain("TLS_PRIVATE_KEY_FILE", "The certificate's private key in PEM form.", "none"),
    plain("PLAIN_HTTP", "allow: in production, listen beyond loopback without encryption.", "refused"),
    plain("DATA_DIRECTORY", "Where files are kept.", "the platform's place for a user's data"),
    secret(
        "DATABASE_URL",
        "The database, such as sqlite:///path or postgres://user:password@host/name.",
        "voiceassist.sqlite in the data directory",
    ),
    plain("DATABASE_CONNECTIONS", "Connections to the database, 2 or more.", "9"),
    secret("REDIS_URL", "The Redis that replicas share.", "none"),
    secret("JWT_SECRET", "Signs tokens; 32 bytes or more.", "made and kept in development"),
    plain("JWT_ALGORITHM", "How tokens are signed; HS256 and nothing else.", "HS256"),
    secret("AUDIT_KEY", "Chains the audit trail; 32 bytes or more.", "made and kept in development"),
    plain("ACCESS_TOKEN_EXPIRE_MINUTES", "The life of an access token, in minutes.", "15"),
    plain("REFRESH_TOKEN_EXPIRE_DAYS", "The life of a refresh token, in days.", "7"),
    plain("SESSION_EXPIRE_DAYS", "The life of a session however often it is refreshed, in days.", "30"),
    plain(
        "REGISTRATION",
        "Whether people may register themselves: open or closed.",
        "open in development alone",
    ),
    plain("REGISTER_LIMIT_PER_HOUR", "Registrations an hour from one network address.", "5"),
    plain("LOGIN_LIMIT_PER_MINUTE", "Sign-ins a minute from one network address.", "10"),
    plain("REFRESH_LIMIT_PER_MINUTE", "Refreshes a minute from one network address.", "20"),
    plain("TRUSTED_PROXIES", "Addresses and networks of the proxies in front, separated by commas.", "none"),
    plain(
        "FORWARDED_HEADER",
        "The header in which they name the caller: x-forwarded-for or forwarded.",
        "either",
    ),
    plain(
        "CORS_ORIGINS",
        "Origins whose web pages may call the gateway, separated by commas.",
        "http://localhost:3000, :3001 and :8080 in development, none in production",
    ),
    plain("QDRANT_URL", "The Qdrant whose state is shown.", "none"),
    plain("NEXTCLOUD_URL", "The Nextcloud whose state is shown.", "none"),
    plain("NEXTCLOUD_ADMIN_USER", "An administrator's name there.", "none"),
    secret("NEXTCLOUD_ADMIN_PASSWORD", "This administrator's password there.", "none"),
    plain("METRICS_LISTEN_ADDRESS", "Where Prometheus reads the metrics, such as 127.0.0.1:9464.", "nowhere"),
    plain("LOG_FORMAT", "text, json, or auto, which is text in a terminal and JSON elsewhere.", "auto"),
    plain("RUST_LOG", "What is logged, such as info or voiceassist_gateway=debug.", "info"),
];

/// Beginnings that nobody else's variables have: what starts so and is not known is a mistake.
const OWN_BEGINNINGS: &[&str] = &[
    "ACCESS_TOKEN_",
    "AUDIT_KEY",
    "CORS_ORIGIN",
    "DATABASE_CONNECTION",
    "FORWARDED_HEADER",
    "JWT_",
    "LOGIN_LIMIT",
    "LOG_FORMAT",
    "METRICS_LISTEN",
    "PLAIN_HTTP",
    "REFRESH_LIMIT",
    "REFRESH_TOKEN_",
    "REGISTER_LIMIT",
    "REGISTRATION",
    "SESSION_EXPIRE",
    "TLS_CERTIFICATE",
    "TLS_PRIVATE",
    "TRUSTED_PROX",
];

/// Whether a variable is a setting, or names the file of one.
pub fn is_setting(name: &str) -> bool {
    let of_file = name.strip_suffix("_FILE");
    SETTINGS.iter().any(|setting| setting.name == name || (setting.has_file && of_file == Some(setting.name)))
}

/// Whether a variable looks like a setting and is none.
pub(super) fn is_misspelt(name: &str) -> bool {
    OWN_BEGINNINGS.iter().any(|beginning| name.starts_with(beginning)) && !is_setting(name)
}

/// All settings, for the help.
pub fn describe_settings() -> String {
    let mut text =
        "Settings, as environment variables (a * can also be given as a file, by NAME_FILE):".to_owned();
    for Setting { name, has_file, does, usual } in SETTINGS {
        let star = if *has_file { "*" } else { "" };
        // Writing to a string cannot fail.
        let _ = write!(text, "\n  {name}{star}\n      {does} [default: {usual}]");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_there_once_and_says_what_it_does() {
        let mut names: Vec<&str> = SETTINGS.iter().map(|setting| setting.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), SETTINGS.len());
        for Setting { name, does, usual, .. } in SETTINGS {
            assert!(does.ends_with('.') && !usual.is_empty(), "{name}");
        }
        let help = describe_settings();
        assert!(SETTINGS.iter().all(|setting| help.contains(setting.name)));
    }

    #[test]
    fn a_file_is_taken_where_a_secret_is_and_nowhere_else() {
        assert!(is_setting("JWT_SECRET") && is_setting("JWT_SECRET_FILE"));
        assert!(is_setting("JWT_ALGORITHM") && !is_setting("JWT_ALGORITHM_FILE"));
        assert!(!is_setting("JWT_SECRET_FILE_FILE"));
    }

    #[test]
    fn what_nobody_else_would_name_so_is_misspelt_unless_it_is_a_setting() {
        assert!(
            is_misspelt("CORS_ORIGIN") && is_misspelt("JWT_SECERT") && is_misspelt("LOGIN_LIMIT_PER_HOUR")
        );
        assert!(!is_misspelt("CORS_ORIGINS") && !is_misspelt("AUDIT_KEY_FILE") && !is_misspelt("PATH"));
    }
}
