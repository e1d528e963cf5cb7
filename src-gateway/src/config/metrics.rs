//! Where the metrics can be read, if anywhere.

use std::net::SocketAddr;

use super::{Reader, parse_listen_address};

/// The variable.
const NAME: &str = "METRICS_LISTEN_ADDRESS";

impl Reader<'_> {
    pub(super) fn metrics(&mut self) -> Option<SocketAddr> {
        let parsed = parse_listen_address(self.variables.text(NAME)?);
        self.keep(parsed.map_err(|sentence| format!("{NAME}: {sentence}")))
    }
}

/// Refuses to show the metrics where the API is served: they are for others.
///
/// # Errors
/// A sentence that says what to do.
pub fn require_own_address(metrics: SocketAddr, api: SocketAddr) -> Result<(), String> {
    let is_everywhere = metrics.ip().is_unspecified() || api.ip().is_unspecified();
    let is_same = metrics.port() == api.port()
        && metrics.port() != 0
        && (is_everywhere || metrics.ip().to_canonical() == api.ip().to_canonical());
    if is_same {
        return Err(format!(
            "{NAME} is where the API is served. Give the metrics a port of their own, such as 127.0.0.1:9464."
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use crate::config::variables::Variables;

    fn require(metrics: &str, api: &str) -> Result<(), String> {
        require_own_address(metrics.parse().expect("an address"), api.parse().expect("an address"))
    }

    #[test]
    fn metrics_are_off_unless_an_address_is_given() {
        let read = |pairs: &[(&str, &str)]| Settings::read(Some("data".into()), &Variables::of(pairs));
        assert_eq!(read(&[]).expect("sound").metrics, None);
        let settings = read(&[(NAME, "127.0.0.1:9464")]).expect("sound");
        assert!(settings.to_string().contains("127.0.0.1:9464"), "{settings}");
        let wrong = read(&[(NAME, "9464")]).expect_err("no address");
        assert!(wrong.to_string().contains(NAME), "{wrong}");
        assert!(read(&[("METRICS_LISTEN_ADRESS", "127.0.0.1:9464")]).is_err(), "a misspelt name is said");
    }

    #[test]
    fn metrics_and_the_api_never_share_a_port() {
        assert!(require("127.0.0.1:8000", "127.0.0.1:8000").is_err());
        assert!(require("0.0.0.0:8000", "127.0.0.1:8000").is_err());
        assert!(require("127.0.0.1:8000", "[::]:8000").is_err());
        assert!(require("[::ffff:127.0.0.1]:8000", "127.0.0.1:8000").is_err());
        assert!(require("127.0.0.1:9464", "0.0.0.0:8000").is_ok());
        assert!(require("127.0.0.1:0", "127.0.0.1:0").is_ok(), "port 0 is another one each time");
        assert!(require("192.0.2.1:8000", "127.0.0.1:8000").is_ok());
    }
}
