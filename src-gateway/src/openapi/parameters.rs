//! Parameters that many operations have.

use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, SchemaFormat, Type};
use utoipa::{IntoParams, PartialSchema};
use voiceassist_contract::accounts::AccountQuery;
use voiceassist_contract::audit::{AuditFormat, AuditQuery};

/// An account's id in the path: what [`crate::http::parameters::PathId`] reads.
#[derive(Debug)]
pub struct AccountId;

/// A session's id in the path: what [`crate::http::parameters::PathSessionId`] reads.
#[derive(Debug)]
pub struct AccountSessionId;

/// The id of a session of one's own in the path.
#[derive(Debug)]
pub struct OwnSessionId;

/// The version that an edit is based on: what [`crate::http::parameters::Version`] reads.
#[derive(Debug)]
pub struct IfMatch;

impl IntoParams for AccountId {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![path_id("id", "The account's id.")]
    }
}

impl IntoParams for AccountSessionId {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![path_id("sid", "The session's id, which must be one of this account's.")]
    }
}

impl IntoParams for OwnSessionId {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![path_id("id", "The session's id, which must be one of one's own.")]
    }
}

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(r#"^(?:W/)?(?:[0-9]{1,18}|"[0-9]{1,18}")$"#))
            .examples(["\"3\""]);
        let description = "The account's `version` that the change is based on, so that nobody overwrites what they \
                           have not seen. With an older one nothing changes and the answer has the account as it is \
                           now.";
        let parameter = ParameterBuilder::new()
            .name("If-Match")
            .parameter_in(ParameterIn::Header)
            .required(Required::True)
            .description(Some(description))
            .schema(Some(schema));
        vec![parameter.build()]
    }
}

/// The query of `GET /api/users/export`: of a list's, what chooses and orders.
#[derive(Debug)]
pub struct AccountExportQuery;

/// The query of `GET /api/audit/export`: of a list's, what chooses, and the format.
#[derive(Debug)]
pub struct AuditExportQuery;

impl IntoParams for AccountExportQuery {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        const OF_PAGES: [&str; 4] = ["cursor", "limit", "count", "counts"];
        let all = AccountQuery::into_params(place).into_iter();
        all.filter(|parameter| !OF_PAGES.contains(&parameter.name.as_str())).collect()
    }
}

impl IntoParams for AuditExportQuery {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        const OF_PAGES: [&str; 3] = ["cursor", "limit", "count"];
        let all = AuditQuery::into_params(place).into_iter();
        let mut some: Vec<_> = all.filter(|parameter| !OF_PAGES.contains(&parameter.name.as_str())).collect();
        let format = ParameterBuilder::new()
            .name("format")
            .parameter_in(ParameterIn::Query)
            .required(Required::False)
            .description(Some("How the events are written; as a table if left out."))
            .schema(Some(AuditFormat::schema()));
        some.push(format.build());
        some
    }
}

fn path_id(name: &str, description: &str) -> Parameter {
    let schema = ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::Custom("uuid".to_owned())))
        .examples(["019ab000-0000-7000-8000-000000000001"]);
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}
