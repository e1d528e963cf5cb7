//! A certificate that is renewed on disk is used without a restart: the files are looked at every few seconds, and
//! at once after SIGHUP. What cannot be used is complained of once, and the one before goes on.

use std::sync::Arc;
use std::time::Duration;

use ::metrics::{Counter, Label};
use voiceassist_contract::Time;

use super::Tls;
use super::pair::{Contents, Pair, PairError};
use crate::clock::Clock;
use crate::metrics::catalogue;

/// How often the files are looked at. What is in them counts and not their times: tools that renew
/// certificates replace links, copy times along, or write twice.
pub const LOOK_INTERVAL: Duration = Duration::from_secs(5);

/// How long before its end the certificate is complained of. Tools renew 30 days before.
const WARN_BEFORE: chrono::Duration = chrono::Duration::days(14);

/// How often that is said.
const WARN_INTERVAL: chrono::Duration = chrono::Duration::days(1);

/// Looks at the files for as long as it is not dropped, every `interval` and when told to. SIGHUP is caught from the
/// call on, and not only once this runs: until it is, it ends the process.
pub fn watch(tls: Tls, clock: Arc<dyn Clock>, interval: Duration) -> impl Future<Output = ()> + Send {
    let mut signals = Hangups::catch();
    let mut watcher = Watcher { seen: Ok(tls.current().digest()), warned_at: None, tls, clock };
    async move {
        loop {
            watcher.warn_of_end();
            let is_told = tokio::select! {
                () = tokio::time::sleep(interval) => false,
                () = signals.next() => true,
            };
            watcher.look(is_told).await;
        }
    }
}

struct Watcher {
    tls: Tls,
    clock: Arc<dyn Clock>,
    /// What was in the files last, used or not, or why they could not be read.
    seen: Result<[u8; 32], String>,
    warned_at: Option<Time>,
}

impl Watcher {
    /// Looks at the files. What has been seen before is looked at again only if somebody asks for it.
    async fn look(&mut self, is_told: bool) {
        let files = self.tls.0.files.clone();
        let read = tokio::task::spawn_blocking(move || Contents::read(&files)).await;
        let Ok(read) = read else { return };
        let found = read.as_ref().map(Contents::digest).map_err(ToString::to_string);
        if found == self.seen && !is_told {
            return;
        }
        self.seen = found;
        let pair = read.and_then(|contents| Pair::new(&contents)).and_then(|pair| self.require_current(pair));
        match pair {
            Ok(pair) if pair.digest() == self.tls.current().digest() => {
                tracing::info!("the certificate is the one in use");
            }
            Ok(pair) => self.take(pair),
            Err(error) => {
                self.reloads("refused").increment(1);
                tracing::error!(cause = %error, "the new certificate is not used; the one before goes on");
            }
        }
    }

    fn require_current(&self, pair: Pair) -> Result<Pair, PairError> {
        let until = pair.validity().until;
        if until <= self.clock.now() { Err(PairError::Expired(until)) } else { Ok(pair) }
    }

    fn take(&mut self, pair: Pair) {
        tracing::info!(
            fingerprint = pair.fingerprint(),
            valid_until = %pair.validity().until,
            "new connections get the new certificate"
        );
        self.tls.replace(pair);
        self.warned_at = None;
        self.reloads("done").increment(1);
    }

    fn warn_of_end(&mut self) {
        let (now, validity) = (self.clock.now(), self.tls.current().validity());
        let is_said = self.warned_at.is_some_and(|at| at <= now && now - at < WARN_INTERVAL);
        if is_said || (validity.until - now >= WARN_BEFORE && validity.from <= now) {
            return;
        }
        self.warned_at = Some(now);
        if validity.until <= now {
            tracing::error!(valid_until = %validity.until, "the certificate has expired: nobody can connect");
        } else if validity.from > now {
            tracing::error!(valid_from = %validity.from, "the certificate is not valid yet: nobody can connect");
        } else {
            tracing::warn!(valid_until = %validity.until, "the certificate expires soon: renew it");
        }
    }

    fn reloads(&self, outcome: &'static str) -> Counter {
        let outcome = Label::from_static_parts("outcome", outcome);
        self.tls.0.metrics.counter(&catalogue::CERTIFICATE_RELOADS, vec![outcome])
    }
}

/// Somebody tells the process to look at its files again.
struct Hangups {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

impl Hangups {
    fn catch() -> Self {
        Self {
            #[cfg(unix)]
            signal: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok(),
        }
    }

    async fn next(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.signal
            && signal.recv().await.is_some()
        {
            return;
        }
        std::future::pending().await
    }
}

#[cfg(test)]
mod tests;
