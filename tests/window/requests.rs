//! What a gateway was asked, as its own log tells: a line for each answer.

use std::io::{BufRead, BufReader};
use std::process::ChildStderr;
use std::thread::JoinHandle;

use anyhow::{anyhow, ensure};
use serde_json::Value;

/// What every screen asks for every few seconds, whoever looks at what.
const WATCHED: [&str; 2] = ["GET /health", "GET /ready"];

/// A gateway's log while it runs. It is passed on to this process's own.
pub(crate) struct RequestLog(JoinHandle<Vec<Answered>>);

/// One request that was answered.
#[derive(Clone, Debug)]
struct Answered {
    /// Method and route, such as `GET /api/users/{id}`.
    request: String,
    status: u64,
}

/// The requests of a gateway that has ended, oldest first, without the watching.
#[derive(Debug)]
pub(crate) struct Requests(Vec<Answered>);

impl RequestLog {
    /// Reads to the end, so that the gateway never waits for a full pipe.
    pub(crate) fn follow(log: ChildStderr) -> Self {
        Self(std::thread::spawn(move || {
            let lines = BufReader::new(log).lines().map_while(Result::ok);
            lines.inspect(|line| eprintln!("{line}")).filter_map(|line| read_answer(&line)).collect()
        }))
    }

    /// Everything that was asked, once the gateway has ended.
    pub(crate) fn finish(self) -> anyhow::Result<Requests> {
        let mut all = self.0.join().map_err(|_| anyhow!("the log could not be read"))?;
        all.retain(|answered| !WATCHED.contains(&answered.request.as_str()));
        Ok(Requests(all))
    }
}

impl Requests {
    /// That this was asked.
    pub(crate) fn contain(&self, request: &str) -> bool {
        self.0.iter().any(|answered| answered.request == request)
    }

    /// Those that change something or carry a password.
    pub(crate) fn writes(&self) -> Vec<&str> {
        let all = self.0.iter().map(|answered| answered.request.as_str());
        all.filter(|request| !request.starts_with("GET ") && *request != "POST /api/auth/refresh").collect()
    }

    /// That nothing was asked which this server does not have.
    pub(crate) fn ensure_no_strangers(&self) -> anyhow::Result<()> {
        let strangers: Vec<_> = self.0.iter().filter(|one| matches!(one.status, 404 | 405)).collect();
        ensure!(strangers.is_empty(), "these requests were in vain: {strangers:?}");
        Ok(())
    }
}

fn read_answer(line: &str) -> Option<Answered> {
    let event: Value = serde_json::from_str(line).ok()?;
    let (method, route) = (event["method"].as_str()?, event["route"].as_str()?);
    Some(Answered { request: format!("{method} {route}"), status: event["status"].as_u64()? })
}
