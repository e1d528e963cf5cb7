//! Reading what stands beside the body: ids in the path, the query, and the version in `If-Match`.

use axum::extract::{FromRequestParts, RawPathParams};
use http::header;
use http::request::Parts;
use voiceassist_contract::Id;
use voiceassist_contract::problem::{FieldError, ProblemCode};

use crate::http::fields::Fields;
use crate::http::values::parse_id;
use crate::problem::{Answer, ApiError};

/// The `{id}` of the route.
#[derive(Clone, Copy, Debug)]
pub struct PathId(pub Id);

/// The `{sid}` of the route: a session.
#[derive(Clone, Copy, Debug)]
pub struct PathSessionId(pub Id);

impl<S: Send + Sync> FromRequestParts<S> for PathId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Answer<Self> {
        read_path_id(parts, state, "id").await.map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PathSessionId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Answer<Self> {
        read_path_id(parts, state, "sid").await.map(Self)
    }
}

async fn read_path_id<S: Send + Sync>(parts: &mut Parts, state: &S, name: &str) -> Answer<Id> {
    // What cannot even be decoded is no id either.
    let parameters = RawPathParams::from_request_parts(parts, state).await.ok();
    let text = parameters.iter().flatten().find(|(key, _)| *key == name).map_or("", |(_, value)| value);
    parse_id(text).map_err(|violation| ApiError::invalid_field(name, &violation))
}

/// The query's parameters.
#[derive(Debug)]
pub struct Query(pub Fields);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Answer<Self> {
        Ok(Self(Fields::of_query(parts.uri.query())))
    }
}

/// The version that an edit is based on, from `If-Match`: `3`, `"3"` or `W/"3"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version(pub i64);

impl<S: Sync> FromRequestParts<S> for Version {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Answer<Self> {
        let mut values = parts.headers.get_all(header::IF_MATCH).iter();
        let Some(value) = values.next() else {
            return Err(ApiError::new(
                ProblemCode::VersionRequired,
                "Say in If-Match which version of the account the change is based on.",
            )
            .with_errors(vec![if_match_error("required")]));
        };
        let version = value.to_str().ok().and_then(parse_version).filter(|_| values.next().is_none());
        version.map(Self).ok_or_else(|| ApiError::invalid(vec![if_match_error("not_a_version")]))
    }
}

fn parse_version(text: &str) -> Option<i64> {
    let tag = text.trim();
    let tag = tag.strip_prefix("W/").unwrap_or(tag);
    let number = tag.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(tag);
    let is_plain = (1..=18).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain { number.parse().ok() } else { None }
}

fn if_match_error(code: &str) -> FieldError {
    FieldError {
        field: "If-Match".to_owned(),
        code: code.to_owned(),
        message: "Give the account's version.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_in_all_three_forms_and_nothing_else_is() {
        for text in ["3", "\"3\"", "W/\"3\"", " 3 "] {
            assert_eq!(parse_version(text), Some(3), "{text}");
        }
        for text in ["", "*", "-1", "+3", "\"3", "3.0", "\"\"", "99999999999999999999"] {
            assert_eq!(parse_version(text), None, "{text}");
        }
    }
}
