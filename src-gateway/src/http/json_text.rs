//! An answer that is JSON already.

use axum::response::{IntoResponse, Response};
use http::header;

/// JSON as text.
#[derive(Clone, Debug)]
pub struct JsonText(pub String);

impl IntoResponse for JsonText {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, "application/json")], self.0).into_response()
    }
}
