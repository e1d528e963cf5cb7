//! Passwords: hashed and compared with bcrypt on a bounded pool of threads of their own, so that a rush
//! of sign-ins queues while everything else stays fast.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ::metrics::{Counter, Histogram};
use bcrypt::Version;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use voiceassist_contract::Secret;
use voiceassist_contract::password::{MOST_BYTES, PasswordRule, assess_password, normalize_password};
use voiceassist_contract::problem::{FieldError, ProblemCode};
use zeroize::Zeroizing;

use crate::metrics::{Metrics, catalogue};
use crate::problem::{Answer, ApiError};
use crate::random::Random;

pub mod temporary;

/// bcrypt's cost in service: what existing VoiceAssist databases use.
pub const COST: u32 = 12;

/// Stands in a hash's place where an account has no password yet. No password fits it.
pub const NO_PASSWORD: &str = "!";

/// The costs that bcrypt knows.
const COSTS: RangeInclusive<u32> = 4..=31;

/// Sign-ins that wait for a thread; more are refused. At cost 12 this is about half a minute's work.
const MOST_WAITING: usize = 128;

/// Hashes and compares passwords.
#[derive(Debug)]
pub struct PasswordPool {
    cost: u32,
    threads: Arc<Semaphore>,
    waiting: AtomicUsize,
    random: Arc<dyn Random>,
    nobody: String,
    meters: Meters,
}

/// What is measured of it.
#[derive(Debug)]
struct Meters {
    wait: Histogram,
    work: Histogram,
    refused: Counter,
}

impl Meters {
    fn of(metrics: &Metrics) -> Self {
        Self {
            wait: metrics.histogram(&catalogue::PASSWORD_WAIT_SECONDS, vec![]),
            work: metrics.histogram(&catalogue::PASSWORD_WORK_SECONDS, vec![]),
            refused: metrics.counter(&catalogue::PASSWORDS_REFUSED, vec![]),
        }
    }
}

impl std::fmt::Debug for dyn Random {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Random")
    }
}

impl PasswordPool {
    /// A pool that hashes at `cost`, which is [`COST`] but in tests, on as many threads as there are cores.
    ///
    /// # Errors
    /// If `cost` is none that bcrypt knows.
    pub fn new(cost: u32, random: Arc<dyn Random>) -> Result<Self, bcrypt::BcryptError> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let nobody = make_stand_in(cost)?;
        let (threads, waiting) = (Arc::new(Semaphore::new(cores)), AtomicUsize::new(0));
        Ok(Self { cost, threads, waiting, random, nobody, meters: Meters::of(&Metrics::off()) })
    }

    /// The same pool, measured there.
    #[must_use]
    pub fn measured_by(self, metrics: &Metrics) -> Self {
        Self { meters: Meters::of(metrics), ..self }
    }

    /// The hash to store for `password`, which has been held against the policy.
    ///
    /// # Errors
    /// `overloaded` if too many wait, or `internal`.
    pub async fn hash(&self, password: &Secret) -> Answer<String> {
        self.take_turn().await?.hash(password).await
    }

    /// Waits for a turn. Whoever could do without hashing by the time it comes looks again then.
    ///
    /// # Errors
    /// `overloaded` if too many wait.
    pub async fn take_turn(&self) -> Answer<Turn<'_>> {
        let Some(place) = Place::take(&self.waiting) else {
            self.meters.refused.increment(1);
            return Err(ApiError::overloaded());
        };
        let came = Instant::now();
        let thread = self.threads.clone().acquire_owned().await;
        let thread = thread.map_err(|error| ApiError::internal(&error))?;
        self.meters.wait.record(came.elapsed().as_secs_f64());
        Ok(Turn { pool: self, thread, _place: place })
    }

    /// Whether `password` is the one behind `hash`; `None` stands for an account that is not there, costs the same,
    /// and is never right. So is [`NO_PASSWORD`].
    ///
    /// # Errors
    /// `overloaded` if too many wait.
    pub async fn verify(&self, password: &Secret, hash: Option<&str>) -> Answer<bool> {
        let normalized = normalize_password(password.expose());
        // bcrypt reads 72 bytes. What is longer is no password of this gateway, whatever it begins with.
        let fits = normalized.len() <= MOST_BYTES;
        let (target, exists) = match hash {
            Some(hash) if hash != NO_PASSWORD => (hash.to_owned(), true),
            _ => (self.nobody.clone(), false),
        };
        let turn = self.take_turn().await?;
        let is_right = turn.run(move || compare(&normalized, &target)).await?;
        Ok(is_right && exists && fits)
    }

    /// How many callers wait or work now.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }
}

/// A turn on one of the pool's threads.
pub struct Turn<'a> {
    pool: &'a PasswordPool,
    thread: OwnedSemaphorePermit,
    _place: Place<'a>,
}

impl Turn<'_> {
    /// The hash to store for `password`, as [`PasswordPool::hash`] makes it.
    ///
    /// # Errors
    /// `internal`.
    pub async fn hash(self, password: &Secret) -> Answer<String> {
        let normalized = normalize_password(password.expose());
        if normalized.len() > MOST_BYTES {
            // Callers have asked the policy, which refuses it too; bcrypt would cut it without a word.
            return Err(ApiError::new(ProblemCode::PasswordTooWeak, PasswordRule::ShortEnough.message()));
        }
        let mut salt = [0; 16];
        self.pool.random.fill(&mut salt);
        let cost = self.pool.cost;
        self.run(move || {
            bcrypt::hash_with_salt(normalized.as_bytes(), cost, salt)
                .map(|parts| parts.format_for_version(Version::TwoB))
        })
        .await?
        .map_err(|error| ApiError::internal(&error))
    }

    async fn run<T: Send + 'static>(self, work: impl FnOnce() -> T + Send + 'static) -> Answer<T> {
        let thread = self.thread;
        let work = move || {
            let result = work();
            // Only now: whoever goes away while it works must not make room for one more.
            drop(thread);
            result
        };
        let began = Instant::now();
        let done = tokio::task::spawn_blocking(work).await.map_err(|error| ApiError::internal(&error));
        self.pool.meters.work.record(began.elapsed().as_secs_f64());
        done
    }
}

/// A place in the queue, given back when its owner is done or gives up.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Option<Self> {
        let place = Self(waiting);
        let before = waiting.fetch_add(1, Ordering::Relaxed);
        (before < MOST_WAITING).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A hash for comparing with where there is no account. It is read and costs what any other does, and is none of
/// any password. Nothing is hashed to make it: that would keep the process from its first answer for as long.
fn make_stand_in(cost: u32) -> Result<String, bcrypt::BcryptError> {
    if !COSTS.contains(&cost) {
        return Err(bcrypt::BcryptError::CostNotAllowed(cost));
    }
    // In bcrypt's alphabet a dot is 0: 22 of them are a salt, 31 a hash.
    Ok(format!("$2b${cost:02}${}", ".".repeat(22 + 31)))
}

fn compare(password: &Zeroizing<String>, hash: &str) -> bool {
    // A stored hash that bcrypt cannot read fits no password.
    bcrypt::verify(password.as_bytes(), hash).unwrap_or(false)
}

/// Holds a new password against the policy, for the person with this name and address. What is refused
/// is said at `field`.
///
/// # Errors
/// `password_too_weak` with every rule that it breaks.
pub fn require_good_password(field: &str, password: &Secret, full_name: &str, email: &str) -> Answer<()> {
    let assessment = assess_password(password.expose(), full_name, email);
    let errors: Vec<FieldError> = assessment
        .rules
        .iter()
        .filter(|result| !result.met)
        .map(|result| FieldError {
            field: field.to_owned(),
            code: result.rule.code().to_owned(),
            message: result.rule.message().to_owned(),
        })
        .collect();
    let Some(first) = errors.first() else { return Ok(()) };
    let detail = first.message.clone();
    Err(ApiError::new(ProblemCode::PasswordTooWeak, detail).with_errors(errors))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandom;

    fn pool() -> PasswordPool {
        PasswordPool::new(4, Arc::new(SeededRandom::new(5))).expect("cost 4 is known to bcrypt")
    }

    #[tokio::test]
    async fn a_password_is_right_in_both_unicode_forms_and_no_other_is() {
        let pool = pool();
        let hash = pool.hash(&"caf\u{e9} marble orbit".into()).await.expect("hashes");
        assert!(hash.starts_with("$2b$04$"));
        assert!(pool.verify(&"cafe\u{301} marble orbit".into(), Some(&hash)).await.expect("compares"));
        assert!(!pool.verify(&"cafe marble orbit".into(), Some(&hash)).await.expect("compares"));
        for nothing in [None, Some(NO_PASSWORD)] {
            assert!(!pool.verify(&"nobody's password".into(), nothing).await.expect("compares"));
        }
    }

    #[tokio::test]
    async fn a_password_that_goes_on_after_72_bytes_is_wrong() {
        let pool = pool();
        let hash = pool.hash(&"a".repeat(72).into()).await.expect("hashes");
        assert!(pool.verify(&"a".repeat(72).into(), Some(&hash)).await.expect("compares"));
        assert!(!pool.verify(&"a".repeat(73).into(), Some(&hash)).await.expect("compares"));
        assert!(pool.hash(&"a".repeat(73).into()).await.is_err());
    }

    #[test]
    fn nobody_is_compared_with_a_hash_that_bcrypt_works_through() {
        let stand_in = make_stand_in(4).expect("cost 4 is known to bcrypt");
        // A hash that cannot be read is an error, and at once.
        assert!(!bcrypt::verify("marble kettle orbit", &stand_in).expect("it is read"));
        let own = bcrypt::hash_with_salt("marble kettle orbit", 4, [0; 16]).expect("hashes").to_string();
        assert_eq!((stand_in.len(), &stand_in[4..29]), (own.len(), &own[4..29]), "the same cost and salt");
        for cost in [3, 32] {
            assert!(make_stand_in(cost).is_err(), "{cost}");
        }
    }

    #[tokio::test]
    async fn hashes_of_an_existing_database_are_read() {
        let pool = pool();
        // The markers differ by the library that made the hash; what follows them does not.
        let hash = bcrypt::hash_with_salt("marble kettle orbit", 4, [7; 16]).expect("hashes");
        for version in [Version::TwoA, Version::TwoB, Version::TwoY] {
            let stored = hash.format_for_version(version);
            assert!(pool.verify(&"marble kettle orbit".into(), Some(&stored)).await.expect("compares"));
        }
        assert!(!pool.verify(&"marble kettle orbit".into(), Some("not a hash")).await.expect("compares"));
    }

    #[tokio::test]
    async fn whoever_goes_away_keeps_the_thread_until_its_work_is_done() {
        let pool = Arc::new(pool());
        let all = pool.threads.available_permits();
        let (begin, has_begun) = std::sync::mpsc::channel();
        let (end, may_end) = std::sync::mpsc::channel::<()>();
        let turn = pool.take_turn().await.expect("a turn");
        let work = move || {
            begin.send(()).expect("somebody waits");
            // Until the test lets go of the other end.
            let _ = may_end.recv();
        };
        assert!(tokio::time::timeout(std::time::Duration::from_millis(50), turn.run(work)).await.is_err());
        has_begun.recv().expect("it works");
        assert_eq!(pool.threads.available_permits(), all - 1);
        drop(end);
        let _thread =
            pool.threads.acquire_many(u32::try_from(all).expect("few")).await.expect("all come back");
    }

    #[tokio::test]
    async fn a_full_queue_refuses_and_recovers() {
        let pool = pool();
        pool.waiting.store(MOST_WAITING, Ordering::Relaxed);
        let refusal = pool.hash(&"marble kettle orbit".into()).await.expect_err("the queue is full");
        assert_eq!(refusal.code(), ProblemCode::Overloaded);
        pool.waiting.store(0, Ordering::Relaxed);
        assert!(pool.hash(&"marble kettle orbit".into()).await.is_ok());
        assert_eq!(pool.waiting(), 0);
    }

    #[test]
    fn a_weak_password_is_refused_at_its_field_without_being_repeated() {
        let error = require_good_password("new_password", &"password".into(), "Ana Ruiz", "ana@a.example")
            .expect_err("it is weak");
        assert_eq!(error.code(), ProblemCode::PasswordTooWeak);
        let shown = format!("{error:?}");
        assert!(shown.contains("new_password") && shown.contains("too_short"), "{shown}");
    }
}
