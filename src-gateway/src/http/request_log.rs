//! One line in the log for each request: its id, route, status, duration and account. Never what somebody typed:
//! no path, no query, no header, no body.

use std::time::Duration;

use axum::extract::{MatchedPath, Request};
use http::{Method, StatusCode};
use tokio::time::Instant;
use tracing::Span;

use crate::http::request_info::RequestInfo;

/// What is known of a request when it comes, until its line is written.
#[derive(Debug)]
pub struct RequestLog {
    info: RequestInfo,
    started: Instant,
    method: &'static str,
    /// The route's template, such as `/api/users/{id}`; a path may hold what somebody typed.
    route: Option<MatchedPath>,
    is_written: bool,
}

impl RequestLog {
    /// Begins when the request comes.
    pub fn begin(info: &RequestInfo, request: &Request) -> Self {
        Self {
            info: info.clone(),
            started: Instant::now(),
            method: name_method(request.method()),
            route: request.extensions().get().cloned(),
            is_written: false,
        }
    }

    /// What everything is logged under that happens while the request is answered: its id. Of the highest level, so
    /// that it is there however little is logged.
    pub fn span(&self) -> Span {
        tracing::error_span!("request", request_id = self.info.id())
    }

    /// Writes the line of an answered request.
    pub fn write(mut self, status: StatusCode) {
        self.is_written = true;
        tracing::info!(
            request_id = self.info.id(),
            method = self.method,
            route = self.route(),
            status = status.as_u16(),
            duration_ms = to_milliseconds(self.started.elapsed()),
            user_id = self.info.user_id().map(tracing::field::display),
            "answered"
        );
    }

    fn route(&self) -> &str {
        self.route.as_ref().map_or("-", MatchedPath::as_str)
    }
}

/// Dropped unwritten if the connection ended first.
impl Drop for RequestLog {
    fn drop(&mut self) {
        if !self.is_written {
            tracing::info!(
                request_id = self.info.id(),
                method = self.method,
                route = self.route(),
                duration_ms = to_milliseconds(self.started.elapsed()),
                user_id = self.info.user_id().map(tracing::field::display),
                "the client left before it was answered"
            );
        }
    }
}

/// A method that no route has can be any word that the caller likes.
fn name_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "another",
    }
}

/// With a fraction: most requests take less than one.
fn to_milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
