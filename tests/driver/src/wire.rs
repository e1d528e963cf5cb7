//! The WebDriver protocol (W3C WebDriver, level 2), as far as it is needed.

use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::Value;

/// How long one command may take, a page load included.
const LONGEST_COMMAND: Duration = Duration::from_secs(30);

/// One session with one window.
pub(crate) struct Wire {
    agent: ureq::Agent,
    base: String,
}

impl Wire {
    /// Opens a session: the server starts the application.
    pub(crate) fn open(server: &str, capabilities: &Value) -> anyhow::Result<Self> {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .timeout_global(Some(LONGEST_COMMAND))
            .http_status_as_error(false)
            .proxy(None)
            .build()
            .into();
        let mut wire = Self { agent, base: server.to_owned() };
        let body = serde_json::json!({ "capabilities": { "alwaysMatch": capabilities } });
        let answer = wire.post("/session", &body).context("the application did not open its window")?;
        let session = answer["sessionId"].as_str().context("the session has no id")?;
        wire.base = format!("{server}/session/{session}");
        Ok(wire)
    }

    pub(crate) fn get(&self, path: &str) -> anyhow::Result<Value> {
        let answer = self.agent.get(format!("{}{path}", self.base)).call()?;
        value_of(path, answer)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let request =
            self.agent.post(format!("{}{path}", self.base)).header("Content-Type", "application/json");
        value_of(path, request.send(body.to_string())?)
    }

    /// Deletes something of the session, or with an empty path the session itself.
    pub(crate) fn delete(&self, path: &str) -> anyhow::Result<()> {
        value_of(path, self.agent.delete(format!("{}{path}", self.base)).call()?).map(|_| ())
    }
}

fn value_of(path: &str, mut answer: ureq::http::Response<ureq::Body>) -> anyhow::Result<Value> {
    let status = answer.status();
    let text = answer.body_mut().with_config().limit(64 * 1024 * 1024).read_to_string()?;
    let mut body: Value = serde_json::from_str(&text).with_context(|| format!("{path} answered no JSON"))?;
    let value = body["value"].take();
    if !status.is_success() {
        bail!(
            "{path}: {}: {}",
            value["error"].as_str().unwrap_or("error"),
            value["message"].as_str().unwrap_or("")
        );
    }
    Ok(value)
}
