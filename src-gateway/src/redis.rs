//! What replicas share besides the database: limits per address and the generations of accounts, in Redis.
//!
//! Redis may go away and come back at any time, and nothing waits for it: every command has a time limit,
//! the first that fails takes the connection away from all requests, and until one task has made another,
//! commands fail without being sent. What is done then instead is for the caller to know.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use ::redis::aio::MultiplexedConnection;
use ::redis::{Client, Cmd, FromRedisValue, RedisResult, ScriptInvocation};
use tokio::sync::Notify;

pub mod address;
pub mod generations;
pub mod limiter;
mod line;
mod remembered;

pub use address::RedisAddress;

/// What this project's keys begin with, so that others may use the same server.
pub const PREFIX: &str = "voiceassist:";

/// The longest that an answer may take. A command needs well under a millisecond.
const RESPONSE_TIMEOUT: Duration = Duration::from_millis(500);

/// Redis did not answer, or is known not to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Redis does not answer")]
pub struct RedisGone;

/// Redis, whether it answers or not. Cheap to clone.
#[derive(Clone)]
pub struct Redis(Arc<Inner>);

struct Inner {
    client: Client,
    prefix: String,
    line: RwLock<Option<Line>>,
    lines_so_far: AtomicU64,
    /// Wakes the task that connects.
    lost: Arc<Notify>,
}

/// A connection, shared by all requests, whose commands travel together.
#[derive(Clone)]
struct Line {
    number: u64,
    version: Option<String>,
    connection: MultiplexedConnection,
}

impl std::fmt::Debug for Redis {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Redis").field("answers", &self.line().is_some()).finish_non_exhaustive()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.lost.notify_one();
    }
}

impl Redis {
    /// Connects, and goes on trying if that fails. Every key begins with `prefix`.
    ///
    /// # Errors
    /// If the address is one that the library does not take.
    pub async fn open(address: &RedisAddress, prefix: &str) -> RedisResult<Self> {
        let redis = Self(Arc::new(Inner {
            client: address.client()?,
            prefix: prefix.to_owned(),
            line: RwLock::default(),
            lines_so_far: AtomicU64::new(0),
            lost: Arc::default(),
        }));
        line::connect_first(&redis.0).await;
        tokio::spawn(line::stay_connected(Arc::downgrade(&redis.0), redis.0.lost.clone()));
        Ok(redis)
    }

    /// Asks for a sign of life, and what Redis calls its version.
    ///
    /// # Errors
    /// If none comes.
    pub async fn check(&self) -> Result<Option<String>, RedisGone> {
        let version = self.line().ok_or(RedisGone)?.version;
        self.run::<()>(&::redis::cmd("PING")).await?;
        Ok(version)
    }

    /// Whether there is a connection now.
    pub fn is_connected(&self) -> bool {
        self.line().is_some()
    }

    /// How often connecting was tried.
    pub fn connection_attempts(&self) -> u64 {
        self.0.lines_so_far.load(Ordering::Relaxed)
    }

    fn key(&self, rest: &str) -> String {
        format!("{}{rest}", self.0.prefix)
    }

    /// Sends a command; the answer comes with the number of the connection that it came over.
    async fn run<T: FromRedisValue>(&self, command: &Cmd) -> Result<(u64, T), RedisGone> {
        let mut line = self.line().ok_or(RedisGone)?;
        let answer = tokio::time::timeout(RESPONSE_TIMEOUT, command.query_async(&mut line.connection)).await;
        self.settle(line.number, answer.ok())
    }

    /// Sends a script, with its text if Redis does not have it yet.
    async fn run_script<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> Result<(u64, T), RedisGone> {
        let mut line = self.line().ok_or(RedisGone)?;
        let answer = tokio::time::timeout(RESPONSE_TIMEOUT, script.invoke_async(&mut line.connection)).await;
        self.settle(line.number, answer.ok())
    }

    fn line(&self) -> Option<Line> {
        self.0.line.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Any failure, also one that Redis answers (read-only, out of memory), is taken for its absence: the
    /// next connection is used only once it has proved that it can write.
    fn settle<T>(&self, number: u64, answer: Option<RedisResult<T>>) -> Result<(u64, T), RedisGone> {
        match answer {
            Some(Ok(value)) => return Ok((number, value)),
            Some(Err(error)) => self.0.lose(number, &error),
            None => self.0.lose(number, &"no answer within half a second"),
        }
        Err(RedisGone)
    }
}

impl Inner {
    /// Takes this connection away from all requests; once, however many find out.
    fn lose(&self, number: u64, cause: &dyn std::fmt::Display) {
        let mut line = self.line.write().unwrap_or_else(PoisonError::into_inner);
        if line.as_ref().is_some_and(|line| line.number == number) {
            *line = None;
            tracing::warn!(
                %cause,
                "Redis does not answer: sessions are looked up in the database, and each process counts \
                 requests for itself, until it does"
            );
            self.lost.notify_one();
        }
    }

    fn next_number(&self) -> u64 {
        self.lines_so_far.fetch_add(1, Ordering::Relaxed) + 1
    }
}
