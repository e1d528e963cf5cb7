//! What is wrapped around every route: ids, the log line, security headers, and problem bodies for every failure.

use std::any::Any;
use std::sync::atomic::Ordering;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use tracing::Instrument;
use voiceassist_contract::problem::{Problem, ProblemCode};

use crate::http::headers::add_security_headers;
use crate::http::request_info::{REQUEST_ID, RequestInfo};
use crate::http::request_log::RequestLog;
use crate::problem::{ApiError, PendingProblem};
use crate::state::AppState;

/// The outermost layer: gives the request its id, and the answer its headers and its problem body.
pub async fn finish_response(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let info = RequestInfo::read(request.extensions(), request.headers(), &state.proxies, state.random());
    let log = RequestLog::begin(&info, &request);
    request.extensions_mut().insert(info.clone());

    let answered = next.run(request).instrument(log.span()).await;
    let mut response = write_problem(answered, &info);
    add_headers(&mut response, &info, state.is_stopping.load(Ordering::Relaxed));
    add_security_headers(response.headers_mut());
    log.write(response.status());
    response
}

/// The answer to a request that took too long.
pub fn timed_out() -> ApiError {
    ApiError::new(ProblemCode::RequestTimedOut, "The request took too long. Try again.")
}

/// The answer after a panic. What the panic said stays in the log.
pub fn answer_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let cause = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without words".to_owned());
    ApiError::internal(&cause).into_response()
}

/// The answer on a path that no route has.
pub async fn answer_unknown_route() -> ApiError {
    ApiError::not_found("There is nothing at this address.")
}

/// The answer to a method that the route does not have; the framework adds `Allow`.
pub async fn answer_unknown_method() -> ApiError {
    ApiError::new(ProblemCode::MethodNotAllowed, "This address does not take this method.")
}

fn write_problem(response: Response, info: &RequestInfo) -> Response {
    let status = response.status();
    let pending = response.extensions().get::<PendingProblem>().cloned();
    if pending.is_none() && !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let is_problem_already = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == "application/problem+json" || kind == "application/json");
    if pending.is_none() && is_problem_already {
        return response;
    }
    let mut problem = pending.map_or_else(|| problem_for_status(status), |pending| pending.0);
    problem.request_id = Some(info.id().to_owned());
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    Response::from_parts(parts, Body::from(body))
}

/// A problem for a refusal that the framework made without asking this program.
fn problem_for_status(status: StatusCode) -> Box<Problem> {
    let code = ProblemCode::ALL
        .iter()
        .copied()
        .find(|code| code.status() == status.as_u16())
        .filter(|_| !matches!(status.as_u16(), 401 | 403 | 409 | 429))
        .unwrap_or(ProblemCode::Internal);
    let mut problem = Problem {
        kind: format!("/problems/{}", code.as_str()),
        title: code.title().to_owned(),
        status: status.as_u16(),
        detail: format!("{}.", code.title()),
        code,
        request_id: None,
        errors: Vec::new(),
        current: None,
    };
    if code == ProblemCode::Internal {
        problem.detail = "The server could not answer this request.".to_owned();
    }
    Box::new(problem)
}

fn add_headers(response: &mut Response, info: &RequestInfo, is_stopping: bool) {
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(info.id()) {
        headers.insert(HeaderName::from_static(REQUEST_ID), id);
    }
    if is_stopping {
        // The client's next request then goes to a process that will still be there.
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
}
