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
    let is_same_origin = next.origin() == from.origin();
    if call.method == Method::GET && is_same_origin && hops < MOST_HOPS {
        return Ok(Some(next));
    }
    Err(Error::Redirected {
        status: answer.status,
        to: next.origin().ascii_serialization(),
        request_id: answer.request_id.clone(),
    })
}
