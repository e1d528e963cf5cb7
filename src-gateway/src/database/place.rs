//! Where the database is: a file of this computer, or a PostgreSQL server. The server's address carries a
//! password, so it shows only what is none.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgSslMode};
use url::Url;
use voiceassist_contract::Secret;

const NOT_A_PLACE: &str = "DATABASE_URL must name a file, such as sqlite:///var/lib/voiceassist/gateway.sqlite, or \
     a PostgreSQL database, such as postgres://voiceassist@db:5432/voiceassist?sslmode=verify-full.";
const ODD_PARAMETER: &str = "DATABASE_URL has a parameter that is not known. sslmode, sslrootcert, sslcert, sslkey, \
     host, port, user, password, dbname, application_name and options are.";
const ODD_SSL_MODE: &str =
    "In DATABASE_URL, sslmode must be disable, allow, prefer, require, verify-ca or verify-full.";

/// What may follow on the `?`, as libpq calls it.
const PARAMETERS: [&str; 11] = [
    "application_name",
    "dbname",
    "host",
    "options",
    "password",
    "port",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "user",
];

/// Drivers that deployed clinics name in the address; here there is one driver.
const DRIVERS: [&str; 3] = ["asyncpg", "psycopg", "psycopg2"];

/// Where the database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabasePlace {
    /// An SQLite file.
    Sqlite(PathBuf),
    /// A database of a PostgreSQL server.
    Postgres(PostgresAddress),
}

/// No file yet: it stands in while what is wrong with other settings is collected.
impl Default for DatabasePlace {
    fn default() -> Self {
        Self::Sqlite(PathBuf::new())
    }
}

impl DatabasePlace {
    /// Reads `sqlite://…` or `postgres://…`.
    ///
    /// # Errors
    /// A sentence that repeats nothing.
    pub fn parse(url: &Secret) -> Result<Self, String> {
        let text = url.expose();
        if let Some(path) = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:")) {
            let is_file = !path.is_empty() && !path.contains([':', '?']);
            return if is_file { Ok(Self::Sqlite(path.into())) } else { Err(NOT_A_PLACE.to_owned()) };
        }
        PostgresAddress::parse(url).map(Self::Postgres)
    }
}

/// As the settings show it.
impl fmt::Display for DatabasePlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(formatter, "SQLite, {}", path.display()),
            Self::Postgres(address) => write!(formatter, "PostgreSQL, {address}"),
        }
    }
}

/// A database of a PostgreSQL server, checked.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresAddress {
    url: Secret,
    shown: String,
}

impl PostgresAddress {
    /// Reads `postgres://[user[:password]@]host[:port]/database[?sslmode=…]`. `postgresql` is the same, and so
    /// are both with the name of a Python driver, as in `postgresql+asyncpg`.
    ///
    /// # Errors
    /// A sentence that repeats nothing.
    pub fn parse(url: &Secret) -> Result<Self, String> {
        let rest = strip_scheme(url.expose()).ok_or(NOT_A_PLACE)?;
        let parsed = Url::parse(&format!("postgres://{rest}")).map_err(|_| NOT_A_PLACE)?;
        let parsed = with_known_parameters(parsed)?;
        let options = PgConnectOptions::from_str(parsed.as_str()).map_err(|_| NOT_A_PLACE)?;
        let database = options.get_database().filter(|name| !name.is_empty()).ok_or(NOT_A_PLACE)?;
        let shown = format!(
            "postgres://{}@{}:{}/{database}?sslmode={}",
            options.get_username(),
            options.get_socket().map_or(options.get_host().into(), |path| path.to_string_lossy()),
            options.get_port(),
            mode_name(options.get_ssl_mode()),
        );
        Ok(Self { url: Secret::new(parsed.as_str()), shown })
    }

    /// What a connection is made with.
    ///
    /// # Errors
    /// If the password file of the environment cannot be read as one.
    pub(super) fn options(&self) -> Result<PgConnectOptions, sea_orm::sqlx::Error> {
        PgConnectOptions::from_str(self.url.expose())
    }
}

fn strip_scheme(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("://")?;
    let (scheme, driver) = scheme.split_once('+').unwrap_or((scheme, DRIVERS[0]));
    let is_known = matches!(scheme, "postgres" | "postgresql") && DRIVERS.contains(&driver);
    is_known.then_some(rest)
}

/// The same without a parameter that would silently count for nothing. `ssl` is how one of the Python drivers
/// calls `sslmode`.
fn with_known_parameters(mut url: Url) -> Result<Url, String> {
    let pairs: Vec<(String, String)> = url
        .query_pairs()
        .map(|(name, value)| match (name.as_ref(), value.as_ref()) {
            ("ssl", "true") => ("sslmode".to_owned(), "require".to_owned()),
            ("ssl", _) => ("sslmode".to_owned(), value.into_owned()),
            _ => (name.into_owned(), value.into_owned()),
        })
        .collect();
    if pairs.iter().any(|(name, _)| !PARAMETERS.contains(&name.as_str())) {
        return Err(ODD_PARAMETER.to_owned());
    }
    let modes = pairs.iter().filter(|(name, _)| name == "sslmode");
    if modes.clone().count() > 1 || modes.clone().any(|(_, mode)| PgSslMode::from_str(mode).is_err()) {
        return Err(ODD_SSL_MODE.to_owned());
    }
    url.set_query(None);
    if !pairs.is_empty() {
        url.query_pairs_mut().extend_pairs(pairs);
    }
    Ok(url)
}

fn mode_name(mode: PgSslMode) -> &'static str {
    match mode {
        PgSslMode::Disable => "disable",
        PgSslMode::Allow => "allow",
        PgSslMode::Prefer => "prefer",
        PgSslMode::Require => "require",
        PgSslMode::VerifyCa => "verify-ca",
        PgSslMode::VerifyFull => "verify-full",
    }
}

/// Without the password.
impl fmt::Display for PostgresAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.shown)
    }
}

impl fmt::Debug for PostgresAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PostgresAddress({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(url: &str) -> Result<String, String> {
        DatabasePlace::parse(&url.into()).map(|place| place.to_string())
    }

    #[test]
    fn a_file_is_named_by_an_address_with_nothing_else_in_it() {
        assert_eq!(shown("sqlite:///var/lib/a.sqlite").as_deref(), Ok("SQLite, /var/lib/a.sqlite"));
        assert_eq!(shown("sqlite://a.sqlite").as_deref(), Ok("SQLite, a.sqlite"));
        for refused in ["sqlite::memory:", "sqlite://", "sqlite://a?mode=ro", "mysql://h/d", "a.sqlite"] {
            assert!(shown(refused).expect_err(refused).starts_with("DATABASE_URL must name"), "{refused}");
        }
    }

    #[test]
    fn every_spelling_that_clinics_use_is_the_same_server() {
        for scheme in
            ["postgres", "postgresql", "postgresql+asyncpg", "postgres+psycopg2", "postgresql+psycopg"]
        {
            let place = shown(&format!("{scheme}://ana:hunter2@db:6432/clinic?sslmode=verify-full"));
            let expected = "PostgreSQL, postgres://ana@db:6432/clinic?sslmode=verify-full";
            assert_eq!(place.as_deref(), Ok(expected), "{scheme}");
        }
        let with_ssl = shown("postgresql+asyncpg://ana@db/clinic?ssl=require").expect("sound");
        assert!(with_ssl.ends_with("@db:5432/clinic?sslmode=require"), "{with_ssl}");
    }

    #[test]
    fn a_server_of_the_same_computer_is_reached_through_its_socket() {
        let place = shown("postgres:///clinic?host=/run/postgresql&user=ana").expect("sound");
        assert!(place.starts_with("PostgreSQL, postgres://ana@/run/postgresql:5432/clinic"), "{place}");
    }

    #[test]
    fn a_password_is_kept_and_never_shown() {
        let url = "postgres://ana:h%40nter2@db/clinic".into();
        let address = PostgresAddress::parse(&url).expect("sound");
        assert!(address.url.expose().contains("h%40nter2") && address.options().is_ok());
        assert!(!format!("{address} {address:?}").contains("nter2"), "{address:?}");
        let in_query = PostgresAddress::parse(&"postgres://db/clinic?user=ana&password=hunter2".into());
        assert!(!in_query.expect("sound").to_string().contains("hunter2"));
    }

    #[test]
    fn what_cannot_be_honoured_is_refused_without_being_repeated() {
        for (odd, sentence) in [
            ("postgres://ana:hunter2@db", "must name"),
            ("postgres://ana:hunter2@db/", "must name"),
            ("postgres://ana:hunter2@db:port/clinic", "must name"),
            ("postgresql+odbc://ana:hunter2@db/clinic", "must name"),
            ("postgres://ana@db/clinic?passwort=hunter2", "not known"),
            ("postgres://ana@db/clinic?sslmode=hunter2", "sslmode must be"),
            ("postgres://ana@db/clinic?sslmode=require&sslmode=disable", "sslmode must be"),
        ] {
            let refusal = shown(odd).expect_err(odd);
            assert!(refusal.contains(sentence) && !refusal.contains("hunter2"), "{odd}: {refusal}");
        }
    }
}
