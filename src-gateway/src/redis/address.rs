//! Where Redis is. The address may carry a password, so it shows only what is none.

use ::redis::{Client, RedisResult};
use url::Url;
use voiceassist_contract::Secret;

const NOT_AN_ADDRESS: &str = "REDIS_URL must be redis:// or rediss:// with a host, and perhaps a port, a user \
                              and password, and the number of a database, such as redis://cache:6379/0.";

/// A Redis server's address, checked.
#[derive(Clone, PartialEq, Eq)]
pub struct RedisAddress {
    url: Secret,
    shown: String,
}

impl RedisAddress {
    /// Reads `redis://[[user]:password@]host[:port][/database]`; `rediss` is the same through TLS.
    ///
    /// # Errors
    /// A sentence that repeats nothing.
    pub fn parse(url: &Secret) -> Result<Self, String> {
        let parsed = Url::parse(url.expose()).ok().filter(is_whole).ok_or(NOT_AN_ADDRESS)?;
        let mut without_password = parsed.clone();
        // An address with a host can be without a user.
        let _ = without_password.set_username("");
        let _ = without_password.set_password(None);
        let address = Self { url: url.clone(), shown: without_password.to_string() };
        address.client().map_err(|_| NOT_AN_ADDRESS)?;
        Ok(address)
    }

    pub(super) fn client(&self) -> RedisResult<Client> {
        Client::open(self.url.expose())
    }
}

/// The library would read more into an address: `#insecure` looks at no certificate.
fn is_whole(url: &Url) -> bool {
    let database = url.path().trim_start_matches('/');
    matches!(url.scheme(), "redis" | "rediss")
        && url.host_str().is_some_and(|host| !host.is_empty())
        && (database.is_empty() || database.parse::<u16>().is_ok())
        && url.query().is_none()
        && url.fragment().is_none()
}

/// Without user and password.
impl std::fmt::Display for RedisAddress {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.shown)
    }
}

impl std::fmt::Debug for RedisAddress {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "RedisAddress({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_shows_neither_user_nor_password() {
        let address =
            RedisAddress::parse(&"redis://ana:hunter2@cache.internal:6380/3".into()).expect("sound");
        assert_eq!(address.to_string(), "redis://cache.internal:6380/3");
        assert!(!format!("{address:?}").contains("hunter2"));
    }

    #[test]
    fn what_is_no_address_or_weakens_one_is_refused_without_being_repeated() {
        for odd in [
            "cache:6379",
            "http://cache",
            "redis://",
            "unix:///run/redis.sock",
            "redis://:hunter2@cache/first",
            "rediss://:hunter2@cache#insecure",
            "redis://:hunter2@cache?protocol=resp3",
        ] {
            let sentence = RedisAddress::parse(&odd.into()).expect_err(odd);
            assert!(sentence.starts_with("REDIS_URL") && !sentence.contains("hunter2"), "{sentence}");
        }
        assert!(RedisAddress::parse(&"rediss://[::1]".into()).is_ok());
    }
}
