//! Follows a redirect where no secret can leak by it, and says where it led otherwise.

use reqwest::Method;
use url::Url;

use super::{Answer, Call};
use crate::Error;

/// How many redirects of one request are followed.
const MOST_HOPS: usize = 3;

/// Where to send the call next, if the answer is a redirect that may be followed.
///
/// Only reading is sent on, and only to the origin that it was sent to: what carries a token or a
/// password goes where the profile says or nowhere.
pub(super) fn follow(call: &Call, from: &Url, answer: &Answer, hops: usize) -> Result<Option<Url>, Error> {
    if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(next) = answer.location.as_deref().and_then(|location| from.join(location).ok()) else {
        return Ok(None);
    };
    if call.method == Method::GET
        && hops < MOST_HOPS
        && let Some(here) = on_the_same_origin(from, &next)
    {
        return Ok(Some(here));
    }
    Err(Error::Redirected {
        status: answer.status,
        to: next.origin().ascii_serialization(),
        request_id: answer.request_id.clone(),
    })
}

/// The place to go to, on the origin that the request was sent to and no other.
///
/// A server behind a proxy that does the encrypting for it does not know of it, and names itself with
/// `http`. Its path is taken, and scheme and port stay as they are: nothing ever goes from https to http.
fn on_the_same_origin(from: &Url, next: &Url) -> Option<Url> {
    if next.origin() == from.origin() {
        return Some(next.clone());
    }
    let names_itself = from.scheme() == "https" && next.scheme() == "http" && next.host() == from.host();
    // The port that it was asked at, or none, which is what it sees of the usual one.
    let at_our_port = next.port().is_none() || next.port() == from.port_or_known_default();
    if !names_itself || !at_our_port {
        return None;
    }
    let mut here = from.clone();
    here.set_path(next.path());
    here.set_query(next.query());
    Some(here)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent_on(from: &str, next: &str) -> Option<String> {
        let url = |text| Url::parse(text).expect("an address");
        on_the_same_origin(&url(from), &url(next)).map(String::from)
    }

    #[test]
    fn a_server_that_does_not_know_of_its_encryption_is_followed_on_its_own_origin_only() {
        let from = "https://va.example/api/users?limit=2";
        let here = Some("https://va.example/api/users/?limit=2".to_owned());
        assert_eq!(sent_on(from, "https://va.example/api/users/?limit=2"), here);
        assert_eq!(sent_on(from, "http://va.example/api/users/?limit=2"), here, "never from https to http");
        assert_eq!(sent_on(from, "http://va.example:443/api/users/?limit=2"), here);
        let at_a_port = "https://va.example:8443/a";
        assert_eq!(
            sent_on(at_a_port, "http://va.example:8443/b").as_deref(),
            Some("https://va.example:8443/b")
        );
        for elsewhere in [
            "http://other.example/api/users/",
            "http://va.example:8000/api/users/",
            "https://va.example:8000/",
            "http://va.example.evil.example/",
        ] {
            assert_eq!(sent_on(from, elsewhere), None, "{elsewhere}");
        }
        assert_eq!(sent_on("http://va.example/a", "https://va.example/a"), None, "no step upwards either");
    }
}
