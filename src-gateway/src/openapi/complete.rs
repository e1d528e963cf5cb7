//! What is said of the service as a whole, and what follows for every operation from the layers around it.

use serde_json::{Map, Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use voiceassist_contract::accounts::import::{ExistingAccounts, ImportPasswords};
use voiceassist_contract::accounts::{Order, Role, SortKey, StatusFilter};
use voiceassist_contract::audit::AuditFormat;
use voiceassist_contract::openapi::{self, examples::problem_with};
use voiceassist_contract::problem::{Problem, ProblemCode};

use super::problems::complete_response;
use crate::audit::Action;

const ABOUT: &str = "\
The API of the VoiceAssist gateway: sign-in, accounts, the audit trail and health.\n\n\
Times are RFC 3339 in UTC, ids are UUIDs. Fields that are not known are ignored in requests, and clients ignore those \
that they do not know in answers. Every answer carries `X-Request-ID`, which is the caller's own if one was sent that \
has 1 to 64 letters, digits, dots, hyphens and underscores.\n\n\
Whatever is not a success is a problem (RFC 9457). Its `code` is stable, and the only thing in it that a program may \
branch on; `errors` names each field that was refused. A path that there is not is answered with 404 `not_found`, a \
method that a path does not have with 405 `method_not_allowed`.";

/// The groups, in the order in which one reads about them.
const TAGS: [(&str, &str); 8] = [
    ("Sign-in", "Tokens, sessions of one's own, and the rules for passwords."),
    ("Own account", "What everybody may do with the own account."),
    ("Accounts", "Accounts one by one. For administrators."),
    ("Many accounts", "Changes to many accounts at once, and tables of them. For administrators."),
    ("Audit trail", "What was done, by whom and to whom. For administrators."),
    ("Nextcloud", "The Nextcloud beside the gateway. For administrators."),
    ("Health", "Whether the process answers, and whether it can do its work."),
    ("About the API", "This description, for programs and for people."),
];

/// Completes what was collected from the router.
pub(super) fn complete(mut document: Value) -> Value {
    document["info"] = json!({
        "title": "VoiceAssist gateway",
        "version": env!("CARGO_PKG_VERSION"),
        "description": ABOUT,
        "license": {"name": "MIT", "identifier": "MIT"},
    });
    document["tags"] = TAGS.iter().map(|(name, text)| json!({"name": name, "description": text})).collect();
    document["servers"] = json!([{"url": "/", "description": "This gateway"}]);
    complete_components(&mut document["components"]);
    for (_, item) in members(&mut document["paths"]) {
        for (_, operation) in members(item) {
            complete_operation(operation);
        }
    }
    document
}

fn complete_components(components: &mut Value) {
    components["securitySchemes"] = json!({"token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The `access_token` of a sign-in or a refresh.",
    }});
    components["headers"] = headers();
    components["examples"] = ProblemCode::ALL
        .iter()
        .map(|code| {
            (code.as_str().to_owned(), json!({"summary": code.title(), "value": problem_with(*code)}))
        })
        .collect::<Map<_, _>>()
        .into();
    for (name, schema) in shared_schemas() {
        components["schemas"][name] = serde_json::to_value(schema).unwrap_or_default();
    }
    let words: Vec<&str> = Action::ALL.iter().map(|action| action.as_str()).collect();
    components["schemas"]["AuditAction"]["enum"] = json!(words);
    // Either ids or a filter, and a role where it is to be set.
    let absent = json!({"type": "null"});
    components["schemas"]["BulkRequest"]["oneOf"] = json!([
        {"required": ["ids"], "properties": {"ids": {"type": "array"}, "filter": absent}},
        {"required": ["filter"], "properties": {"filter": {"type": "object"}, "ids": absent}},
    ]);
    components["schemas"]["BulkRequest"]["anyOf"] = json!([
        {"required": ["role"], "properties": {"role": {"type": "string"}}},
        {"properties": {"action": {"not": {"const": "set_role"}}}},
    ]);
}

/// What is only referred to from problems and parameters, which the router does not collect.
fn shared_schemas() -> Vec<(String, RefOr<Schema>)> {
    let mut shared = Vec::new();
    add::<Problem>(&mut shared);
    add::<StatusFilter>(&mut shared);
    add::<Role>(&mut shared);
    add::<SortKey>(&mut shared);
    add::<Order>(&mut shared);
    add::<ExistingAccounts>(&mut shared);
    add::<ImportPasswords>(&mut shared);
    add::<AuditFormat>(&mut shared);
    add::<openapi::Timestamp>(&mut shared);
    add::<openapi::SearchText>(&mut shared);
    add::<openapi::Cursor>(&mut shared);
    add::<openapi::PageLimit>(&mut shared);
    add::<openapi::AuditAction>(&mut shared);
    add::<openapi::AuditTargetId>(&mut shared);
    shared
}

fn add<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    schemas.push((T::name().into_owned(), <T as PartialSchema>::schema()));
    T::schemas(schemas);
}

fn headers() -> Value {
    let text = |description: &str, example: &str| json!({"description": description, "schema": {"type": "string"}, "example": example});
    json!({
        "X-Request-ID": text("The request's id, as in the gateway's log.", "5f2b9c0e7d1a4b6c8e0f1a2b"),
        "WWW-Authenticate": text("The scheme that is asked for (RFC 6750).", "Bearer"),
        "Retry-After": {
            "description": "When to try again, in seconds.",
            "schema": {"type": "integer", "minimum": 1},
            "example": 2,
        },
        "RateLimit-Policy": text("How many requests a network address may make (`q`) in how many seconds (`w`).", "\"default\";q=10;w=60"),
        "RateLimit": text("How many of them are left (`r`), and after how many seconds all are there again (`t`).", "\"default\";r=9;t=6"),
    })
}

fn complete_operation(operation: &mut Value) {
    for (status, response) in members(&mut operation["responses"]) {
        complete_response(status, response);
    }
    let codes = &operation["responses"]["429"]["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"]
        ["code"]["enum"];
    let is_limited = codes.as_array().is_some_and(|codes| codes.iter().any(|code| code == "rate_limited"));
    for (status, response) in members(&mut operation["responses"]) {
        let headers = &mut response["headers"];
        // The layer that counts stands inside those that answer these.
        let is_counted = is_limited && !matches!(status.as_str(), "408" | "500" | "503");
        let names: &[&str] =
            if is_counted { &["X-Request-ID", "RateLimit", "RateLimit-Policy"] } else { &["X-Request-ID"] };
        for name in names {
            headers[*name] = json!({"$ref": format!("#/components/headers/{name}")});
        }
    }
    for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        // In a query, what is left out is left out: there is no null.
        if let Some(other) = without_null(&parameter["schema"]) {
            parameter["schema"] = other;
        }
    }
    if let Some(body) = operation.get_mut("requestBody") {
        let choices: Vec<Value> = members(&mut body["content"])
            .filter_map(|(_, media)| {
                let other = without_null(&media["schema"])?;
                Some(std::mem::replace(&mut media["schema"], other))
            })
            .collect();
        // A body that may be left out is no null when it is there.
        body["required"] = choices.is_empty().into();
    }
}

/// The schema without the possibility of null, if it has it.
fn without_null(schema: &Value) -> Option<Value> {
    if let Some(types) = schema.get("type").and_then(Value::as_array) {
        let mut others = types.iter().filter(|kind| *kind != "null");
        let mut without = schema.clone();
        without["type"] = others.next().filter(|_| types.len() == 2)?.clone();
        return Some(without);
    }
    let choices = schema.get("oneOf")?.as_array()?;
    let mut others = choices.iter().filter(|choice| choice["type"] != "null");
    others.next().filter(|_| choices.len() == 2).cloned()
}

fn members(value: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    value.as_object_mut().into_iter().flatten()
}
