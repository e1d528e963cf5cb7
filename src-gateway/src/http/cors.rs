//! Which web pages may call the gateway (CORS, as the Fetch standard has it): those of the listed origins, letter by
//! letter, and no others. A page of another origin can still send what a form could send, which no route takes.

use std::fmt;
use std::time::Duration;

use http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};
use url::Url;

use crate::http::request_info::REQUEST_ID;

/// How long a browser remembers the answer to a preflight.
const REMEMBERED_FOR: Duration = Duration::from_secs(60 * 60);

/// The origins whose pages may call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins(Vec<HeaderValue>);

impl Origins {
    /// Reads a list of origins, separated by commas or spaces.
    ///
    /// # Errors
    /// A sentence, if one of them is no origin, or stands for many.
    pub fn parse(text: &str) -> Result<Self, String> {
        let words = text.split([',', ' ']).filter(|word| !word.is_empty());
        words.map(parse_origin).collect::<Option<Vec<_>>>().map(Self).ok_or_else(|| {
            "CORS_ORIGINS must list origins, such as https://app.clinic.example, http://localhost:3000; \
             * and paths are none."
                .to_owned()
        })
    }

    /// Whether no page may call.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What answers preflights, and says to a browser that it may show an answer to the page. Nothing without
    /// origins: to the gateway a preflight is then a method like another.
    pub fn make_layer(&self) -> Option<CorsLayer> {
        let header = HeaderName::from_static;
        (!self.is_empty()).then(|| {
            CorsLayer::new()
                .allow_origin(AllowOrigin::list(self.0.iter().cloned()))
                .allow_credentials(true)
                .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
                .allow_headers([
                    header::AUTHORIZATION,
                    header::CONTENT_TYPE,
                    header::IF_MATCH,
                    header(REQUEST_ID),
                ])
                .expose_headers([
                    header(REQUEST_ID),
                    header::RETRY_AFTER,
                    header("ratelimit"),
                    header("ratelimit-policy"),
                    header::CONTENT_DISPOSITION,
                ])
                .max_age(REMEMBERED_FOR)
        })
    }
}

impl fmt::Display for Origins {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<&str> = self.0.iter().filter_map(|origin| origin.to_str().ok()).collect();
        formatter.write_str(&texts.join(", "))
    }
}

/// The origin as browsers write it: without the scheme's own port, in lower case, without a slash.
fn parse_origin(text: &str) -> Option<HeaderValue> {
    let url: Url = text.parse().ok()?;
    let is_bare = matches!(url.path(), "" | "/")
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    let stands_for_one = url.host_str().is_some_and(|host| !host.contains('*'));
    let is_web = matches!(url.scheme(), "http" | "https");
    if !(is_bare && stands_for_one && is_web) {
        return None;
    }
    HeaderValue::from_str(&url.origin().ascii_serialization()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_kept_as_browsers_write_them() {
        let listed = "https://App.Clinic.example:443, http://localhost:3000/ http://[::1]:8080";
        let origins = Origins::parse(listed).expect("origins");
        assert_eq!(
            origins.to_string(),
            "https://app.clinic.example, http://localhost:3000, http://[::1]:8080"
        );
        assert!(Origins::parse(" , ").expect("an empty list").is_empty());
    }

    #[test]
    fn what_stands_for_many_or_is_no_origin_is_refused() {
        for refused in [
            "*",
            "null",
            "https://*.clinic.example",
            "app.clinic.example",
            "https://app.clinic.example/console",
            "https://ana:hunter2@app.clinic.example",
            "https://app.clinic.example?x",
            "file:///home",
            "ws://localhost:3000",
            "https://good.example, *",
        ] {
            let sentence = Origins::parse(refused).expect_err(refused);
            assert!(!sentence.contains("hunter2"));
        }
    }
}
