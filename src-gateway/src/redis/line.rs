//! Making the connection, and making it again: one attempt at a time, with a pause between them.

use std::sync::{Arc, PoisonError, Weak};
use std::time::Duration;

use ::redis::{AsyncConnectionConfig, RedisResult, Value};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::{Inner, Line, RESPONSE_TIMEOUT};

/// The longest that connecting may take, sign-in and first commands included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// Pauses between attempts: the first, which doubles, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// A connection that lived so long is followed by the first pause again.
const GOOD_LIFE: Duration = Duration::from_secs(5);

/// How long the key stays with which a connection proves that it can write.
const PROOF_SECONDS: u64 = 10;

/// Tries once. If that fails, the process starts without.
pub(super) async fn connect_first(inner: &Inner) {
    if let Err(cause) = connect(inner).await {
        tracing::warn!(
            cause,
            "Redis does not answer: sessions are looked up in the database, and each process counts \
             requests for itself, until it does"
        );
    }
}

/// Connects whenever there is no connection, until nobody needs one.
pub(super) async fn stay_connected(inner: Weak<Inner>, lost: Arc<Notify>) {
    let mut pause = FIRST_PAUSE;
    let mut connected_at = None;
    loop {
        let Some(alive) = inner.upgrade() else { return };
        let is_connected = alive.line.read().unwrap_or_else(PoisonError::into_inner).is_some();
        drop(alive);
        if is_connected {
            let since = *connected_at.get_or_insert_with(Instant::now);
            lost.notified().await;
            if since.elapsed() >= GOOD_LIFE {
                pause = FIRST_PAUSE;
            }
            connected_at = None;
            continue;
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
        let Some(alive) = inner.upgrade() else { return };
        match connect(&alive).await {
            Ok(()) => tracing::info!("Redis answers again"),
            Err(cause) => tracing::debug!(cause, "Redis still does not answer"),
        }
    }
}

async fn connect(inner: &Inner) -> Result<(), String> {
    // Taken before, so that nothing that was read over an earlier connection counts on this one.
    let number = inner.next_number();
    let line = tokio::time::timeout(CONNECT_TIMEOUT, make_line(inner, number))
        .await
        .map_err(|_| "no connection within a second".to_owned())?
        .map_err(|error| error.to_string())?;
    *inner.line.write().unwrap_or_else(PoisonError::into_inner) = Some(line);
    Ok(())
}

async fn make_line(inner: &Inner, number: u64) -> RedisResult<Line> {
    // Whoever comes first sets the one library for TLS that this program has.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(CONNECT_TIMEOUT))
        .set_response_timeout(Some(RESPONSE_TIMEOUT));
    let mut connection = inner.client.get_multiplexed_async_connection_with_config(&config).await?;
    ::redis::cmd("SET")
        .arg(format!("{}proof", inner.prefix))
        .arg(1)
        .arg("EX")
        .arg(PROOF_SECONDS)
        .exec_async(&mut connection)
        .await?;
    // A user without the right to ask for it is no reason to do without Redis.
    let about: Option<Value> = ::redis::cmd("INFO").arg("server").query_async(&mut connection).await.ok();
    let about = about.and_then(|about| ::redis::from_redis_value::<String>(about).ok());
    Ok(Line { number, version: about.as_deref().and_then(read_version), connection })
}

fn read_version(about: &str) -> Option<String> {
    let line = about.lines().find_map(|line| line.strip_prefix("redis_version:"))?;
    Some(line.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_found_among_what_redis_says_of_itself() {
        let about = "# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n";
        assert_eq!(read_version(about).as_deref(), Some("7.0.15"));
        assert_eq!(read_version("# Server\r\n"), None);
    }
}
