//! Problem codes describe themselves for the OpenAPI document: every word, from the one list of them.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::ProblemCode;

impl PartialSchema for ProblemCode {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(
                "Why a request failed. The words are stable; nothing else in a problem may be branched on.",
            ))
            .enum_values(Some(Self::ALL.iter().map(|code| code.as_str())));
        RefOr::T(object.into())
    }
}

impl ToSchema for ProblemCode {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ProblemCode")
    }
}
