//! Texts that stay the same as long as the process runs, answered with a tag, so that nobody fetches one twice.

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};

/// It is the one that `If-None-Match` names.
#[derive(Debug, utoipa::IntoResponses)]
#[response(status = 304)]
pub(super) struct NotModified;

/// Such a text.
#[derive(Debug)]
pub(super) struct Fixed {
    content_type: &'static str,
    text: Cow<'static, str>,
    /// As weak tags are compared: without the mark.
    tag: String,
}

impl Fixed {
    /// This text.
    pub(super) fn new(content_type: &'static str, text: impl Into<Cow<'static, str>>) -> Self {
        let text = text.into();
        let tag = format!("\"{}\"", hex::encode(&Sha256::digest(text.as_bytes())[..12]));
        Self { content_type, text, tag }
    }

    /// Answers the text, or that the caller has it already (RFC 9110, section 13.1.2).
    pub(super) fn answer(&'static self, asked: &HeaderMap) -> Response {
        let kind = HeaderValue::from_static(self.content_type);
        let mut response = if self.is_known(asked) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            ([(header::CONTENT_TYPE, kind)], self.text.as_ref()).into_response()
        };
        let headers = response.headers_mut();
        // A weak one, because compressed and as it is the text is the same, but its bytes are not (section 8.8.1).
        if let Ok(tag) = HeaderValue::from_str(&format!("W/{}", self.tag)) {
            headers.insert(header::ETAG, tag);
        }
        // It changes with the program: kept, and asked for again each time.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response
    }

    fn is_known(&self, asked: &HeaderMap) -> bool {
        let known = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let mut tags = known.flat_map(|list| list.split(',')).map(|tag| tag.trim().trim_start_matches("W/"));
        tags.any(|tag| tag == "*" || tag == self.tag)
    }
}
