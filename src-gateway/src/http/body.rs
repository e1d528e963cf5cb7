//! Reading a JSON body: its type, its size, its time and its shape, before any field is looked at.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use futures_util::StreamExt;
use http::{HeaderMap, header};
use serde_json::{Map, Value};
use voiceassist_contract::problem::{FieldError, ProblemCode};

use crate::http::fields::Fields;
use crate::http::layers::timed_out;
use crate::http::strict_json::{Unreadable, read_strictly};
use crate::problem::{Answer, ApiError};

/// The largest JSON body.
pub const MOST_BODY_BYTES: usize = 64 * 1024;

/// The longest that a body may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// A body that is a JSON object.
#[derive(Debug)]
pub struct JsonBody(Map<String, Value>);

impl JsonBody {
    /// Its members, to be read one by one.
    pub fn into_fields(self) -> Fields {
        Fields::of_body(self.0)
    }
}

impl<S: Sync> FromRequest<S> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Answer<Self> {
        require_json(request.headers())?;
        let bytes = read_body(request, MOST_BODY_BYTES, BODY_TIMEOUT).await?;
        parse_object(&bytes).map(Self)
    }
}

/// A body that may be left out; if it is there, it is a JSON object.
#[derive(Debug)]
pub struct OptionalJsonBody(Map<String, Value>);

impl OptionalJsonBody {
    /// Its members, none if it was left out.
    pub fn into_fields(self) -> Fields {
        Fields::of_body(self.0)
    }
}

impl<S: Sync> FromRequest<S> for OptionalJsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Answer<Self> {
        let is_json = require_json(request.headers());
        let bytes = read_body(request, MOST_BODY_BYTES, BODY_TIMEOUT).await?;
        if bytes.is_empty() {
            return Ok(Self(Map::new()));
        }
        is_json?;
        parse_object(&bytes).map(Self)
    }
}

fn require_json(headers: &HeaderMap) -> Answer<()> {
    if content_type(headers).as_deref() == Some("application/json") {
        return Ok(());
    }
    Err(ApiError::new(
        ProblemCode::UnsupportedMediaType,
        "Send the body as JSON, with the content type application/json.",
    ))
}

/// What the body is called, in lower case and without parameters.
pub fn content_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    value.split(';').next().map(|essence| essence.trim().to_ascii_lowercase())
}

/// Reads the body to its end.
///
/// # Errors
/// `body_too_large`, `request_timed_out`, or `malformed_body` if the connection breaks.
pub async fn read_body(request: Request, most_bytes: usize, timeout: Duration) -> Answer<Bytes> {
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<u64>().ok());
    if announced.is_some_and(|length| length > most_bytes as u64) {
        return Err(too_large(most_bytes));
    }
    match tokio::time::timeout(timeout, collect(request, most_bytes)).await {
        Ok(bytes) => bytes,
        Err(_) => Err(timed_out()),
    }
}

async fn collect(request: Request, most_bytes: usize) -> Answer<Bytes> {
    let mut stream = request.into_body().into_data_stream();
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| {
            ApiError::new(ProblemCode::MalformedBody, "The connection broke while the body was sent.")
        })?;
        if bytes.len() + chunk.len() > most_bytes {
            return Err(too_large(most_bytes));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.into())
}

fn too_large(most_bytes: usize) -> ApiError {
    ApiError::new(ProblemCode::BodyTooLarge, format!("The body has more than {} KiB.", most_bytes / 1024))
}

fn parse_object(bytes: &[u8]) -> Answer<Map<String, Value>> {
    match read_strictly(bytes) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(ApiError::new(ProblemCode::MalformedBody, "The body must be a JSON object.")),
        Err(unreadable) => Err(malformed(unreadable)),
    }
}

fn malformed(unreadable: Unreadable) -> ApiError {
    let detail = match unreadable.code {
        "duplicate" => "The body has the same field twice.",
        "too_deep" => "The body is nested too deep.",
        _ => "The body is not valid JSON in UTF-8.",
    };
    let errors = unreadable.field.map(|field| FieldError {
        field,
        code: unreadable.code.to_owned(),
        message: "Give this once.".to_owned(),
    });
    ApiError::new(ProblemCode::MalformedBody, detail).with_errors(errors.into_iter().collect())
}
