//! The generations of accounts in Redis, by the protocol of [`crate::generations`]. Redis learns ids and
//! random words and nothing about anybody.

use std::sync::Arc;

use ::redis::{FromRedisValue, Script};
use async_trait::async_trait;
use voiceassist_contract::Id;

use super::{Redis, RedisGone};
use crate::generations::{Change, Generation, Generations};
use crate::random::Random;

/// How long a generation is remembered; afterwards there is a new one.
const GENERATION_SECONDS: u64 = 60 * 60;

/// How long an announced change stands that nobody concludes: longer than any commit may take.
const ANNOUNCED_SECONDS: u64 = 60;

/// What stands in a generation's place while a change is announced.
const CHANGING: &str = "!";

/// Accounts in one script, which holds up everybody else's commands while it runs.
const ACCOUNTS_AT_A_TIME: usize = 250;

/// The account's generation; if there is none, from now on the word that is given.
const FIND_OR_MAKE: &str = r"
local word = redis.call('GET', KEYS[1])
if word then return word end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return ARGV[1]
";

/// Keys are pairs: an account's generation, and who is changing it until when.
const ANNOUNCE: &str = r"
local now = tonumber(redis.call('TIME')[1])
for i = 1, #KEYS, 2 do
  redis.call('ZREMRANGEBYSCORE', KEYS[i + 1], '-inf', now)
  redis.call('ZADD', KEYS[i + 1], now + ARGV[2], ARGV[1])
  redis.call('EXPIRE', KEYS[i + 1], ARGV[2])
  redis.call('SET', KEYS[i], ARGV[3], 'EX', ARGV[2])
end
";

/// The same keys. Whoever is still changing the account keeps it without a generation.
const CONCLUDE: &str = r"
local now = tonumber(redis.call('TIME')[1])
for i = 1, #KEYS, 2 do
  redis.call('ZREM', KEYS[i + 1], ARGV[1])
  redis.call('ZREMRANGEBYSCORE', KEYS[i + 1], '-inf', now)
  if redis.call('ZCARD', KEYS[i + 1]) == 0 then
    redis.call('SET', KEYS[i], ARGV[4], 'EX', ARGV[5])
  else
    redis.call('SET', KEYS[i], ARGV[3], 'EX', ARGV[2])
  end
end
";

/// Generations that all replicas share.
pub struct RedisGenerations {
    redis: Redis,
    random: Arc<dyn Random>,
    find_or_make: Script,
    announce: Script,
    conclude: Script,
}

impl std::fmt::Debug for RedisGenerations {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("RedisGenerations").field(&self.redis).finish()
    }
}

impl RedisGenerations {
    /// Keeps generations there, with words from `random`, which no other replica's may repeat.
    pub fn new(redis: Redis, random: Arc<dyn Random>) -> Self {
        Self {
            redis,
            random,
            find_or_make: Script::new(FIND_OR_MAKE),
            announce: Script::new(ANNOUNCE),
            conclude: Script::new(CONCLUDE),
        }
    }

    fn new_word(&self) -> u128 {
        let mut bytes = [0; 16];
        self.random.fill(&mut bytes);
        u128::from_be_bytes(bytes)
    }

    fn generation_key(&self, account: Id) -> String {
        self.redis.key(&format!("generation:{account}"))
    }

    async fn ask<T: FromRedisValue>(&self, account: Id) -> Result<(u64, T), RedisGone> {
        self.redis.run(::redis::cmd("GET").arg(self.generation_key(account))).await
    }

    async fn make(&self, account: Id) -> Result<(u64, String), RedisGone> {
        let mut script = self.find_or_make.prepare_invoke();
        script.key(self.generation_key(account)).arg(show_word(self.new_word())).arg(GENERATION_SECONDS);
        self.redis.run_script(&script).await
    }

    async fn run_for_all(&self, script: &Script, change: Change, accounts: &[Id]) -> Result<(), RedisGone> {
        for some in accounts.chunks(ACCOUNTS_AT_A_TIME) {
            let mut script = script.prepare_invoke();
            for account in some {
                script.key(self.generation_key(*account)).key(self.redis.key(&format!("changes:{account}")));
            }
            script.arg(show_word(change.0)).arg(ANNOUNCED_SECONDS).arg(CHANGING);
            script.arg(show_word(self.new_word())).arg(GENERATION_SECONDS);
            self.redis.run_script::<()>(&script).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Generations for RedisGenerations {
    async fn find(&self, account: Id) -> Option<Generation> {
        let (connection, word) = match self.ask::<Option<String>>(account).await.ok()? {
            (connection, Some(word)) => (connection, word),
            (_, None) => self.make(account).await.ok()?,
        };
        // What is being changed is no word, and neither is anything that somebody else wrote there.
        u128::from_str_radix(&word, 16).ok().map(|word| Generation { connection, word })
    }

    async fn announce(&self, accounts: &[Id]) -> Change {
        let change = Change(self.new_word());
        // If it cannot be announced, concluding decides whether the writer has to wait.
        let _ = self.run_for_all(&self.announce, change, accounts).await;
        change
    }

    async fn conclude(&self, change: Change, accounts: &[Id]) -> bool {
        self.run_for_all(&self.conclude, change, accounts).await.is_ok()
    }
}

fn show_word(word: u128) -> String {
    format!("{word:032x}")
}
