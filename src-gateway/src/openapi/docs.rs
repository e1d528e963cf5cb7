//! `GET /docs`: a page about the API, for people. It is made in the browser from `/openapi.json` and fetches nothing
//! from anywhere else.
//!
//! A page of our own and not one of the usual viewers: those are several megabytes of script, which would be a third of
//! the program.

use std::sync::LazyLock;

use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::fixed::{Fixed, NotModified};
use crate::openapi::problems::refusals;
use crate::state::AppState;

/// What the page may do: run its own script, use its own style, and ask the gateway that it came from.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// The routes of this file.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(show_page))
        .routes(routes!(show_style))
        .routes(routes!(show_script))
        .routes(routes!(show_schema_script))
}

refusals!(Refusals:);

/// Answers the page.
#[utoipa::path(
    get,
    path = "/docs",
    tag = "About the API",
    summary = "A page about the API",
    description = "For everybody: this document, for reading. It works without the internet.",
    responses(
        (status = 200, description = "The page.", content_type = "text/html", body = String,
            headers(("ETag" = String, description = "For `If-None-Match`."))),
        NotModified,
        Refusals
    )
)]
pub async fn show_page(headers: HeaderMap) -> Response {
    static PAGE: LazyLock<Fixed> =
        LazyLock::new(|| Fixed::new("text/html; charset=utf-8", include_str!("docs/docs.html")));
    let mut response = PAGE.answer(&headers);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

/// Answers the page's style.
#[utoipa::path(
    get,
    path = "/docs/docs.css",
    tag = "About the API",
    summary = "The style of that page",
    description = "A part of `/docs`.",
    responses(
        (status = 200, description = "The style.", content_type = "text/css", body = String,
            headers(("ETag" = String, description = "For `If-None-Match`."))),
        NotModified,
        Refusals
    )
)]
pub async fn show_style(headers: HeaderMap) -> Response {
    static STYLE: LazyLock<Fixed> =
        LazyLock::new(|| Fixed::new("text/css; charset=utf-8", include_str!("docs/docs.css")));
    STYLE.answer(&headers)
}

/// Answers the page's script.
#[utoipa::path(
    get,
    path = "/docs/docs.js",
    tag = "About the API",
    summary = "The script of that page",
    description = "A part of `/docs`.",
    responses(
        (status = 200, description = "The script.", content_type = "text/javascript", body = String,
            headers(("ETag" = String, description = "For `If-None-Match`."))),
        NotModified,
        Refusals
    )
)]
pub async fn show_script(headers: HeaderMap) -> Response {
    static SCRIPT: LazyLock<Fixed> =
        LazyLock::new(|| Fixed::new("text/javascript; charset=utf-8", include_str!("docs/docs.js")));
    SCRIPT.answer(&headers)
}

/// Answers the part of the page's script that shows schemas.
#[utoipa::path(
    get,
    path = "/docs/schema.js",
    tag = "About the API",
    summary = "The part of that script that shows schemas",
    description = "A part of `/docs`.",
    responses(
        (status = 200, description = "The script.", content_type = "text/javascript", body = String,
            headers(("ETag" = String, description = "For `If-None-Match`."))),
        NotModified,
        Refusals
    )
)]
pub async fn show_schema_script(headers: HeaderMap) -> Response {
    static SCRIPT: LazyLock<Fixed> =
        LazyLock::new(|| Fixed::new("text/javascript; charset=utf-8", include_str!("docs/schema.js")));
    SCRIPT.answer(&headers)
}
