//! Requests that say in two ways where they end. A proxy in front may read the other one, and take for a body what
//! this server takes for the next request: so they are refused, and after a body in chunks, where the second way may
//! have been left out of sight, the connection is not used again (RFC 9112 section 6.3).

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use voiceassist_contract::problem::ProblemCode;

use crate::problem::ApiError;

/// Refuses a request whose end is said in two ways, and closes after one that came in chunks.
pub async fn require_one_length(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let is_in_chunks = headers.contains_key(header::TRANSFER_ENCODING);
    let is_ambiguous = is_in_chunks && headers.contains_key(header::CONTENT_LENGTH);
    let mut response = if is_ambiguous { said_twice().into_response() } else { next.run(request).await };
    if is_in_chunks {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

fn said_twice() -> ApiError {
    let detail = "The request says its length in two ways. Send either Content-Length or Transfer-Encoding.";
    ApiError::new(ProblemCode::MalformedBody, detail)
}
