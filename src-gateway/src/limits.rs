//! How many requests one network address may make to the routes that attackers like.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock as GovernorClock, Reference};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter as Governor};
use http::{HeaderName, HeaderValue};
use voiceassist_contract::problem::ProblemCode;

use crate::clock::Clock;
use crate::http::request_info::RequestInfo;
use crate::problem::{ApiError, whole_seconds};
use crate::state::AppState;

/// A route with a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// `POST /api/auth/register`.
    Register,
    /// `POST /api/auth/login`.
    Login,
    /// `POST /api/auth/refresh`.
    Refresh,
}

impl Limit {
    /// The route in a word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Login => "login",
            Self::Refresh => "refresh",
        }
    }
}

/// So many requests in so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// How many.
    pub requests: NonZeroU32,
    /// In how long.
    pub window: Duration,
}

impl Allowance {
    /// So many in an hour.
    pub const fn per_hour(requests: NonZeroU32) -> Self {
        Self { requests, window: Duration::from_secs(60 * 60) }
    }

    /// So many in a minute.
    pub const fn per_minute(requests: NonZeroU32) -> Self {
        Self { requests, window: Duration::from_secs(60) }
    }
}

/// The limits of all routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowances {
    /// For [`Limit::Register`].
    pub register: Allowance,
    /// For [`Limit::Login`].
    pub login: Allowance,
    /// For [`Limit::Refresh`].
    pub refresh: Allowance,
}

impl Allowances {
    /// The one of this route.
    pub const fn of(self, limit: Limit) -> Allowance {
        match limit {
            Limit::Register => self.register,
            Limit::Login => self.login,
            Limit::Refresh => self.refresh,
        }
    }
}

impl Default for Allowances {
    fn default() -> Self {
        Self {
            register: Allowance::per_hour(const { NonZeroU32::new(5).expect("5 is not 0") }),
            login: Allowance::per_minute(const { NonZeroU32::new(10).expect("10 is not 0") }),
            refresh: Allowance::per_minute(const { NonZeroU32::new(20).expect("20 is not 0") }),
        }
    }
}

/// The answer of a limiter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the request may go on; if not, how long to wait.
    pub wait: Option<Duration>,
    /// How many more may come now.
    pub remaining: u32,
    /// What the limit is.
    pub allowance: Allowance,
}

/// Counts requests. In memory for one process; a store that processes share for several.
#[async_trait]
pub trait RateLimiter: Send + Sync + 'static {
    /// Counts a request from `address`.
    ///
    /// # Errors
    /// If it cannot be known; the request is then refused.
    async fn count(&self, limit: Limit, address: IpAddr) -> Result<Verdict, ApiError>;
}

type Limiter = Governor<u128, DashMapStateStore<u128>, PassedInClock, StateInformationMiddleware>;

/// Counts in this process's memory.
#[derive(Debug)]
pub struct MemoryLimiter {
    allowances: Allowances,
    clock: PassedInClock,
    register: Limiter,
    login: Limiter,
    refresh: Limiter,
    counted: AtomicU32,
}

/// Addresses whose allowance is whole again are forgotten after so many requests.
const REQUESTS_BETWEEN_CLEANINGS: u32 = 1_000;

impl MemoryLimiter {
    /// A limiter with these allowances.
    pub fn new(allowances: Allowances, clock: Arc<dyn Clock>) -> Self {
        let clock = PassedInClock(clock);
        let limiter = |allowance: Allowance| {
            let every = allowance.window / allowance.requests.get();
            let quota = Quota::with_period(every.max(Duration::from_nanos(1)))
                .unwrap_or_else(|| Quota::per_second(allowance.requests))
                .allow_burst(allowance.requests);
            Limiter::new(quota, DashMapStateStore::default(), clock.clone())
        };
        Self {
            allowances,
            register: limiter(allowances.register),
            login: limiter(allowances.login),
            refresh: limiter(allowances.refresh),
            clock,
            counted: AtomicU32::new(0),
        }
    }

    fn part(&self, limit: Limit) -> (&Limiter, Allowance) {
        let limiter = match limit {
            Limit::Register => &self.register,
            Limit::Login => &self.login,
            Limit::Refresh => &self.refresh,
        };
        (limiter, self.allowances.of(limit))
    }

    fn clean_now_and_then(&self) {
        if self.counted.fetch_add(1, Ordering::Relaxed) % REQUESTS_BETWEEN_CLEANINGS
            == REQUESTS_BETWEEN_CLEANINGS - 1
        {
            for limiter in [&self.register, &self.login, &self.refresh] {
                limiter.retain_recent();
                limiter.shrink_to_fit();
            }
        }
    }
}

#[async_trait]
impl RateLimiter for MemoryLimiter {
    async fn count(&self, limit: Limit, address: IpAddr) -> Result<Verdict, ApiError> {
        self.clean_now_and_then();
        let (limiter, allowance) = self.part(limit);
        Ok(match limiter.check_key(&network_of(address)) {
            Ok(snapshot) => Verdict { wait: None, remaining: snapshot.remaining_burst_capacity(), allowance },
            Err(refusal) => {
                Verdict { wait: Some(refusal.wait_time_from(self.clock.now())), remaining: 0, allowance }
            }
        })
    }
}

/// What is counted as one: an IPv4 address, or the /64 that one IPv6 customer has.
pub(crate) fn network_of(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(address) => u128::from(address.to_ipv6_mapped()),
        IpAddr::V6(address) => u128::from(address) >> 64 << 64,
    }
}

/// The application's clock as the limiter wants it: its steady time, so that setting the computer's clock opens
/// nobody a fresh allowance and locks nobody out.
#[derive(Clone)]
struct PassedInClock(Arc<dyn Clock>);

impl std::fmt::Debug for PassedInClock {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PassedInClock")
    }
}

impl GovernorClock for PassedInClock {
    type Instant = Passed;

    fn now(&self) -> Passed {
        Passed(self.0.steady())
    }
}

/// A moment, for the limiter's arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Passed(Duration);

impl std::ops::Add<governor::nanos::Nanos> for Passed {
    type Output = Self;

    fn add(self, other: governor::nanos::Nanos) -> Self {
        Self(self.0 + Duration::from(other))
    }
}

impl Reference for Passed {
    fn duration_since(&self, earlier: Self) -> governor::nanos::Nanos {
        self.0.saturating_sub(earlier.0).into()
    }

    fn saturating_sub(&self, duration: governor::nanos::Nanos) -> Self {
        Self(self.0.checked_sub(duration.into()).unwrap_or(self.0))
    }
}

/// The layer of a limited route: counts, refuses with 429, and says in headers how much is left
/// (draft-ietf-httpapi-ratelimit-headers).
pub async fn limit_requests(
    State((state, limit)): State<(AppState, Limit)>,
    info: RequestInfo,
    request: Request,
    next: Next,
) -> Response {
    let verdict = match state.limiter.count(limit, info.address()).await {
        Ok(verdict) => verdict,
        Err(error) => return error.into_response(),
    };
    if verdict.wait.is_some() {
        state.metrics.count_limited(limit);
    }
    let mut response = match verdict.wait {
        None => next.run(request).await,
        Some(wait) => ApiError::new(
            ProblemCode::RateLimited,
            "Too many requests came from this network address. Wait a while and try again.",
        )
        .with_retry_after(wait)
        .into_response(),
    };
    let Allowance { requests, window } = verdict.allowance;
    let used = requests.get().saturating_sub(verdict.remaining);
    let reset = verdict.wait.unwrap_or(window * used / requests.get());
    let policy = format!("\"default\";q={requests};w={}", window.as_secs());
    let left = format!("\"default\";r={};t={}", verdict.remaining, whole_seconds(reset));
    for (name, value) in [("ratelimit-policy", policy), ("ratelimit", left)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    fn limiter() -> (Arc<ManualClock>, MemoryLimiter) {
        let start = chrono::DateTime::from_timestamp_millis(1_790_000_000_000).expect("in range");
        let clock = Arc::new(ManualClock::at(start));
        (clock.clone(), MemoryLimiter::new(Allowances::default(), clock))
    }

    async fn count(limiter: &MemoryLimiter, address: &str) -> Verdict {
        let address = address.parse().expect("an address");
        limiter.count(Limit::Login, address).await.expect("memory answers")
    }

    #[tokio::test]
    async fn the_eleventh_sign_in_of_a_minute_waits_and_others_do_not() {
        let (clock, limiter) = limiter();
        for left in (0..10).rev() {
            let verdict = count(&limiter, "192.0.2.1").await;
            assert_eq!((verdict.wait, verdict.remaining), (None, left));
        }
        let refused = count(&limiter, "192.0.2.1").await;
        assert_eq!(refused.wait, Some(Duration::from_secs(6)));
        assert_eq!(count(&limiter, "192.0.2.2").await.wait, None);
        clock.advance(chrono::Duration::seconds(6));
        assert_eq!(count(&limiter, "192.0.2.1").await.wait, None);
    }

    #[tokio::test]
    async fn setting_the_clock_changes_nobodys_allowance() {
        for hours in [1, -1] {
            let (clock, limiter) = limiter();
            for _ in 0..10 {
                count(&limiter, "192.0.2.1").await;
            }
            clock.set(chrono::Duration::hours(hours));
            assert_eq!(count(&limiter, "192.0.2.1").await.wait, Some(Duration::from_secs(6)));
            clock.advance(chrono::Duration::seconds(6));
            assert_eq!(count(&limiter, "192.0.2.1").await.wait, None);
        }
    }

    #[tokio::test]
    async fn a_customer_with_many_ipv6_addresses_counts_as_one() {
        let (_clock, limiter) = limiter();
        for number in 0..10 {
            assert_eq!(count(&limiter, &format!("2001:db8:1:2::{number:x}")).await.wait, None);
        }
        assert!(count(&limiter, "2001:db8:1:2:ffff::1").await.wait.is_some());
        assert_eq!(count(&limiter, "2001:db8:1:3::1").await.wait, None);
    }

    #[tokio::test]
    async fn addresses_that_stay_away_are_forgotten() {
        let (clock, limiter) = limiter();
        for number in 0..990_u32 {
            let address = IpAddr::from(std::net::Ipv4Addr::from(number));
            limiter.count(Limit::Login, address).await.expect("memory answers");
        }
        assert_eq!(limiter.login.len(), 990);
        clock.advance(chrono::Duration::minutes(2));
        for _ in 0..10 {
            count(&limiter, "192.0.2.1").await;
        }
        assert!(limiter.login.len() <= 2, "{} are left", limiter.login.len());
    }
}
