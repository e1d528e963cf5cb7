//! Smaller answers for those who ask for them (gzip): to `GET`, and where it is worth it.
//!
//! The length of a compressed answer tells something of what is in it (the BREACH attack). Tokens and temporary
//! passwords are given only in answers to other methods, and those are never compressed.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode, Version, header};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{And, Predicate, SizeAbove};

/// What is smaller fits into one packet as it is.
const LEAST_BYTES: u64 = 1_400;

/// What is text; a picture would only grow.
const TEXTS: [&str; 5] =
    ["application/json", "application/x-ndjson", "text/", "application/javascript", "image/svg+xml"];

type IsText = fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool;

/// The layer that compresses. What is made while it is sent is compressed while it is sent.
pub fn make_layer() -> CompressionLayer<And<SizeAbove, IsText>> {
    let is_worth_it = SizeAbove::new(LEAST_BYTES).and(is_text as IsText);
    // The fastest level takes a list of accounts to a sixth; a better one costs several times as much for little.
    CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(is_worth_it)
}

/// Around [`make_layer`]: leaves of what the client accepts only what it shall have.
pub async fn choose_coding(mut request: Request, next: Next) -> Response {
    let is_wanted = request.method() == Method::GET && accepts_gzip(request.headers());
    let headers = request.headers_mut();
    headers.remove(header::ACCEPT_ENCODING);
    if is_wanted {
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    }
    next.run(request).await
}

/// Whether `Accept-Encoding` names gzip and does not refuse it (RFC 9110 section 12.5.3). A client that would take
/// anything (`*`) is not surprised with it.
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let names_it = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        names_it && weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0))
    })
}

fn is_text(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    TEXTS.iter().any(|text| kind.starts_with(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_taken_from_those_who_name_it_and_do_not_refuse_it() {
        let accepts = |lines: &[&'static str]| {
            let value = |line: &&'static str| (header::ACCEPT_ENCODING, HeaderValue::from_static(line));
            accepts_gzip(&lines.iter().map(value).collect())
        };
        assert!(
            accepts(&["gzip"]) && accepts(&["br, GZIP;q=0.5"]) && accepts(&["br", "deflate , gzip ; q=1"])
        );
        for refused in
            [&["gzip;q=0"][..], &["*"], &["br"], &["gzip;q=x"], &["identity;q=0"], &["gzipped"], &[]]
        {
            assert!(!accepts(refused), "{refused:?}");
        }
    }
}
