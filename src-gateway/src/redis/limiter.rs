//! Limits that all replicas count together: one script per request, so that however many come at once,
//! exactly as many pass as may.
//!
//! The rule is the one of the limiter in memory (GCRA): an address has a time by which all that it has sent
//! is worked off at the even pace of its allowance; a request is let through if that time lies less than a
//! whole allowance ahead.
//!
//! The time is Redis's own. Replicas' clocks differ: one that is an hour ahead would otherwise lock addresses
//! out on all others, or open them a fresh allowance. Tests, whose clock stands still, pass theirs in.
//!
//! Without Redis each process goes on counting in its memory. That is less strict, by the number of
//! processes, but neither lets everybody through nor nobody. What passes is counted there all the time, so
//! an address does not start anew when Redis goes.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ::redis::Script;
use async_trait::async_trait;

use super::{Redis, RedisGone};
use crate::clock::Clock;
use crate::limits::{Allowances, Limit, MemoryLimiter, RateLimiter, Verdict, network_of};
use crate::problem::ApiError;

/// Arguments: the pace, how many at once, and the time if it is not Redis's own; in microseconds. Answers how
/// long to wait and how many more may come. A time further ahead than can be comes from a clock that was
/// set back, and is brought to where it can be.
const COUNT: &str = r"
local now = tonumber(ARGV[3])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
local pace = tonumber(ARGV[1])
local burst = pace * ARGV[2]
local due = math.min(math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now), now + burst) + pace
if due - now > burst then
  return {due - now - burst, 0}
end
redis.call('SET', KEYS[1], string.format('%.0f', due), 'PX', math.ceil((due - now) / 1000))
return {0, math.floor((burst - (due - now)) / pace)}
";

/// Whose time counts.
#[derive(Clone, Default)]
pub enum LimitTime {
    /// Redis's own.
    #[default]
    OfRedis,
    /// That of a clock; for tests.
    Of(Arc<dyn Clock>),
}

/// Counts in Redis, and in memory while it does not answer.
pub struct RedisLimiter {
    redis: Redis,
    allowances: Allowances,
    time: LimitTime,
    memory: MemoryLimiter,
    script: Script,
}

impl RedisLimiter {
    /// A limiter with these allowances; `clock` is for the memory.
    pub fn new(redis: Redis, allowances: Allowances, time: LimitTime, clock: Arc<dyn Clock>) -> Self {
        let memory = MemoryLimiter::new(allowances, clock);
        Self { redis, allowances, time, memory, script: Script::new(COUNT) }
    }

    async fn count_in_redis(&self, limit: Limit, address: IpAddr) -> Result<Verdict, RedisGone> {
        let allowance = self.allowances.of(limit);
        let pace = (allowance.window / allowance.requests.get()).as_micros().max(1);
        let mut script = self.script.prepare_invoke();
        let key = format!("limit:{}:{:032x}", limit.word(), network_of(address));
        script.key(self.redis.key(&key)).arg(u64::try_from(pace).unwrap_or(u64::MAX));
        script.arg(allowance.requests.get());
        script.arg(match &self.time {
            LimitTime::OfRedis => String::new(),
            LimitTime::Of(clock) => clock.now().timestamp_micros().to_string(),
        });
        let (_, (wait, remaining)) = self.redis.run_script::<(u64, u32)>(&script).await?;
        let wait = (wait > 0).then(|| Duration::from_micros(wait));
        Ok(Verdict { wait, remaining, allowance })
    }
}

#[async_trait]
impl RateLimiter for RedisLimiter {
    async fn count(&self, limit: Limit, address: IpAddr) -> Result<Verdict, ApiError> {
        match self.count_in_redis(limit, address).await {
            Ok(verdict) => {
                if verdict.wait.is_none() {
                    self.memory.count(limit, address).await?;
                }
                Ok(verdict)
            }
            Err(RedisGone) => self.memory.count(limit, address).await,
        }
    }
}
