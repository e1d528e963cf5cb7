//! What is known of a request before any handler runs: its id, where it came from, and with what.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, OnceLock};

use axum::extract::{ConnectInfo, FromRequestParts};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, header};
use voiceassist_contract::Id;
use voiceassist_contract::text::is_deceptive;

use crate::http::forwarded::TrustedProxies;
use crate::problem::ApiError;
use crate::random::Random;

/// The header that carries a request's id in both directions.
pub const REQUEST_ID: &str = "x-request-id";

const MOST_REQUEST_ID_BYTES: usize = 64;
const MOST_DEVICE_CHARACTERS: usize = 200;

/// A request's id and origin. Cheap to clone.
#[derive(Clone, Debug)]
pub struct RequestInfo(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    id: String,
    address: IpAddr,
    device: String,
    user_id: OnceLock<Id>,
}

impl RequestInfo {
    /// Reads headers and connection; a request id that is not sane is replaced by a new one.
    pub fn read(
        parts: &http::Extensions,
        headers: &HeaderMap,
        proxies: &TrustedProxies,
        random: &dyn Random,
    ) -> Self {
        let peer = parts
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| peer.ip());
        let address = proxies.find_caller(peer, headers);
        let id = headers.get(REQUEST_ID).and_then(sane_request_id).unwrap_or_else(|| new_request_id(random));
        Self(Arc::new(Inner { id, address, device: read_device(headers), user_id: OnceLock::new() }))
    }

    /// The request's id.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// The caller's network address: the connection's, or what a listed proxy says.
    pub fn address(&self) -> IpAddr {
        self.0.address
    }

    /// The program at the other end, as it calls itself.
    pub fn device(&self) -> &str {
        &self.0.device
    }

    /// Who is signed in, once that is known; for the log.
    pub fn user_id(&self) -> Option<Id> {
        self.0.user_id.get().copied()
    }

    /// Notes who is signed in.
    pub fn note_user(&self, id: Id) {
        // Set once per request; a second call would name the same account.
        let _ = self.0.user_id.set(id);
    }
}

impl<S: Sync> FromRequestParts<S> for RequestInfo {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| ApiError::internal(&"the layer that reads request ids is missing"))
    }
}

fn sane_request_id(value: &HeaderValue) -> Option<String> {
    let text = value.to_str().ok()?;
    let is_sane = (1..=MOST_REQUEST_ID_BYTES).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'));
    is_sane.then(|| text.to_owned())
}

fn new_request_id(random: &dyn Random) -> String {
    let mut bytes = [0; 12];
    random.fill(&mut bytes);
    hex::encode(bytes)
}

fn read_device(headers: &HeaderMap) -> String {
    let claimed =
        headers.get(header::USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let cleaned: String = claimed
        .unwrap_or_default()
        .chars()
        .filter(|character| !is_deceptive(*character))
        .take(MOST_DEVICE_CHARACTERS)
        .collect();
    match cleaned.trim() {
        "" => "Unknown program".to_owned(),
        device => device.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandom;

    fn read(name: &'static str, value: &[u8]) -> RequestInfo {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_bytes(value).expect("a header value"));
        RequestInfo::read(
            &http::Extensions::new(),
            &headers,
            &TrustedProxies::default(),
            &SeededRandom::new(1),
        )
    }

    #[test]
    fn a_sane_request_id_is_kept_and_any_other_replaced() {
        assert_eq!(read(REQUEST_ID, b"abc-1.2_3").id(), "abc-1.2_3");
        for odd in [&b"two words"[..], b"<script>", &[b'a'; 65], b"\xff"] {
            assert_eq!(read(REQUEST_ID, odd).id().len(), 24);
        }
    }

    #[test]
    fn the_device_is_cut_and_cleaned() {
        assert_eq!(read("user-agent", "VoiceAssist/1\u{202e}.0".as_bytes()).device(), "VoiceAssist/1.0");
        assert_eq!(read("user-agent", &[b'a'; 900]).device().len(), 200);
        assert_eq!(read("user-agent", b"  ").device(), "Unknown program");
    }

    #[test]
    fn an_ipv4_address_inside_an_ipv6_one_is_shown_as_ipv4() {
        let mut extensions = http::Extensions::new();
        extensions
            .insert(ConnectInfo(SocketAddr::from((Ipv4Addr::new(192, 0, 2, 1).to_ipv6_mapped(), 4_000))));
        let info = RequestInfo::read(
            &extensions,
            &HeaderMap::new(),
            &TrustedProxies::default(),
            &SeededRandom::new(1),
        );
        assert_eq!(info.address().to_string(), "192.0.2.1");
    }
}
