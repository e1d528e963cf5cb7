//! `GET /openapi.json`: the document of this very gateway.

use std::sync::LazyLock;

use axum::response::Response;
use http::HeaderMap;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::fixed::{Fixed, NotModified};
use crate::openapi::problems::refusals;
use crate::state::AppState;

/// The routes of this file.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(show_document))
}

refusals!(Refusals:);

/// Answers the document.
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "About the API",
    summary = "This document",
    description = "For everybody. It says nothing of the deployment.",
    responses(
        (status = 200, description = "The document (OpenAPI 3.1).", content_type = "application/json", body = Object,
            headers(("ETag" = String, description = "For `If-None-Match`."))),
        NotModified,
        Refusals
    )
)]
pub async fn show_document(headers: HeaderMap) -> Response {
    static DOCUMENT: LazyLock<Fixed> = LazyLock::new(|| Fixed::new("application/json", super::print()));
    DOCUMENT.answer(&headers)
}
