//! The layer around everything: every request is counted by the template of its route, its method and its
//! status, and timed, also when its sender goes away before the answer.

use ::metrics::Label;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::Method;
use tokio::time::Instant;

use super::{Metrics, catalogue};
use crate::problem::PendingProblem;
use crate::state::AppState;

/// Stands for every path that no route has. One value: whoever makes paths up must not make series.
const NO_ROUTE: &str = "unmatched";

/// Stands for every method that HTTP's own standard does not have, for the same reason.
const OTHER_METHOD: &str = "other";

/// Stands in a status's place when the sender went away before there was one.
const ABANDONED: &str = "abandoned";

/// Counts and times a request.
pub async fn measure_request(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if !state.metrics.is_on() {
        return next.run(request).await;
    }
    let work = Work::begin(&state.metrics, &request);
    let response = next.run(request).await;
    if let Some(PendingProblem(problem)) = response.extensions().get() {
        let code = Label::from_static_parts("code", problem.code.as_str());
        state.metrics.counter(&catalogue::PROBLEMS, vec![code]).increment(1);
    }
    work.end(response.status().as_u16().to_string());
    response
}

/// A request in work. Dropped before its end, it was abandoned.
struct Work {
    metrics: Metrics,
    route: String,
    method: &'static str,
    started: Instant,
    status: Option<String>,
}

impl Work {
    fn begin(metrics: &Metrics, request: &Request) -> Self {
        metrics.0.requests_in_work.increment(1.0);
        let route = request.extensions().get::<MatchedPath>();
        Self {
            metrics: metrics.clone(),
            route: route.map_or(NO_ROUTE, MatchedPath::as_str).to_owned(),
            method: method_word(request.method()),
            started: Instant::now(),
            status: None,
        }
    }

    fn end(mut self, status: String) {
        self.status = Some(status);
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.metrics.0.requests_in_work.decrement(1.0);
        let where_to = vec![
            Label::new("route", std::mem::take(&mut self.route)),
            Label::from_static_parts("method", self.method),
        ];
        let mut how = where_to.clone();
        how.push(Label::new("status", self.status.take().unwrap_or_else(|| ABANDONED.to_owned())));
        self.metrics.counter(&catalogue::REQUESTS, how).increment(1);
        let seconds = self.metrics.histogram(&catalogue::REQUEST_SECONDS, where_to);
        seconds.record(self.started.elapsed().as_secs_f64());
    }
}

fn method_word(method: &Method) -> &'static str {
    const KNOWN: [(Method, &str); 9] = [
        (Method::GET, "GET"),
        (Method::POST, "POST"),
        (Method::PUT, "PUT"),
        (Method::DELETE, "DELETE"),
        (Method::PATCH, "PATCH"),
        (Method::HEAD, "HEAD"),
        (Method::OPTIONS, "OPTIONS"),
        (Method::TRACE, "TRACE"),
        (Method::CONNECT, "CONNECT"),
    ];
    KNOWN.iter().find(|(known, _)| known == method).map_or(OTHER_METHOD, |(_, word)| word)
}
