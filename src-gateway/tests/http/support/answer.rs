//! An answer, read to its end.

use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::LogWatch;

/// An answer.
#[derive(Clone, Debug)]
pub struct TestAnswer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: String,
}

impl TestAnswer {
    pub(super) async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("the body arrives");
        let body = String::from_utf8(bytes.to_vec()).expect("the body is UTF-8");
        LogWatch::of_suite().remember_body(&body);
        Self { status: parts.status, headers: parts.headers, body }
    }

    /// Fails the test if the status is another one.
    #[track_caller]
    pub fn assert_status(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    /// Fails the test if it is not this problem, well-formed and with a request id.
    #[track_caller]
    pub fn assert_problem(self, code: &str) -> Self {
        let problem = self.json();
        assert_eq!(problem["code"], code, "{}", self.body);
        assert_eq!(problem["status"], self.status.as_u16());
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_eq!(problem["request_id"].as_str(), self.header("x-request-id"));
        self
    }

    /// Fails the test if another set of fields was refused: `field: code`, sorted.
    #[track_caller]
    pub fn assert_refused_fields(self, expected: &[&str]) -> Self {
        let mut refused: Vec<String> = self.json()["errors"]
            .as_array()
            .expect("errors are listed")
            .iter()
            .map(|error| {
                format!(
                    "{}: {}",
                    error["field"].as_str().expect("a field"),
                    error["code"].as_str().expect("a code")
                )
            })
            .collect();
        refused.sort();
        assert_eq!(refused, expected, "{}", self.body);
        self
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {:?}", self.body))
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Status and body for a snapshot, with what changes from run to run replaced.
    pub fn snapshot(&self) -> String {
        let mut body: Value = serde_json::from_str(&self.body).unwrap_or_else(|_| self.body.clone().into());
        redact(&mut body);
        let pretty = serde_json::to_string_pretty(&body).expect("JSON prints");
        format!("{}\n{pretty}", self.status)
    }
}

/// The columns' names and the rows of a table.
pub fn read_table(answer: &TestAnswer) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::Reader::from_reader(answer.body.as_bytes());
    let texts = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
    let header = texts(reader.headers().expect("a first row"));
    (header, reader.records().map(|record| texts(&record.expect("a row"))).collect())
}

/// Replaces ids, tokens and passwords. Times stay: the clock stands still.
fn redact(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let is_secret =
                    matches!(name.as_str(), "access_token" | "refresh_token" | "temporary_password");
                match name.as_str() {
                    "id" | "request_id" => *member = Value::String(format!("[{name}]")),
                    _ if is_secret && member.is_string() => *member = Value::String(format!("[{name}]")),
                    _ => redact(member),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(redact),
        _ => {}
    }
}
