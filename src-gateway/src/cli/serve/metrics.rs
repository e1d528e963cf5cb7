//! The metrics of a gateway that serves: on a listener of their own, if an address is set.

use anyhow::{Context, anyhow};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::announce;
use crate::config::Settings;
use crate::metrics::Metrics;
use crate::metrics::listener::serve_metrics;
use crate::state::AppState;

/// The collector; off if nobody can read it.
pub(super) fn make_collector(settings: &Settings) -> anyhow::Result<Metrics> {
    match settings.metrics {
        Some(_) => Metrics::collect().context("The metrics cannot be collected."),
        None => Ok(Metrics::off()),
    }
}

/// Binds the listener, if there is to be one.
pub(super) async fn bind(settings: &Settings) -> anyhow::Result<Option<TcpListener>> {
    let Some(address) = settings.metrics else { return Ok(None) };
    let listener = TcpListener::bind(address).await;
    listener.map(Some).map_err(|error| anyhow!("The metrics cannot be shown on {address}: {error}."))
}

/// Shows the metrics until the task is aborted, and says where.
pub(super) fn start(state: &AppState, listener: TcpListener) -> anyhow::Result<JoinHandle<()>> {
    let address = listener.local_addr()?;
    announce(&format!("metrics on http://{address}/metrics"))?;
    if !address.ip().to_canonical().is_loopback() {
        tracing::warn!(
            %address,
            "whoever reaches this address can read the metrics: let only Prometheus through to it"
        );
    }
    Ok(tokio::spawn(serve_metrics(state.clone(), listener)))
}
