//! `voiceassist-gateway serve`.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use tokio::net::TcpListener;
use voiceassist_contract::Secret;

use super::ServeArguments;
use super::migrate::open_database;
use crate::audit::anchor;
use crate::clock::SystemClock;
use crate::config::Settings;
use crate::config::metrics::require_own_address;
use crate::config::secrets::{Key, load_key};
use crate::config::tls::require_encryption;
use crate::config::variables::Variables;
use crate::health::checks::Neighbours;
use crate::health::nextcloud::NextcloudCheck;
use crate::health::qdrant::QdrantCheck;
use crate::log::start_log;
use crate::nextcloud::accounts::{NextcloudAccounts, Patience};
use crate::passwords;
use crate::random::SystemRandom;
use crate::redis::limiter::LimitTime;
use crate::redis::{PREFIX, Redis};
use crate::router::build_router;
use crate::serve::connections::ConnectionLimits;
use crate::serve::descriptors::find_room;
use crate::serve::serve_until;
use crate::state::{AppState, Parts};

mod encryption;
mod metrics;

/// The one way in which an HTTP client cannot be made.
const NO_AUTHORITIES: &str = "This computer has no certificate authorities for https:// addresses.";

pub(super) async fn run(arguments: ServeArguments) -> anyhow::Result<()> {
    let variables = Variables::of_process();
    let settings = Settings::read(arguments.storage.data_dir, &variables)?;
    require_sound_addresses(&settings, arguments.listen).map_err(anyhow::Error::msg)?;
    let jwt_secret = load_key(Key::Jwt, &settings, &variables, &SystemRandom)?;
    let audit_key = load_key(Key::Audit, &settings, &variables, &SystemRandom)?;
    start_log(settings.log);
    show_settings(&settings);

    // Signals are caught from here on, so that one that comes early still ends well.
    let stop = stop_signal().context("Signals cannot be caught.")?;
    let collector = metrics::make_collector(&settings)?;
    let tls = encryption::open(&settings, &collector)?;
    let for_metrics = metrics::bind(&settings).await?;
    let scheme = settings.transport.scheme();
    let redis = connect_redis(&settings).await?;
    let neighbours = find_neighbours(&settings, &audit_key)?;
    let state = AppState::new(Parts {
        database: open_database(&settings).await?,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        jwt_secret,
        audit_key,
        metrics: collector.clone(),
        policy: settings.policy,
        allowances: settings.allowances,
        proxies: settings.proxies,
        origins: settings.origins,
        redis,
        limit_time: LimitTime::OfRedis,
        neighbours,
        password_cost: passwords::COST,
    })?;
    let listener = TcpListener::bind(arguments.listen).await.with_context(|| {
        format!("Nothing can listen on {}. Is another gateway running?", arguments.listen)
    })?;
    let certificates = tls.as_ref().map(encryption::keep_current);
    announce(&format!("listening on {scheme}://{}", listener.local_addr()?))?;
    let metrics = for_metrics.map(|listener| metrics::start(&state, listener)).transpose()?;
    let anchors = tokio::spawn(anchor::watch(state.clone()));
    serve_until(state.clone(), build_router(state), listener, find_limits(), tls, stop).await;
    anchors.abort();
    if let Some(certificates) = certificates {
        certificates.abort();
    }
    // Last, so that also the end can be watched.
    if let Some(metrics) = metrics {
        metrics.abort();
    }
    Ok(())
}

fn require_sound_addresses(settings: &Settings, listen: SocketAddr) -> Result<(), String> {
    require_encryption(settings, listen)?;
    settings.metrics.map_or(Ok(()), |metrics| require_own_address(metrics, listen))
}

/// Without secrets, and so that a log of JSON has nothing else in it.
fn show_settings(settings: &Settings) {
    let version = env!("CARGO_PKG_VERSION");
    if settings.log.is_json() {
        tracing::info!(version, %settings, "starting");
    } else {
        eprintln!("VoiceAssist gateway {version}\n{settings}");
    }
}

fn find_limits() -> ConnectionLimits {
    let wanted = ConnectionLimits::default();
    let room = find_room(wanted.most);
    if let Some(warning) = room.warning {
        tracing::warn!("{warning}");
    }
    ConnectionLimits { most: room.connections, ..wanted }
}

async fn connect_redis(settings: &Settings) -> anyhow::Result<Option<Redis>> {
    let Some(address) = &settings.redis else { return Ok(None) };
    let redis = Redis::open(address, PREFIX).await;
    redis.map(Some).context("REDIS_URL is an address that cannot be used.")
}

fn find_neighbours(settings: &Settings, key: &Secret) -> anyhow::Result<Neighbours> {
    let url = settings.nextcloud.as_ref().map(|nextcloud| nextcloud.url.clone());
    let accounts = settings.nextcloud.as_ref().and_then(|nextcloud| {
        let credentials = nextcloud.administrator.clone()?;
        if nextcloud.is_in_the_clear() {
            tracing::warn!(
                "Nextcloud's address is http://: the password for it crosses the network unencrypted"
            );
        }
        let key = key.expose().as_bytes();
        Some(NextcloudAccounts::new(nextcloud.url.clone(), credentials, key, Patience::default()))
    });
    Ok(Neighbours {
        qdrant: settings.qdrant.clone().map(QdrantCheck::new).transpose().context(NO_AUTHORITIES)?,
        nextcloud: url.map(NextcloudCheck::new).transpose().context(NO_AUTHORITIES)?,
        nextcloud_accounts: accounts.transpose().context(NO_AUTHORITIES)?,
    })
}

/// A line on standard output, for whoever started the process and needs its ports. The first is where the API is.
fn announce(line: &str) -> anyhow::Result<()> {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{line}")?;
    output.flush()?;
    Ok(())
}

/// Completes when the process is told to stop.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Completes when the process is told to stop.
#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        // If Ctrl+C cannot be caught, the system ends the process by itself.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
