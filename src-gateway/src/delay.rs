//! The delay that failed sign-ins lead to, per address that was tried, whether an account has it or not.

use std::time::Duration;

use aws_lc_rs::hmac;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::OnConflict,
};
use voiceassist_contract::Time;
use voiceassist_contract::auth::LockPolicy;
use voiceassist_contract::email::comparison_key;
use voiceassist_contract::problem::ProblemCode;

use crate::problem::ApiError;
use crate::tables::{unknown_sign_ins, users};

/// Failures in a row before the first delay.
const FAILURES_BEFORE_DELAY: u32 = 5;
/// The first delay.
const FIRST_DELAY_SECONDS: u64 = 1;
/// The longest delay.
const LONGEST_DELAY_SECONDS: u64 = 15 * 60;

/// How long failures under addresses that nobody has are remembered after the last one.
const UNKNOWN_KEPT_DAYS: i64 = 7;

/// The rule, as clients are told it.
pub const POLICY: LockPolicy = LockPolicy {
    failures_before_delay: FAILURES_BEFORE_DELAY,
    first_delay_seconds: FIRST_DELAY_SECONDS,
    longest_delay_seconds: LONGEST_DELAY_SECONDS,
};

/// The delay after so many failures in a row.
pub fn delay_after(failures: u32) -> Duration {
    let Some(doublings) = failures.checked_sub(FAILURES_BEFORE_DELAY) else { return Duration::ZERO };
    let seconds = 1_u64.checked_shl(doublings).map_or(u64::MAX, |factor| FIRST_DELAY_SECONDS * factor);
    Duration::from_secs(seconds.min(LONGEST_DELAY_SECONDS))
}

/// Refuses while a delay lasts. One that would last longer than the longest there is comes from before the clock
/// was set back, and does not count: it would lock its person out for as long as the clock went back.
///
/// # Errors
/// `account_locked` with `Retry-After`.
pub fn require_unlocked(locked_until: Option<Time>, now: Time) -> Result<(), ApiError> {
    let wait = locked_until.and_then(|until| (until - now).to_std().ok());
    let Some(wait) =
        wait.filter(|wait| !wait.is_zero() && *wait <= Duration::from_secs(LONGEST_DELAY_SECONDS))
    else {
        return Ok(());
    };
    let detail = "Too many sign-ins failed. Wait a while, or ask an administrator to unlock the account.";
    Err(ApiError::new(ProblemCode::AccountLocked, detail).with_retry_after(wait))
}

/// Counts a failure on an account's row; the caller writes it.
pub fn count_failure(row: &mut users::Model, address: String, now: Time) {
    row.failed_sign_ins = row.failed_sign_ins.saturating_add(1);
    row.last_failure_at = Some(now);
    row.last_failure_address = Some(address);
    row.locked_until = locked_until(row.failed_sign_ins, now);
}

/// Forgets the failures on an account's row; the caller writes it.
pub fn clear_failures(row: &mut users::Model) {
    row.failed_sign_ins = 0;
    row.last_failure_at = None;
    row.last_failure_address = None;
    row.locked_until = None;
}

fn locked_until(failures: i32, now: Time) -> Option<Time> {
    let delay = delay_after(u32::try_from(failures).unwrap_or(0));
    let delay = chrono::Duration::from_std(delay).ok().filter(|delay| !delay.is_zero())?;
    Some(now + delay)
}

/// Remembers failures under addresses that nobody has, by a keyed hash of the address.
pub struct UnknownAddresses(hmac::Key);

impl std::fmt::Debug for UnknownAddresses {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("UnknownAddresses(…)")
    }
}

impl UnknownAddresses {
    /// Hashes addresses with this key.
    pub fn new(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// Until when a sign-in with this address is not tried.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn locked_until<C: ConnectionTrait>(
        &self,
        connection: &C,
        email: &str,
    ) -> Result<Option<Time>, DbErr> {
        let row = unknown_sign_ins::Entity::find_by_id(self.hash(email)).one(connection).await?;
        Ok(row.and_then(|row| row.locked_until))
    }

    /// Counts a failure, and forgets old ones under other addresses. Gives until when the next sign-in is not
    /// tried.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn count_failure<C: ConnectionTrait>(
        &self,
        transaction: &C,
        email: &str,
        now: Time,
    ) -> Result<Option<Time>, DbErr> {
        let oldest = now - chrono::Duration::days(UNKNOWN_KEPT_DAYS);
        unknown_sign_ins::Entity::delete_many()
            .filter(unknown_sign_ins::Column::LastFailureAt.lt(oldest))
            .exec(transaction)
            .await?;
        let key_hash = self.hash(email);
        let known = unknown_sign_ins::Entity::find_by_id(key_hash.clone()).one(transaction).await?;
        let failures = known.map_or(0, |row| row.failures).saturating_add(1);
        let locked_until = locked_until(failures, now);
        let row = unknown_sign_ins::ActiveModel {
            key_hash: Set(key_hash),
            failures: Set(failures),
            last_failure_at: Set(now),
            locked_until: Set(locked_until),
        };
        let replace = OnConflict::column(unknown_sign_ins::Column::KeyHash)
            .update_columns([
                unknown_sign_ins::Column::Failures,
                unknown_sign_ins::Column::LastFailureAt,
                unknown_sign_ins::Column::LockedUntil,
            ])
            .to_owned();
        unknown_sign_ins::Entity::insert(row)
            .on_conflict(replace)
            .exec_without_returning(transaction)
            .await?;
        Ok(locked_until)
    }

    fn hash(&self, email: &str) -> String {
        let tag = hmac::sign(&self.0, format!("unknown-address:{}", comparison_key(email)).as_bytes());
        hex::encode(&tag.as_ref()[..16])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_starts_at_the_fifth_failure_and_doubles_up_to_a_quarter_of_an_hour() {
        let seconds: Vec<u64> = (0..=7).map(|failures| delay_after(failures).as_secs()).collect();
        assert_eq!(seconds, [0, 0, 0, 0, 0, 1, 2, 4]);
        assert_eq!(delay_after(14).as_secs(), 512);
        assert_eq!(delay_after(15).as_secs(), 900);
        assert_eq!(delay_after(u32::MAX).as_secs(), 900);
    }

    #[test]
    fn a_delay_that_is_over_refuses_nothing() {
        let now = chrono::DateTime::from_timestamp_millis(1_790_000_000_000).expect("in range");
        assert!(require_unlocked(None, now).is_ok());
        assert!(require_unlocked(Some(now), now).is_ok());
        assert!(require_unlocked(Some(now + chrono::Duration::milliseconds(1)), now).is_err());
    }

    #[test]
    fn a_delay_from_before_the_clock_was_set_back_refuses_nobody() {
        let now = chrono::DateTime::from_timestamp_millis(1_790_000_000_000).expect("in range");
        let longest = locked_until(i32::MAX, now).expect("a delay");
        assert!(require_unlocked(Some(longest), now).is_err());
        assert!(require_unlocked(Some(longest), now - chrono::Duration::hours(1)).is_ok());
    }
}
