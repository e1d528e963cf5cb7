//! The settings: read from the environment once, checked together, and shown without secrets.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

use url::Url;
use voiceassist_contract::auth::Registration;

use crate::config::neighbours::NextcloudSettings;
use crate::config::tls::Transport;
use crate::config::variables::Variables;
use crate::database::place::DatabasePlace;
use crate::http::cors::Origins;
use crate::http::forwarded::{ForwardedHeader, TrustedProxies};
use crate::limits::{Allowance, Allowances};
use crate::log::LogFormat;
use crate::redis::RedisAddress;
use crate::state::AuthPolicy;

pub mod metrics;
pub mod neighbours;
mod origins;
pub mod secrets;
mod show;
pub mod storage;
pub mod table;
pub mod tls;
pub mod variables;

/// What cannot be started with, a sentence each.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ConfigError(pub Vec<String>);

/// How strict the process is with itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// Missing secrets are made and kept in the data directory.
    Development,
    /// Missing secrets stop the start.
    Production,
}

/// Everything that can be set, secrets aside.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How strict the process is with itself.
    pub environment: Environment,
    /// Where the process keeps its files.
    pub data_directory: PathBuf,
    /// The database.
    pub database: DatabasePlace,
    /// Connections to it at a time.
    pub database_connections: u32,
    /// Lives and registration.
    pub policy: AuthPolicy,
    /// Limits per address.
    pub allowances: Allowances,
    /// The proxies in front of the gateway.
    pub proxies: TrustedProxies,
    /// Where web pages come from that may call the gateway.
    pub origins: Origins,
    /// How the log is written.
    pub log: LogFormat,
    /// Redis, which replicas share.
    pub redis: Option<RedisAddress>,
    /// Qdrant, whose state is shown.
    pub qdrant: Option<Url>,
    /// Nextcloud, whose state is shown.
    pub nextcloud: Option<NextcloudSettings>,
    /// Where the metrics can be read.
    pub metrics: Option<SocketAddr>,
    /// How connections are protected.
    pub transport: Transport,
}

impl Settings {
    /// Reads and checks everything. `data_directory` is the one given on the command line.
    ///
    /// # Errors
    /// Every sentence that there is to say.
    pub fn read(data_directory: Option<PathBuf>, variables: &Variables) -> Result<Self, ConfigError> {
        let mut reader = Reader { variables, sentences: variables.unknown_names() };
        if variables.text("JWT_ALGORITHM").is_some_and(|algorithm| algorithm != "HS256") {
            reader.complain("JWT_ALGORITHM can only be HS256.".to_owned());
        }
        let environment = reader.environment();
        let policy = reader.policy(environment);
        let allowances = reader.allowances();
        let proxies = reader.proxies();
        let origins = reader.origins(environment);
        let log = reader.log_format();
        let (redis, qdrant, nextcloud) = (reader.redis(), reader.qdrant(), reader.nextcloud());
        let database_connections = reader.database_connections();
        let (metrics, transport) = (reader.metrics(), reader.transport());
        let storage = storage::locate(data_directory, variables);
        let (data_directory, database) = reader.keep(storage).unwrap_or_default();
        reader.finish(Self {
            environment,
            data_directory,
            database,
            database_connections,
            policy,
            allowances,
            proxies,
            origins,
            log,
            redis,
            qdrant,
            nextcloud,
            metrics,
            transport,
        })
    }
}

/// Where to listen, checked.
///
/// # Errors
/// If it is no address with a port.
pub fn parse_listen_address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "Give an address and a port, such as 127.0.0.1:8000 or [::1]:8000.".to_owned())
}

/// Reads settings and collects what is wrong with them.
struct Reader<'a> {
    variables: &'a Variables,
    sentences: Vec<String>,
}

impl Reader<'_> {
    fn complain(&mut self, sentence: String) {
        self.sentences.push(sentence);
    }

    fn keep<T>(&mut self, result: Result<T, String>) -> Option<T> {
        result.map_err(|sentence| self.complain(sentence)).ok()
    }

    fn finish<T>(self, settings: T) -> Result<T, ConfigError> {
        if self.sentences.is_empty() { Ok(settings) } else { Err(ConfigError(self.sentences)) }
    }

    fn environment(&mut self) -> Environment {
        match self.variables.text("ENVIRONMENT") {
            None | Some("development") => Environment::Development,
            Some("production") => Environment::Production,
            Some(_) => {
                self.complain("ENVIRONMENT must be development or production.".to_owned());
                Environment::Production
            }
        }
    }

    fn policy(&mut self, environment: Environment) -> AuthPolicy {
        let registration = match (self.variables.text("REGISTRATION"), environment) {
            (Some("open"), _) | (None, Environment::Development) => Registration::Open,
            (Some("closed"), _) | (None, Environment::Production) => Registration::Closed,
            (Some(_), _) => {
                self.complain("REGISTRATION must be open or closed.".to_owned());
                Registration::Closed
            }
        };
        let policy = AuthPolicy {
            access_life: chrono::Duration::minutes(
                self.number("ACCESS_TOKEN_EXPIRE_MINUTES", 15, 24 * 60).into(),
            ),
            refresh_life: chrono::Duration::days(self.number("REFRESH_TOKEN_EXPIRE_DAYS", 7, 365).into()),
            session_life: chrono::Duration::days(self.number("SESSION_EXPIRE_DAYS", 30, 3_650).into()),
            registration,
        };
        if policy.refresh_life > policy.session_life {
            self.complain("REFRESH_TOKEN_EXPIRE_DAYS is longer than SESSION_EXPIRE_DAYS.".to_owned());
        }
        if policy.access_life > policy.refresh_life {
            self.complain("ACCESS_TOKEN_EXPIRE_MINUTES is longer than REFRESH_TOKEN_EXPIRE_DAYS.".to_owned());
        }
        policy
    }

    fn allowances(&mut self) -> Allowances {
        let usual = Allowances::default();
        let mut requests = |name: &str, usual: NonZeroU32| {
            NonZeroU32::new(self.number(name, usual.get(), 1_000_000)).unwrap_or(usual)
        };
        Allowances {
            register: Allowance::per_hour(requests("REGISTER_LIMIT_PER_HOUR", usual.register.requests)),
            login: Allowance::per_minute(requests("LOGIN_LIMIT_PER_MINUTE", usual.login.requests)),
            refresh: Allowance::per_minute(requests("REFRESH_LIMIT_PER_MINUTE", usual.refresh.requests)),
        }
    }

    fn proxies(&mut self) -> TrustedProxies {
        let header = match self.variables.text("FORWARDED_HEADER") {
            None => ForwardedHeader::Either,
            Some(name) if name.eq_ignore_ascii_case("x-forwarded-for") => ForwardedHeader::XForwardedFor,
            Some(name) if name.eq_ignore_ascii_case("forwarded") => ForwardedHeader::Forwarded,
            Some(_) => {
                self.complain("FORWARDED_HEADER must be x-forwarded-for or forwarded.".to_owned());
                ForwardedHeader::Either
            }
        };
        let listed = self.variables.text("TRUSTED_PROXIES").map(TrustedProxies::parse_networks);
        let networks = listed.and_then(|networks| self.keep(networks)).unwrap_or_default();
        if header != ForwardedHeader::Either && networks.is_empty() {
            self.complain("FORWARDED_HEADER is set, but TRUSTED_PROXIES lists no proxy.".to_owned());
        }
        TrustedProxies { networks, header }
    }

    fn log_format(&mut self) -> LogFormat {
        let read = self.variables.text("LOG_FORMAT").map(LogFormat::parse);
        if read == Some(None) {
            self.complain("LOG_FORMAT must be auto, text or json.".to_owned());
        }
        read.flatten().unwrap_or_default()
    }

    fn number(&mut self, name: &str, usual: u32, most: u32) -> u32 {
        let Some(text) = self.variables.text(name) else { return usual };
        match text.parse() {
            Ok(number) if (1..=most).contains(&number) => number,
            _ => {
                self.complain(format!("{name} must be a whole number from 1 to {most}."));
                usual
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Settings, ConfigError> {
        Settings::read(Some("data".into()), &Variables::of(variables))
    }

    fn complaint(variables: &[(&str, &str)]) -> String {
        read(variables).expect_err("this is refused").to_string()
    }

    #[test]
    fn without_any_setting_the_usual_ones_hold() {
        let settings = read(&[]).expect("the usual settings are sound");
        assert_eq!(settings.policy, AuthPolicy::default());
        assert_eq!(settings.allowances, Allowances::default());
        assert_eq!(settings.environment, Environment::Development);
        assert_eq!(settings.database.to_string(), "SQLite, data/voiceassist.sqlite");
        assert!(settings.to_string().contains("data/voiceassist.sqlite, 9 connections"), "{settings}");
    }

    #[test]
    fn in_production_registration_is_closed_unless_it_is_opened() {
        let registration = |variables: &[(&str, &str)]| read(variables).expect("sound").policy.registration;
        assert_eq!(registration(&[("ENVIRONMENT", "production")]), Registration::Closed);
        let opened = [("ENVIRONMENT", "production"), ("REGISTRATION", "open")];
        assert_eq!(registration(&opened), Registration::Open);
    }

    #[test]
    fn what_this_version_cannot_honour_stops_the_start_with_a_sentence() {
        assert!(complaint(&[("DATABASE_CONNECTIONS", "1")]).contains("2 or more"));
        assert!(complaint(&[("JWT_ALGORITHM", "none")]).contains("HS256"));
        assert!(complaint(&[("ENVIRONMENT", "staging")]).contains("development or production"));
        assert!(complaint(&[("LOG_FORMAT", "xml")]).contains("auto, text or json"));
        assert!(complaint(&[("JWT_SECERT", "x")]).contains("JWT_SECERT is not a setting"));
        assert!(!complaint(&[("DATABASE_URL", "mysql://u:hunter2@h/d")]).contains("hunter2"));
    }

    #[test]
    fn contradictions_and_every_other_fault_are_said_together() {
        let sentences = complaint(&[
            ("REFRESH_TOKEN_EXPIRE_DAYS", "60"),
            ("ACCESS_TOKEN_EXPIRE_MINUTES", "soon"),
            ("LOGIN_LIMIT_PER_MINUTE", "0"),
        ]);
        assert_eq!(sentences.lines().count(), 3, "{sentences}");
    }

    #[test]
    fn proxies_are_listed_and_shown() {
        let proxies = ("TRUSTED_PROXIES", "10.0.0.7, 192.168.0.0/24");
        let settings = read(&[proxies, ("FORWARDED_HEADER", "Forwarded")]).expect("sound");
        assert_eq!(settings.proxies.header, ForwardedHeader::Forwarded);
        assert!(settings.to_string().contains("10.0.0.7/32, 192.168.0.0/24"), "{settings}");
        assert!(complaint(&[("TRUSTED_PROXIES", "everybody")]).contains("addresses and networks"));
        assert!(complaint(&[("FORWARDED_HEADER", "forwarded")]).contains("lists no proxy"));
    }

    #[test]
    fn a_listening_address_needs_a_port() {
        assert!(parse_listen_address("127.0.0.1:0").is_ok());
        assert!(parse_listen_address("localhost").is_err());
    }
}
