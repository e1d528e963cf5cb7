//! Environment variables, read once into a map, so that tests need not touch the process's own.

use std::collections::BTreeMap;

/// Variables that are settings. Every secret among them can also be given as `…_FILE`.
const KNOWN: [&str; 26] = [
    "ACCESS_TOKEN_EXPIRE_MINUTES",
    "AUDIT_KEY",
    "AUDIT_KEY_FILE",
    "CORS_ORIGINS",
    "DATABASE_URL",
    "DATABASE_URL_FILE",
    "DATA_DIRECTORY",
    "ENVIRONMENT",
    "FORWARDED_HEADER",
    "JWT_ALGORITHM",
    "JWT_SECRET",
    "JWT_SECRET_FILE",
    "LISTEN_ADDRESS",
    "LOGIN_LIMIT_PER_MINUTE",
    "NEXTCLOUD_ADMIN_PASSWORD",
    "NEXTCLOUD_ADMIN_PASSWORD_FILE",
    "NEXTCLOUD_ADMIN_USER",
    "NEXTCLOUD_URL",
    "QDRANT_URL",
    "REDIS_URL",
    "REDIS_URL_FILE",
    "REFRESH_LIMIT_PER_MINUTE",
    "REFRESH_TOKEN_EXPIRE_DAYS",
    "REGISTRATION",
    "SESSION_EXPIRE_DAYS",
    "TRUSTED_PROXIES",
];

/// Beginnings that nobody else's variables have: what starts so and is not known is a mistake.
const OWN_BEGINNINGS: [&str; 9] = [
    "ACCESS_TOKEN_",
    "AUDIT_KEY",
    "CORS_ORIGIN",
    "FORWARDED_HEADER",
    "JWT_",
    "REFRESH_TOKEN_",
    "REGISTRATION",
    "SESSION_EXPIRE",
    "TRUSTED_PROX",
];

/// A process's environment variables.
#[derive(Clone, Default)]
pub struct Variables(BTreeMap<String, String>);

impl Variables {
    /// Those of this process; what is no UTF-8 is left out.
    pub fn of_process() -> Self {
        let readable = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self(std::env::vars_os().filter_map(readable).collect())
    }

    /// These.
    pub fn of(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// A variable's text; one that is empty counts as left out.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// A sentence for every variable that looks like a setting and is none.
    pub(super) fn unknown_names(&self) -> Vec<String> {
        self.0
            .keys()
            .filter(|name| OWN_BEGINNINGS.iter().any(|beginning| name.starts_with(beginning)))
            .filter(|name| !KNOWN.contains(&name.as_str()))
            .map(|name| format!("{name} is not a setting of this gateway. Is it misspelt?"))
            .collect()
    }
}

/// Names alone: values may be secret.
impl std::fmt::Debug for Variables {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}
