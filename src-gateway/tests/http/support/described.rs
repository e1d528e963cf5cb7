//! Every answer of the whole suite is held against the OpenAPI document: its status, its problem code, its headers and
//! its body must be described there.

use http::Method;
use serde_json::Value;
use voiceassist_gateway::openapi::describe;

use super::TestAnswer;
use fits::find_misfit;

mod fits;

/// Fails the test unless the document says that this request can be answered so. A path that is not in the document
/// is the concern of the test that compares it with the router.
#[track_caller]
pub fn assert_described(method: &Method, path: &str, answer: &TestAnswer) {
    // What a browser asks before a page may call is for the tests of CORS.
    let Some(item) = find_path(path).filter(|_| *method != Method::OPTIONS) else { return };
    let status = answer.status.as_u16();
    let Some(operation) = find_operation(item, method) else {
        assert_eq!(status, 405, "{method} {path} is not described");
        return;
    };
    let response = &operation["responses"][status.to_string()];
    assert!(
        response.is_object(),
        "{method} {path} answers {status}, which is not described: {}",
        answer.body
    );
    for name in response["headers"].as_object().into_iter().flat_map(|headers| headers.keys()) {
        assert!(answer.headers.contains_key(name), "{method} {path} answers {status} without {name}");
    }
    let Some(content) = response["content"].as_object() else {
        assert!(answer.body.is_empty(), "{method} {path} answers {status} with a body that is not described");
        return;
    };
    let kind = answer.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default();
    let schema = content.get(kind).map(|media| &media["schema"]);
    let schema = schema.unwrap_or_else(|| panic!("{method} {path} answers {status} as {kind:?}"));
    if kind.ends_with("json") && kind != "application/x-ndjson" && *method != Method::HEAD {
        let misfit = find_misfit(&answer.json(), schema);
        assert_eq!(
            misfit, None,
            "{method} {path} answers {status} otherwise than described: {}",
            answer.body
        );
    }
}

/// The document's entry for a path: the one whose fixed parts fit best.
fn find_path(path: &str) -> Option<&'static Value> {
    let path = path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    let paths = describe()["paths"].as_object().expect("paths");
    let fitting = paths.iter().filter(|(template, _)| {
        let own: Vec<&str> = template.split('/').collect();
        own.len() == parts.len()
            && own.iter().zip(&parts).all(|(own, part)| own == part || is_variable(own, part))
    });
    fitting.min_by_key(|(template, _)| template.matches('{').count()).map(|(_, item)| item)
}

fn is_variable(own: &str, part: &str) -> bool {
    own.starts_with('{') && !part.is_empty()
}

/// The operation, which for `HEAD` is that of `GET` (RFC 9110, section 9.3.2).
fn find_operation<'a>(item: &'a Value, method: &Method) -> Option<&'a Value> {
    let name = if *method == Method::HEAD { "get".to_owned() } else { method.as_str().to_lowercase() };
    item.get(name)
}
