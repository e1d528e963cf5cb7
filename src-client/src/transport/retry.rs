//! Waits a little while a server says that it is busy, and no longer than a person would.

use std::future::Future;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use tokio::time::Instant;

use crate::Error;

/// Tries after the first one.
const MORE_TRIES: usize = 2;

/// Asks again after "busy" answers, as long as all waiting together stays within `patience`.
///
/// A longer `Retry-After` is handed on at once: whoever asked can show it.
pub(super) async fn with_patience<T, Fut: Future<Output = Result<T, Error>>>(
    patience: Duration,
    attempt: impl FnMut() -> Fut,
) -> Result<T, Error> {
    let began = Instant::now();
    let backoff = ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(200))
        .with_max_times(MORE_TRIES)
        .with_jitter();
    attempt
        .retry(backoff)
        .when(is_busy)
        .adjust(|error, planned| {
            let asked = error.retry_after_seconds().map_or(Duration::ZERO, Duration::from_secs);
            planned.map(|planned| planned.max(asked)).filter(|wait| began.elapsed() + *wait <= patience)
        })
        .await
}

/// Busy is a 503, or a 429 that says for how long; without that a limit may take an hour to lift.
fn is_busy(error: &Error) -> bool {
    match error.status() {
        Some(503) => true,
        Some(429) => error.retry_after_seconds().is_some(),
        _ => false,
    }
}
