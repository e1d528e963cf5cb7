//! Members in alphabetical order: whether a JSON object keeps the order in which it was made depends on what else is
//! compiled in, and the document must not.

use std::collections::BTreeMap;

use serde_json::Value;

/// The same value with the members of every object in order.
pub(super) fn sort_members(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let ordered: BTreeMap<String, Value> = members.into_iter().collect();
            Value::Object(ordered.into_iter().map(|(name, member)| (name, sort_members(member))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sort_members).collect()),
        other => other,
    }
}
