//! What every handler is given: the database, the clock, randomness, keys and policies.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use tokio::sync::Semaphore;
use voiceassist_contract::auth::Registration;
use voiceassist_contract::{Id, Secret, Time};

use crate::audit::{self, AuditKey, Event};
use crate::clock::Clock;
use crate::database::Database;
use crate::delay::UnknownAddresses;
use crate::generations::Generations;
use crate::generations::memory::MemoryGenerations;
use crate::health::checks::{Neighbours, SharedFindings};
use crate::http::cors::Origins;
use crate::http::download::DownloadPlaces;
use crate::http::forwarded::TrustedProxies;
use crate::http::load::LoadPlaces;
use crate::limits::{Allowances, MemoryLimiter, RateLimiter};
use crate::metrics::Metrics;
use crate::nextcloud::attempt::make_places;
use crate::passwords::PasswordPool;
use crate::random::{Random, new_id};
use crate::redis::Redis;
use crate::redis::generations::RedisGenerations;
use crate::redis::limiter::{LimitTime, RedisLimiter};
use crate::sessions::lookup::{KeptSessions, SessionLookup};
use crate::tokens::Tokens;
use crate::trail::verify::SharedCheck;

/// How long tokens and sessions live, and who may register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthPolicy {
    /// An access token's life.
    pub access_life: chrono::Duration,
    /// A refresh token's life.
    pub refresh_life: chrono::Duration,
    /// A session's life, however often it is refreshed.
    pub session_life: chrono::Duration,
    /// Whether people may register themselves.
    pub registration: Registration,
}

impl Default for AuthPolicy {
    fn default() -> Self {
        Self {
            access_life: chrono::Duration::minutes(15),
            refresh_life: chrono::Duration::days(7),
            session_life: chrono::Duration::days(30),
            registration: Registration::Open,
        }
    }
}

/// What [`AppState`] is made of.
pub struct Parts {
    /// The database, migrated.
    pub database: Database,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The randomness.
    pub random: Arc<dyn Random>,
    /// The key of the tokens.
    pub jwt_secret: Secret,
    /// The key of the audit trail.
    pub audit_key: Secret,
    /// Where is counted what happens.
    pub metrics: Metrics,
    /// Lives and registration.
    pub policy: AuthPolicy,
    /// Limits per address.
    pub allowances: Allowances,
    /// The proxies in front of the gateway.
    pub proxies: TrustedProxies,
    /// Where web pages come from that may call the gateway.
    pub origins: Origins,
    /// Redis, where replicas share what is not in the database.
    pub redis: Option<Redis>,
    /// Whose time the limits in Redis go by.
    pub limit_time: LimitTime,
    /// The services beside the gateway.
    pub neighbours: Neighbours,
    /// bcrypt's cost: [`crate::passwords::COST`], less in tests alone.
    pub password_cost: u32,
}

/// What every handler is given. Cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<Inner>);

/// The inside of [`AppState`].
pub struct Inner {
    /// The database.
    pub database: Database,
    /// Looks sessions up.
    pub sessions: Arc<dyn SessionLookup>,
    /// Counts requests per address.
    pub limiter: Arc<dyn RateLimiter>,
    /// Where is counted what happens.
    pub metrics: Metrics,
    /// Hashes and compares passwords.
    pub passwords: PasswordPool,
    /// Makes and reads tokens.
    pub tokens: Tokens,
    /// Remembers failures under addresses that nobody has.
    pub unknown_addresses: UnknownAddresses,
    /// Lives and registration.
    pub policy: AuthPolicy,
    /// The proxies whose word about a caller's address is taken.
    pub proxies: TrustedProxies,
    /// Where web pages come from that may call the gateway.
    pub origins: Origins,
    /// Redis, if it is part of the deployment.
    pub redis: Option<Redis>,
    /// The services beside the gateway.
    pub neighbours: Neighbours,
    /// What `/ready` found last.
    pub findings: SharedFindings,
    /// Places for requests in work.
    pub load: LoadPlaces,
    /// Places for downloads, which go on after their request is answered.
    pub downloads: DownloadPlaces,
    /// Places for attempts to link accounts to Nextcloud, which go on after their request is answered.
    pub attempts: Arc<Semaphore>,
    /// The check of the audit trail that runs in this process.
    pub audit_check: SharedCheck,
    /// Set when the process is about to end: answers then ask for a new connection.
    pub is_stopping: AtomicBool,
    /// When the process began.
    pub started_at: Time,
    /// The same by the clock that nobody can set.
    steady_start: Duration,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    audit_key: AuditKey,
}

impl AppState {
    /// Puts the parts together.
    ///
    /// # Errors
    /// If the password cost is none that bcrypt knows.
    pub fn new(parts: Parts) -> Result<Self, bcrypt::BcryptError> {
        let limiter = make_limiter(&parts);
        let generations = find_generations(&parts);
        let (database, sessions) = watch_sessions(parts.database.measured_by(&parts.metrics), generations);
        Ok(Self(Arc::new(Inner {
            sessions,
            limiter,
            passwords: PasswordPool::new(parts.password_cost, parts.random.clone())?
                .measured_by(&parts.metrics),
            metrics: parts.metrics,
            tokens: Tokens::new(&parts.jwt_secret),
            unknown_addresses: UnknownAddresses::new(parts.audit_key.expose().as_bytes()),
            policy: parts.policy,
            proxies: parts.proxies,
            origins: parts.origins,
            redis: parts.redis,
            neighbours: parts.neighbours,
            findings: SharedFindings::default(),
            load: LoadPlaces::default(),
            downloads: DownloadPlaces::default(),
            attempts: make_places(),
            audit_check: SharedCheck::default(),
            is_stopping: AtomicBool::new(false),
            started_at: parts.clock.now(),
            steady_start: parts.clock.steady(),
            database,
            clock: parts.clock,
            random: parts.random,
            audit_key: AuditKey::new(&parts.audit_key),
        })))
    }

    /// The time now.
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// How long the process has been up, whatever was done to the computer's clock.
    pub fn uptime(&self) -> Duration {
        self.clock.steady().saturating_sub(self.steady_start)
    }

    /// The randomness.
    pub fn random(&self) -> &dyn Random {
        self.random.as_ref()
    }

    /// A new id.
    pub fn new_id(&self) -> Id {
        new_id(self.random(), self.now())
    }

    /// The key of the audit trail, for checking it.
    pub fn audit_key(&self) -> &AuditKey {
        &self.audit_key
    }

    /// Appends an event to the audit trail, in the transaction of what it tells of.
    ///
    /// # Errors
    /// If the database fails; the transaction must then not be committed.
    pub async fn record<C: ConnectionTrait>(&self, transaction: &C, event: Event) -> Result<(), DbErr> {
        self.record_all(transaction, vec![event]).await
    }

    /// Appends events to the audit trail, in this order and in the transaction of what they tell of.
    ///
    /// # Errors
    /// If the database fails; the transaction must then not be committed.
    pub async fn record_all<C: ConnectionTrait>(
        &self,
        transaction: &C,
        events: Vec<Event>,
    ) -> Result<(), DbErr> {
        self.metrics.count_events(&events);
        let events = events.into_iter().map(|event| (self.new_id(), event)).collect();
        audit::append_all(transaction, &self.audit_key, self.now(), events).await
    }
}

fn make_limiter(parts: &Parts) -> Arc<dyn RateLimiter> {
    let clock = parts.clock.clone();
    match parts.redis.clone() {
        Some(redis) => Arc::new(RedisLimiter::new(redis, parts.allowances, parts.limit_time.clone(), clock)),
        None => Arc::new(MemoryLimiter::new(parts.allowances, clock)),
    }
}

/// Where changes to accounts are made known. SQLite is one process's, which can tell itself; without Redis,
/// replicas on PostgreSQL cannot tell each other, so none of them keeps anything.
fn find_generations(parts: &Parts) -> Option<Arc<dyn Generations>> {
    let backend = parts.database.readers().get_database_backend();
    match parts.redis.clone() {
        Some(redis) => Some(Arc::new(RedisGenerations::new(redis, parts.random.clone()))),
        None if backend == DbBackend::Sqlite => Some(Arc::new(MemoryGenerations::default())),
        None => None,
    }
}

fn watch_sessions(
    database: Database,
    generations: Option<Arc<dyn Generations>>,
) -> (Database, Arc<dyn SessionLookup>) {
    let database = database.told_to(generations.clone());
    let source = Arc::new(database.clone());
    match generations {
        Some(generations) => (database, Arc::new(KeptSessions::new(source, generations))),
        None => (database, source),
    }
}

impl Deref for AppState {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}
