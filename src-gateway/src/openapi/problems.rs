//! Which problems an operation answers: sets of codes that go with what a handler takes, and what the document says of
//! them, grouped by status.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::{RefOr, Response, ResponseBuilder};
use voiceassist_contract::problem::ProblemCode::{self, *};

/// What the layers around every route answer, and the database wherever it is used.
pub(crate) const EVERYWHERE: &[ProblemCode] =
    &[RequestTimedOut, Internal, Overloaded, DependencyUnavailable, StorageFull];

/// What the layer of a limited route answers.
pub(crate) const LIMITED: &[ProblemCode] = &[RateLimited];

/// What reading a body answers.
pub(crate) const BODY: &[ProblemCode] = &[MalformedBody, BodyTooLarge, UnsupportedMediaType, InvalidInput];

/// What reading the query answers.
pub(crate) const QUERY: &[ProblemCode] = &[InvalidInput];

/// What an id in the path leads to if there is no such thing.
pub(crate) const PATH_ID: &[ProblemCode] = &[InvalidInput, NotFound];

/// What `If-Match` leads to.
pub(crate) const VERSION: &[ProblemCode] = &[VersionRequired, InvalidInput, VersionConflict];

/// What [`crate::access::SignedInWithAnyPassword`] answers.
pub(crate) const ANY_PASSWORD: &[ProblemCode] = &[TokenMissing, TokenInvalid, TokenExpired, SessionEnded];

/// What [`crate::access::SignedIn`] answers.
pub(crate) const SIGNED_IN: &[ProblemCode] =
    &[TokenMissing, TokenInvalid, TokenExpired, SessionEnded, PasswordChangeRequired];

/// What [`crate::access::Administrator`] answers.
pub(crate) const ADMINISTRATOR: &[ProblemCode] =
    &[TokenMissing, TokenInvalid, TokenExpired, SessionEnded, PasswordChangeRequired, NotAdministrator];

/// Names a type that lists, in an operation's `responses(…)`, all problems of the operation: sets of this module, and
/// after a semicolon codes of its own.
macro_rules! refusals {
    ($name:ident: $($set:ident),* $(; $($code:ident),+)?) => {
        /// The problems that the operation answers.
        struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> std::collections::BTreeMap<
                String,
                utoipa::openapi::RefOr<utoipa::openapi::response::Response>,
            > {
                $crate::openapi::problems::describe(&[
                    $crate::openapi::problems::EVERYWHERE,
                    $($crate::openapi::problems::$set,)*
                    $(&[$(voiceassist_contract::problem::ProblemCode::$code),+],)?
                ])
            }
        }
    };
}
pub(crate) use refusals;

/// The responses with the problems of these sets, by status.
pub(crate) fn describe(sets: &[&[ProblemCode]]) -> BTreeMap<String, RefOr<Response>> {
    let mut by_status: BTreeMap<u16, Vec<ProblemCode>> = BTreeMap::new();
    for code in sets.iter().flat_map(|set| set.iter().copied()) {
        let codes = by_status.entry(code.status()).or_default();
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    by_status.into_iter().map(|(status, codes)| (status.to_string(), to_response(&codes))).collect()
}

/// What is collected from the router carries the words alone; the rest is JSON, which [`complete_response`] adds.
const CODES: &str = "x-codes";

fn to_response(codes: &[ProblemCode]) -> RefOr<Response> {
    let titles: Vec<&str> = codes.iter().map(|code| code.title()).collect();
    let words: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
    let response = ResponseBuilder::new()
        .description(format!("{}.", titles.join(", or: ")))
        .extensions(Some(ExtensionsBuilder::new().add(CODES, words).build()));
    RefOr::T(response.build())
}

/// Says what the problems with the words of a response look like.
pub(super) fn complete_response(status: &str, response: &mut Value) {
    let Some(words) = response.as_object_mut().and_then(|members| members.remove(CODES)) else { return };
    let named = words.as_array().into_iter().flatten().filter_map(Value::as_str);
    let examples: BTreeMap<&str, Value> =
        named.map(|word| (word, json!({"$ref": format!("#/components/examples/{word}")}))).collect();
    response["content"]["application/problem+json"] = json!({
        "schema": {"allOf": [
            {"$ref": "#/components/schemas/Problem"},
            {
                "type": "object",
                "required": ["code", "status"],
                "properties": {"code": {"enum": words}, "status": {"const": status.parse::<u16>().unwrap_or(0)}},
            },
        ]},
        "examples": examples,
    });
    let name = match status {
        "401" => "WWW-Authenticate",
        "429" | "503" => "Retry-After",
        _ => return,
    };
    response["headers"][name] = json!({"$ref": format!("#/components/headers/{name}")});
}
