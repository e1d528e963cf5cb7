//! What is wrapped around every route: ids, the log line, security headers, problem bodies for every
//! failure, load shedding, and an end to requests that take too long.

use std::any::Any;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use voiceassist_contract::problem::{Problem, ProblemCode};

use crate::http::request_info::{REQUEST_ID, RequestInfo};
use crate::problem::{ApiError, PendingProblem};
use crate::state::AppState;

/// The longest that a request may take, reading its body included.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// The outermost layer: gives the request its id, and the answer its headers and its problem body.
pub async fn finish_response(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let started = tokio::time::Instant::now();
    let info = RequestInfo::read(request.extensions(), request.headers(), &state.proxies, state.random());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    request.extensions_mut().insert(info.clone());

    let mut response = write_problem(next.run(request).await, &info);
    add_headers(&mut response, &info, state.is_stopping.load(Ordering::Relaxed));
    log_request(&info, &method, route.as_deref(), response.status(), started.elapsed());
    response
}

/// Refuses what would have to queue, and ends what takes too long.
pub async fn limit_load(State(state): State<AppState>, request: Request, next: Next) -> Response {
    // Liveness is answered however busy the rest is; otherwise load would look like death.
    if request.uri().path() == "/health" {
        return next.run(request).await;
    }
    let Ok(_permit) = state.in_flight.try_acquire() else {
        state.metrics.count_shed();
        return ApiError::overloaded().into_response();
    };
    match tokio::time::timeout(REQUEST_TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => timed_out().into_response(),
    }
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
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if is_stopping {
        // The client's next request then goes to a process that will still be there.
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
}

fn log_request(info: &RequestInfo, method: &Method, route: Option<&str>, status: StatusCode, took: Duration) {
    tracing::info!(
        request_id = info.id(),
        method = %method,
        // The route and not the path: a path may hold what somebody typed.
        route = route.unwrap_or("-"),
        status = status.as_u16(),
        duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        user_id = info.user_id().map(tracing::field::display),
        "answered"
    );
}
