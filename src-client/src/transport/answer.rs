//! An answer, read with a limit and kept as it came until it is understood.

use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use voiceassist_contract::Time;
use zeroize::Zeroizing;

use super::problem::parse_problem;
use super::request_id::REQUEST_ID;
use crate::Error;
use crate::error::{Fault, UnexpectedAnswer};

/// The most that is read of a body; the largest real answer is a page of 200 accounts, some 200 kB.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// Where servers of 2025 put their request id.
const OLDER_REQUEST_ID: &str = "x-correlation-id";

/// The longest request id that is worth showing.
const LONGEST_REQUEST_ID: usize = 128;

/// Status, the headers that matter, and the body.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) request_id: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) retry_after_seconds: Option<u64>,
    pub(crate) location: Option<String>,
    /// It may hold tokens, so it is wiped.
    pub(crate) body: Zeroizing<Vec<u8>>,
    is_too_large: bool,
}

impl Answer {
    /// Reads the whole answer, up to the limit.
    pub(super) async fn read(
        mut response: Response,
        sent_request_id: &str,
        now: Time,
    ) -> Result<Self, reqwest::Error> {
        let announced = response.content_length().and_then(|length| usize::try_from(length).ok());
        let mut answer = Self::of_headers(response.status().as_u16(), response.headers(), now);
        answer.request_id.get_or_insert_with(|| sent_request_id.to_owned());
        answer.body.reserve(announced.unwrap_or(0).min(64 * 1024));
        while let Some(chunk) = response.chunk().await? {
            let room = MOST_BYTES - answer.body.len();
            if chunk.len() > room {
                answer.is_too_large = true;
                break;
            }
            answer.body.extend_from_slice(&chunk);
        }
        Ok(answer)
    }

    fn of_headers(status: u16, headers: &HeaderMap, now: Time) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Self {
            status,
            request_id: text(REQUEST_ID)
                .or_else(|| text(OLDER_REQUEST_ID))
                .filter(|id| !id.is_empty() && id.len() <= LONGEST_REQUEST_ID),
            content_type: text(CONTENT_TYPE.as_str()),
            retry_after_seconds: text(RETRY_AFTER.as_str()).and_then(|value| parse_retry_after(&value, now)),
            location: text("location"),
            body: Zeroizing::default(),
            is_too_large: false,
        }
    }

    /// Refuses what is larger than anything this program reads.
    pub(super) fn inspect_size(self) -> Result<Self, Error> {
        if self.is_too_large { Err(self.unexpected(Fault::TooLarge)) } else { Ok(self) }
    }

    /// Tells successes from problems.
    pub(super) fn into_success(self, accepted_failure: Option<u16>) -> Result<Self, Error> {
        if (200..300).contains(&self.status) || accepted_failure == Some(self.status) {
            return Ok(self);
        }
        if !self.is_json() {
            return Err(self.unexpected(Fault::Status));
        }
        match parse_problem(&self) {
            Some(problem) => Err(Error::Problem(Box::new(problem))),
            None => Err(self.unexpected(Fault::Status)),
        }
    }

    /// What the server refuses in an answer whose status says otherwise.
    pub(crate) fn refusal(&self) -> Error {
        match parse_problem(self) {
            Some(problem) => Error::Problem(Box::new(problem)),
            None => self.unexpected(Fault::Status),
        }
    }

    /// The body as what was asked for.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, Error> {
        if !self.is_json() {
            return Err(self.unexpected(Fault::NotJson));
        }
        serde_json::from_slice(&self.body).map_err(|refusal| {
            // Only where it stopped: the parser's own sentence repeats values.
            self.unexpected(match refusal.classify() {
                Category::Eof => Fault::CutShort,
                Category::Data => Fault::WrongShape { line: refusal.line(), column: refusal.column() },
                Category::Syntax | Category::Io => Fault::Malformed,
            })
        })
    }

    /// Whether it says that it is JSON; an answer that says nothing gets the benefit of the doubt.
    fn is_json(&self) -> bool {
        let Some(content_type) = &self.content_type else { return true };
        let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
    }

    fn unexpected(&self, fault: Fault) -> Error {
        let answer = UnexpectedAnswer::new(fault, self);
        tracing::debug!(?answer, "answer could not be read");
        Error::UnexpectedAnswer(Box::new(answer))
    }
}

/// Seconds, or the date until which to wait.
fn parse_retry_after(value: &str, now: Time) -> Option<u64> {
    let value = value.trim();
    if let Ok(seconds) = value.parse() {
        return Some(seconds);
    }
    let until = chrono::DateTime::parse_from_rfc2822(value).ok()?;
    Some(u64::try_from((until.to_utc() - now).num_seconds()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let now = chrono::DateTime::parse_from_rfc3339("2026-11-23T10:00:00Z").expect("a date").to_utc();
        for (value, seconds) in [
            ("7", Some(7)),
            (" 0 ", Some(0)),
            ("Mon, 23 Nov 2026 10:01:30 GMT", Some(90)),
            ("Mon, 23 Nov 2026 09:00:00 GMT", Some(0)),
            ("-3", None),
            ("soon", None),
        ] {
            assert_eq!(parse_retry_after(value, now), seconds, "{value}");
        }
    }
}
