//! The OpenAPI document: what every operation takes and answers, collected from the router.
//!
//! An operation is described beside its handler, in `#[utoipa::path]`; the router takes path and method from there,
//! so that nothing is served without a description. What many operations share is said once in these rooms.

use std::sync::LazyLock;

use serde_json::Value;

use crate::router::collect_routes;

mod complete;
pub mod docs;
mod fixed;
pub mod parameters;
pub mod problems;
pub mod serve;
mod sorted;

/// The document, whole.
pub fn describe() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
        let collected = collect_routes(None).into_openapi();
        // Plain data always serialises; an empty document would fail the test that compares it.
        let document = serde_json::to_value(&collected).unwrap_or_default();
        sorted::sort_members(complete::complete(document))
    });
    &DOCUMENT
}

/// The document as text, as it is served, printed and kept in `openapi.json`.
pub fn print() -> String {
    let mut text = serde_json::to_string_pretty(describe()).unwrap_or_default();
    text.push('\n');
    text
}
