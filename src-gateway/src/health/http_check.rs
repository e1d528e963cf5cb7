//! Asking a neighbour over HTTP how it is: without credentials, with a limit on time and on bytes, and
//! without following it to anybody else.

use http::{HeaderMap, StatusCode};
use reqwest::redirect::Policy;
use url::{Host, Url};

use super::checks::CHECK_TIMEOUT;

/// The largest answer that is read.
const MOST_BYTES: usize = 16 * 1024;

/// How many redirects within the same server are followed.
const MOST_HOPS: usize = 2;

/// The longest text of somebody else's that is passed on.
const MOST_CHARACTERS: usize = 40;

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: StatusCode,
    /// Its headers.
    pub(crate) headers: HeaderMap,
    /// Its body.
    pub(crate) body: Vec<u8>,
}

/// A client for this neighbour alone.
///
/// # Errors
/// If the computer has no certificate authorities and the neighbour needs them.
pub(crate) fn build_client(url: &Url) -> reqwest::Result<reqwest::Client> {
    client_builder(url).build()
}

/// The same, to be completed.
pub(crate) fn client_builder(url: &Url) -> reqwest::ClientBuilder {
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("VoiceAssist-Gateway/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::custom(|attempt| {
            let is_same = attempt.previous().iter().all(|url| url.origin() == attempt.url().origin());
            if is_same && attempt.previous().len() <= MOST_HOPS { attempt.follow() } else { attempt.stop() }
        }))
        .referer(false)
        .connect_timeout(CHECK_TIMEOUT)
        .timeout(CHECK_TIMEOUT)
        .pool_max_idle_per_host(1)
        .retry(reqwest::retry::never());
    if is_loopback(url) {
        // A proxy elsewhere would look for the neighbour on its own computer.
        builder = builder.no_proxy();
    }
    if url.scheme() == "http" {
        // No certificate is ever looked at, so a computer without any authorities is no hindrance.
        builder = builder.tls_certs_only([]);
    }
    builder
}

/// `GET url`.
///
/// # Errors
/// A sentence's end for the log.
pub(crate) async fn get(client: &reqwest::Client, url: Url) -> Result<Answer, String> {
    let mut response = client.get(url).send().await.map_err(|error| explain(&error))?;
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| explain(&error))? {
        body.extend_from_slice(&chunk);
        if body.len() > MOST_BYTES {
            return Err("the answer is too long".to_owned());
        }
    }
    Ok(Answer { status, headers, body })
}

/// A neighbour's word for its version and the like, if it looks like one.
pub(super) fn sane_word(word: &str) -> Option<String> {
    let is_sane = (1..=MOST_CHARACTERS).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    is_sane.then(|| word.to_owned())
}

/// Whatever went wrong underneath, which the library's own words leave out.
pub(crate) fn explain(error: &reqwest::Error) -> String {
    let mut deepest: &dyn std::error::Error = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    if error.is_timeout() { "it did not answer in time".to_owned() } else { deepest.to_string() }
}

/// Whether the address is this computer's own.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// A neighbour's address, as a setting gives it: a place and nothing else, to which paths are added.
///
/// # Errors
/// A sentence that repeats nothing.
pub fn parse_neighbour(name: &str, text: &str) -> Result<Url, String> {
    let parsed = Url::parse(text).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
    });
    let mut url = parsed.ok_or_else(|| {
        format!(
            "{name} must be an http:// or https:// address without a password, such as http://{}:8080.",
            name.trim_end_matches("_URL").to_ascii_lowercase()
        )
    })?;
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_neighbour_is_a_place_and_nothing_else() {
        let url = parse_neighbour("NEXTCLOUD_URL", "https://cloud.clinic.example/nextcloud").expect("sound");
        assert_eq!(url.join("status.php").expect("joins").path(), "/nextcloud/status.php");
        for odd in ["cloud", "ftp://cloud", "http://ana:hunter2@cloud", "http://cloud/?a=hunter2", "http://"]
        {
            let sentence = parse_neighbour("NEXTCLOUD_URL", odd).expect_err(odd);
            assert!(sentence.contains("NEXTCLOUD_URL") && !sentence.contains("hunter2"), "{sentence}");
        }
    }

    #[test]
    fn only_words_that_look_like_a_version_are_passed_on() {
        assert_eq!(sane_word("29.0.6").as_deref(), Some("29.0.6"));
        for odd in ["", "29\n0", "\u{202e}9", &"9".repeat(41)] {
            assert_eq!(sane_word(odd), None);
        }
    }
}
