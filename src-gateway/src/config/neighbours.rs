//! The services beside the gateway: Redis, Qdrant and Nextcloud.

use url::Url;
use voiceassist_contract::Secret;

use super::Reader;
use super::secrets::read_setting;
use crate::health::http_check::{is_loopback, parse_neighbour};
use crate::redis::RedisAddress;

/// Where Nextcloud is.
#[derive(Clone, Debug)]
pub struct NextcloudSettings {
    /// Its address.
    pub url: Url,
    /// An administrator's name and password there, for making people's accounts.
    pub administrator: Option<(String, Secret)>,
}

impl Reader<'_> {
    pub(super) fn redis(&mut self) -> Option<RedisAddress> {
        let url = self.secret("REDIS_URL")?;
        self.keep(RedisAddress::parse(&url))
    }

    pub(super) fn qdrant(&mut self) -> Option<Url> {
        let name = "QDRANT_URL";
        let parsed = parse_neighbour(name, self.variables.text(name)?);
        self.keep(parsed)
    }

    pub(super) fn nextcloud(&mut self) -> Option<NextcloudSettings> {
        let user = self.variables.text("NEXTCLOUD_ADMIN_USER").map(str::to_owned);
        let password = self.secret("NEXTCLOUD_ADMIN_PASSWORD");
        if user.is_some() != password.is_some() {
            self.complain(
                "Set NEXTCLOUD_ADMIN_USER and NEXTCLOUD_ADMIN_PASSWORD together or not at all.".into(),
            );
        }
        if user.as_deref().is_some_and(|user| user.contains(':') || user.chars().any(char::is_control)) {
            self.complain("NEXTCLOUD_ADMIN_USER has a character that no user name has.".to_owned());
        }
        let administrator = user.zip(password);
        let Some(text) = self.variables.text("NEXTCLOUD_URL") else {
            if administrator.is_some() {
                self.complain("NEXTCLOUD_ADMIN_USER is set, but NEXTCLOUD_URL is not.".to_owned());
            }
            return None;
        };
        let parsed = parse_neighbour("NEXTCLOUD_URL", text);
        self.keep(parsed).map(|url| NextcloudSettings { url, administrator })
    }

    fn secret(&mut self, name: &str) -> Option<Secret> {
        match read_setting(name, self.variables) {
            Ok(secret) => secret,
            Err(error) => {
                error.0.into_iter().for_each(|sentence| self.complain(sentence));
                None
            }
        }
    }
}

impl NextcloudSettings {
    /// Whether credentials cross a network unencrypted on their way there.
    pub fn is_in_the_clear(&self) -> bool {
        self.url.scheme() == "http" && !is_loopback(&self.url)
    }
}

/// Without credentials, and honest about what is not used for want of them.
impl std::fmt::Display for NextcloudSettings {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.url)?;
        match &self.administrator {
            None => write!(formatter, " (its state alone: there are no credentials for accounts)"),
            Some(_) if self.is_in_the_clear() => write!(formatter, " (unencrypted)"),
            Some(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Settings;
    use crate::config::variables::Variables;

    fn read(variables: &[(&str, &str)]) -> Result<Settings, String> {
        Settings::read(Some("data".into()), &Variables::of(variables)).map_err(|error| error.to_string())
    }

    #[test]
    fn neighbours_are_shown_without_their_secrets() {
        let settings = read(&[
            ("REDIS_URL", "redis://ana:hunter2@cache:6379/1"),
            ("QDRANT_URL", "http://qdrant:6333"),
            ("NEXTCLOUD_URL", "http://nextcloud/cloud"),
            ("NEXTCLOUD_ADMIN_USER", "root"),
            ("NEXTCLOUD_ADMIN_PASSWORD", "hunter3"),
        ])
        .expect("sound");
        for shown in [settings.to_string(), format!("{settings:?}")] {
            assert!(!shown.contains("hunter") && !shown.contains("ana:"), "{shown}");
        }
        let shown = settings.to_string();
        assert!(shown.contains("redis://cache:6379/1"), "{shown}");
        assert!(shown.contains("http://qdrant:6333/"), "{shown}");
        assert!(shown.contains("http://nextcloud/cloud/ (unencrypted)"), "{shown}");
    }

    #[test]
    fn what_does_not_work_with_nextcloud_or_is_not_safe_is_shown() {
        let shown = |url: &str, more: &[(&str, &str)]| {
            let variables: Vec<_> =
                [("NEXTCLOUD_URL", url)].into_iter().chain(more.iter().copied()).collect();
            read(&variables).expect("sound").nextcloud.expect("there").to_string()
        };
        let credentials = [("NEXTCLOUD_ADMIN_USER", "root"), ("NEXTCLOUD_ADMIN_PASSWORD", "hunter2")];
        assert!(shown("https://cloud/", &[]).contains("https://cloud/ (its state alone"));
        assert_eq!(shown("https://cloud/", &credentials), "https://cloud/");
        assert_eq!(shown("http://127.0.0.1:8080/", &credentials), "http://127.0.0.1:8080/");
        assert_eq!(shown("http://cloud/", &credentials), "http://cloud/ (unencrypted)");
    }

    #[test]
    fn the_redis_address_may_come_from_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("redis-url");
        std::fs::write(&path, "redis://:hunter2@cache\n").expect("writes");
        let path = path.to_str().expect("a path");
        let settings = read(&[("REDIS_URL_FILE", path)]).expect("sound");
        assert_eq!(settings.redis.expect("there").to_string(), "redis://cache");
        let both = read(&[("REDIS_URL", "redis://cache"), ("REDIS_URL_FILE", path)]);
        assert!(both.expect_err("refused").contains("not both"));
    }

    #[test]
    fn half_a_setting_and_a_wrong_address_are_refused() {
        let complaint = |variables: &[(&str, &str)]| read(variables).expect_err("refused");
        assert!(complaint(&[("REDIS_URL", "cache:6379")]).contains("REDIS_URL must be"));
        assert!(complaint(&[("QDRANT_URL", "qdrant")]).contains("QDRANT_URL must be"));
        assert!(complaint(&[("NEXTCLOUD_ADMIN_USER", "root")]).contains("together"));
        let orphan = [("NEXTCLOUD_ADMIN_USER", "root"), ("NEXTCLOUD_ADMIN_PASSWORD", "hunter2")];
        let sentence = complaint(&orphan);
        assert!(sentence.contains("NEXTCLOUD_URL is not") && !sentence.contains("hunter2"), "{sentence}");
    }
}
