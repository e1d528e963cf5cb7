//! JSON over plain HTTP to programs on this computer: the gateway and the driver of the window.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;
use ureq::http::Request;

/// Long enough for the first start of a window on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Keeps connections open between requests.
#[derive(Clone, Debug)]
pub(crate) struct Http {
    agent: ureq::Agent,
}

impl Http {
    /// A client that talks to this computer, whatever proxy is set for the world outside.
    pub(crate) fn new() -> Self {
        let config = ureq::Agent::config_builder()
            .proxy(None)
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .build();
        Self { agent: config.into() }
    }

    /// One request; the status and what came as JSON (`null` if nothing did).
    pub(crate) fn send(
        &self,
        method: &str,
        address: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> Result<(u16, Value)> {
        let mut request = Request::builder().method(method).uri(address);
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let answer = match body {
            Some(body) => {
                let request = request.header("Content-Type", "application/json");
                self.agent.run(request.body(body.to_string())?)
            }
            None => self.agent.run(request.body(())?),
        };
        let mut answer = answer.with_context(|| format!("{method} {address} was not answered"))?;
        let status = answer.status().as_u16();
        // Pictures of the window come as base64 in one piece.
        let text = answer.body_mut().with_config().limit(64 * 1024 * 1024).read_to_string()?;
        let value = if text.trim().is_empty() { Value::Null } else { serde_json::from_str(&text)? };
        Ok((status, value))
    }
}
