//! The recorded answers.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde_json::Value;

/// Exchanges with a real server of December 2025: `[{name, method, path, status, response_headers, response_body}]`.
pub const RECORDINGS: &str = include_str!("../recordings/voiceassist-2025-12.json");

/// An answer as it goes out.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Value,
}

/// The recorded answer of that name.
pub(crate) fn recorded(name: &str) -> Answer {
    static BY_NAME: OnceLock<HashMap<String, Answer>> = OnceLock::new();
    let all = BY_NAME.get_or_init(|| {
        let list: Vec<Value> = serde_json::from_str(RECORDINGS).expect("the recordings are JSON");
        list.iter().map(|one| (text(&one["name"]), read(one))).collect()
    });
    all.get(name).unwrap_or_else(|| panic!("{name} is not among the recordings")).clone()
}

fn read(one: &Value) -> Answer {
    let headers = one["response_headers"].as_object().expect("headers");
    Answer {
        status: one["status"].as_u64().and_then(|status| u16::try_from(status).ok()).expect("a status"),
        headers: headers.iter().map(|(name, value)| (name.clone(), text(value))).collect(),
        body: one["response_body"].clone(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

impl Answer {
    /// A body of that status, in JSON.
    pub(crate) fn json(status: u16, body: Value) -> Self {
        Self { status, headers: vec![("content-type".into(), "application/json".into())], body }
    }

    /// FastAPI's internal error.
    pub(crate) fn internal_error() -> Self {
        recorded("token.sub_not_uuid")
    }

    /// The body as it is written.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        match &self.body {
            Value::Null => Vec::new(),
            Value::String(text) => text.as_bytes().to_vec(),
            other => other.to_string().into_bytes(),
        }
    }
}
