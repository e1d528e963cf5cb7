//! Whether a gateway that serves encrypts, and with what.

use std::sync::Arc;

use tokio::task::JoinHandle;

use crate::clock::SystemClock;
use crate::config::Settings;
use crate::config::tls::Transport;
use crate::metrics::Metrics;
use crate::tls::Tls;
use crate::tls::pair::is_readable_by_everybody;
use crate::tls::reload::{LOOK_INTERVAL, watch};

/// The certificate and its key, if there is to be one.
pub(super) fn open(settings: &Settings, metrics: &Metrics) -> anyhow::Result<Option<Tls>> {
    let Transport::Tls(files) = &settings.transport else { return Ok(None) };
    if is_readable_by_everybody(&files.key) {
        tracing::warn!(
            file = %files.key.display(),
            "everybody on this computer can read the private key: take the right from others"
        );
    }
    let tls = Tls::open(files, metrics)?;
    let pair = tls.current();
    tracing::info!(
        fingerprint = pair.fingerprint(),
        valid_until = %pair.validity().until,
        "connections are encrypted"
    );
    Ok(Some(tls))
}

/// Looks for a new certificate until the task is aborted. SIGHUP is caught from here on.
pub(super) fn keep_current(tls: &Tls) -> JoinHandle<()> {
    tokio::spawn(watch(tls.clone(), Arc::new(SystemClock), LOOK_INTERVAL))
}
