//! One operation of the server, ready to be sent.

use std::time::Duration;

use reqwest::Method;
use serde::Serialize;
use url::Url;
use zeroize::Zeroizing;

use crate::{Connection, Error};

/// A request as the operations describe it, before address, token and tries again.
pub(crate) struct Call {
    pub(super) method: Method,
    segments: Vec<String>,
    query: Vec<(String, String)>,
    pub(super) body: Option<Zeroizing<Vec<u8>>>,
    pub(super) version: Option<i64>,
    /// A status that is an answer here although it is no success.
    pub(super) accepted_failure: Option<u16>,
    /// Whether to wait a little and ask again while the server says that it is busy.
    pub(super) is_patient: bool,
    pub(super) time_limit: Option<Duration>,
    /// Whether it may be sent twice although its method does not say so.
    is_idempotent: bool,
}

impl Call {
    pub(crate) fn get(path: &str) -> Self {
        Self { is_patient: true, ..Self::new(Method::GET, path) }
    }

    pub(crate) fn post(path: &str) -> Self {
        Self::new(Method::POST, path)
    }

    pub(crate) fn put(path: &str) -> Self {
        Self::new(Method::PUT, path)
    }

    pub(crate) fn patch(path: &str) -> Self {
        Self::new(Method::PATCH, path)
    }

    pub(crate) fn delete(path: &str) -> Self {
        Self::new(Method::DELETE, path)
    }

    fn new(method: Method, path: &str) -> Self {
        let mut segments: Vec<String> =
            path.split('/').filter(|segment| !segment.is_empty()).map(str::to_owned).collect();
        if path.ends_with('/') {
            // Some servers have a route with a slash at its end, and send whoever leaves it out elsewhere.
            segments.push(String::new());
        }
        Self {
            method,
            segments,
            query: Vec::new(),
            body: None,
            version: None,
            accepted_failure: None,
            is_patient: false,
            time_limit: None,
            is_idempotent: false,
        }
    }

    pub(crate) fn with_body(mut self, body: &impl Serialize) -> Result<Self, Error> {
        // Room enough from the start: a growing buffer would leave unwiped copies of passwords behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(16 * 1024));
        serde_json::to_writer(&mut *bytes, body)
            .map_err(|_| Error::Internal("a request could not be written"))?;
        self.body = Some(bytes);
        Ok(self)
    }

    /// The query from a struct of plain members; what is absent is left out.
    pub(crate) fn with_query(mut self, query: &impl Serialize) -> Result<Self, Error> {
        let members = match serde_json::to_value(query) {
            Ok(serde_json::Value::Object(members)) => members,
            _ => return Err(Error::Internal("a query could not be written")),
        };
        self.query = members
            .into_iter()
            .filter_map(|(name, value)| match value {
                serde_json::Value::Null => None,
                serde_json::Value::String(text) => Some((name, text)),
                other => Some((name, other.to_string())),
            })
            .collect();
        Ok(self)
    }

    /// The version that an edit is based on.
    pub(crate) fn with_version(mut self, version: i64) -> Self {
        self.version = Some(version);
        self
    }

    /// Takes an answer with this status for a success.
    pub(crate) fn accepting(mut self, status: u16) -> Self {
        self.accepted_failure = Some(status);
        self
    }

    /// Takes "busy" for an answer, instead of asking again: where the state itself is the question.
    pub(crate) fn at_once(mut self) -> Self {
        self.is_patient = false;
        self
    }

    pub(crate) fn within(mut self, limit: Duration) -> Self {
        self.time_limit = Some(limit);
        self
    }

    /// Says that doing it twice is the same as once.
    pub(crate) fn repeatable(mut self) -> Self {
        self.is_idempotent = true;
        self
    }

    /// Whether sending it twice does what sending it once does.
    ///
    /// `PUT` does not count unless it says so: with `If-Match` the second one is refused although the first was done.
    pub(super) fn is_repeatable(&self) -> bool {
        self.is_idempotent || matches!(self.method, Method::GET | Method::HEAD | Method::DELETE)
    }

    pub(super) fn url(&self, connection: &Connection) -> Url {
        let mut url = connection.url_of(self.segments.iter().map(String::as_str));
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        url
    }

    /// The path without the query, for the log.
    pub(super) fn route(&self) -> String {
        self.segments.join("/")
    }
}
