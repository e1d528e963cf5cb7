//! Every refusal and failure as a problem (RFC 9457). The outermost layer of [`crate::http`] writes the
//! body, because only it knows the request's id.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use sea_orm::DbErr;
use voiceassist_contract::accounts::Account;
use voiceassist_contract::problem::{FieldError, Problem, ProblemCode};
use voiceassist_contract::rule::Violation;

use crate::database::failure::is_unavailable;
use crate::database::full::is_storage_full;

/// How long a client waits before it tries again, where nothing better is known.
const RETRY_SOON: Duration = Duration::from_secs(2);

/// Why a request is not answered with success.
#[derive(Debug)]
pub struct ApiError {
    problem: Box<Problem>,
    retry_after: Option<Duration>,
}

/// What a handler answers.
pub type Answer<T> = Result<T, ApiError>;

impl ApiError {
    /// A problem with this code and this sentence for a person. The sentence never repeats input.
    pub fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self {
            problem: Box::new(Problem {
                kind: format!("/problems/{}", code.as_str()),
                title: code.title().to_owned(),
                status: code.status(),
                detail: detail.into(),
                code,
                request_id: None,
                errors: Vec::new(),
                current: None,
            }),
            retry_after: None,
        }
    }

    /// `invalid_input` with these fields.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail =
            errors.first().map_or("The input is not valid.", |error| error.message.as_str()).to_owned();
        Self { ..Self::new(ProblemCode::InvalidInput, detail) }.with_errors(errors)
    }

    /// `invalid_input` with one field.
    pub fn invalid_field(field: &str, violation: &Violation) -> Self {
        Self::invalid(vec![field_error(field, violation)])
    }

    /// `not_found`.
    pub fn not_found(detail: &str) -> Self {
        Self::new(ProblemCode::NotFound, detail)
    }

    /// `internal`: `cause` goes to the log, never to the caller.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        Self::new(ProblemCode::Internal, "The server failed. Its log has more under the request's id.")
    }

    /// `overloaded`.
    pub fn overloaded() -> Self {
        Self::new(ProblemCode::Overloaded, "The server is busy. Try again in a moment.")
            .with_retry_after(RETRY_SOON)
    }

    /// `version_conflict`, with the account as it is now.
    pub fn version_conflict(current: Account) -> Self {
        let mut error = Self::new(
            ProblemCode::VersionConflict,
            "Somebody else changed this account meanwhile. Look at it as it is now and try again.",
        );
        error.problem.current = Some(Box::new(current));
        error
    }

    /// The same with these fields.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.problem.errors = errors;
        self
    }

    /// The same with `Retry-After`.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// The sentence for a person.
    pub fn detail(&self) -> &str {
        &self.problem.detail
    }

    /// The code.
    pub fn code(&self) -> ProblemCode {
        self.problem.code
    }
}

/// A violation at a field, as it goes over the wire.
pub fn field_error(field: &str, violation: &Violation) -> FieldError {
    FieldError {
        field: field.to_owned(),
        code: violation.code.to_owned(),
        message: violation.message.to_owned(),
    }
}

/// A wait in whole seconds for `Retry-After`, never less than one.
pub fn whole_seconds(wait: Duration) -> u64 {
    let rounded_up = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    rounded_up.max(1)
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        if let Some(wait) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(whole_seconds(wait)));
        }
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(PendingProblem(self.problem));
        response
    }
}

/// A problem on its way to the layer that writes it.
#[derive(Clone, Debug)]
pub struct PendingProblem(pub Box<Problem>);

impl From<DbErr> for ApiError {
    fn from(error: DbErr) -> Self {
        if is_storage_full(&error) {
            tracing::error!(cause = %error, "there is no room left for the database");
            let detail =
                "The server's disk is full, so nothing can be saved. Tell whoever looks after the server.";
            return Self::new(ProblemCode::StorageFull, detail);
        }
        if is_unavailable(&error) {
            tracing::error!(cause = %error, "the database does not answer");
            return Self::new(
                ProblemCode::DependencyUnavailable,
                "The database does not answer. Try again in a moment.",
            )
            .with_retry_after(RETRY_SOON);
        }
        Self::internal(&error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_rounded_up_to_whole_seconds() {
        assert_eq!(whole_seconds(Duration::ZERO), 1);
        assert_eq!(whole_seconds(Duration::from_millis(1_001)), 2);
        assert_eq!(whole_seconds(Duration::from_secs(60)), 60);
    }

    #[test]
    fn a_database_that_does_not_answer_is_a_503_with_retry_after() {
        let error = ApiError::from(DbErr::ConnectionAcquire(sea_orm::ConnAcquireErr::Timeout));
        assert_eq!(error.code(), ProblemCode::DependencyUnavailable);
        let response = error.into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[header::RETRY_AFTER], "2");
    }
}
