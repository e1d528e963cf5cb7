//! Whether a value fits a schema, as far as the document's schemas go.

use serde_json::Value;
use voiceassist_gateway::openapi::describe;

/// Where the value does not fit, as a sentence.
pub fn find_misfit(value: &Value, schema: &Value) -> Option<String> {
    find(value, schema, "$")
}

fn find(value: &Value, schema: &Value, place: &str) -> Option<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = describe().pointer(reference.trim_start_matches('#'));
        return find(value, target.unwrap_or_else(|| panic!("{reference} leads nowhere")), place);
    }
    let says = |what: &str| Some(format!("{place} is not {what}"));
    if !fits_type(value, &schema["type"]) {
        return says(&format!("of type {}", schema["type"]));
    }
    if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        return says(&format!("one of {}", schema["enum"]));
    }
    if schema.get("const").is_some_and(|only| only != value) {
        return says(&format!("{}", schema["const"]));
    }
    let each = |name: &str| schema[name].as_array().map(Vec::as_slice).unwrap_or_default();
    if let Some(misfit) = each("allOf").iter().find_map(|part| find(value, part, place)) {
        return Some(misfit);
    }
    for name in ["oneOf", "anyOf"] {
        let misfits: Vec<_> = each(name).iter().map(|part| find(value, part, place)).collect();
        if !misfits.is_empty() && misfits.iter().all(Option::is_some) {
            return misfits.into_iter().flatten().next_back();
        }
    }
    match value {
        Value::Object(members) => {
            if let Some(missing) =
                each("required").iter().filter_map(Value::as_str).find(|name| !members.contains_key(*name))
            {
                return says(&format!("complete: {missing} is missing"));
            }
            members.iter().find_map(|(name, member)| {
                let place = format!("{place}.{name}");
                match (schema["properties"].get(name), schema.get("additionalProperties")) {
                    (Some(own), _) => find(member, own, &place),
                    (None, Some(other)) => find(member, other, &place),
                    (None, None) => None,
                }
            })
        }
        Value::Array(items) => {
            let inner = schema.get("items")?;
            items.iter().find_map(|item| find(item, inner, &format!("{place}[]")))
        }
        Value::String(text) => fits_limits(text, schema).and_then(says),
        _ => None,
    }
}

fn fits_type(value: &Value, types: &Value) -> bool {
    let fits = |name: &str| match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other} is no type"),
    };
    match types {
        Value::String(name) => fits(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).any(fits),
        _ => true,
    }
}

/// What limit a text goes past.
fn fits_limits(text: &str, schema: &Value) -> Option<&'static str> {
    let length = text.chars().count() as u64;
    if schema["minLength"].as_u64().is_some_and(|least| length < least) {
        return Some("long enough");
    }
    if schema["maxLength"].as_u64().is_some_and(|most| length > most) {
        return Some("short enough");
    }
    let is_well_formed = match schema["format"].as_str() {
        Some("uuid") => uuid::Uuid::try_parse(text).is_ok(),
        Some("date-time") => chrono::DateTime::parse_from_rfc3339(text).is_ok() && text.ends_with('Z'),
        _ => true,
    };
    if is_well_formed { None } else { Some("well-formed") }
}
