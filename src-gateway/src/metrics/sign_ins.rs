//! The layer of the routes that sign in: counts attempts by how they ended.

use ::metrics::Label;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::catalogue;
use crate::problem::PendingProblem;
use crate::state::AppState;

/// Counts an attempt: a success, or the code of the problem that refused it.
pub async fn count_sign_in(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let outcome = match response.extensions().get() {
        Some(PendingProblem(problem)) => problem.code.as_str(),
        None if response.status().is_success() => "success",
        None => "other",
    };
    let outcome = Label::from_static_parts("outcome", outcome);
    state.metrics.counter(&catalogue::SIGN_INS, vec![outcome]).increment(1);
    response
}
