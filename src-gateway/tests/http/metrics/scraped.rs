//! What is looked up when the metrics are read.

use super::Scraped;
use crate::support::{Neighbour, Places, Script, Setup, TestApp};

#[on_each_engine]
async fn states_of_the_services_beside_are_those_of_readiness() {
    let qdrant = Neighbour::start(&[("/readyz", Script::body(503, "some shards are not ready"))]).await;
    let neighbours = Places { qdrant: Some(qdrant.url.clone()), ..Places::default() };
    let app = TestApp::start_with(Setup { neighbours, ..Setup::default() }).await;
    let scraped = Scraped::of(&app).await;
    let is_up = |name: &str| scraped.find("voiceassist_dependency_up", &[("dependency", name)]);
    assert_eq!((is_up("postgres"), is_up("qdrant")), (Some(1.0), Some(0.0)));
    assert_eq!(
        (is_up("redis"), is_up("nextcloud")),
        (None, None),
        "what is not configured is not up or down"
    );
    let state = |name: &str, state: &str| {
        scraped.count("voiceassist_dependency_state", &[("dependency", name), ("state", state)])
    };
    assert_eq!((state("qdrant", "starting"), state("qdrant", "ok")), (1.0, 0.0));
    assert_eq!(state("nextcloud", "not_configured"), 1.0);
    let readiness = |status: &str| scraped.count("voiceassist_readiness", &[("status", status)]);
    assert_eq!((readiness("ready"), readiness("degraded"), readiness("not_ready")), (0.0, 1.0, 0.0));
    assert_eq!(scraped.find("voiceassist_redis_connected", &[]), None);
}

#[on_each_engine]
async fn a_database_that_is_gone_is_shown_and_the_metrics_still_come() {
    let app = TestApp::start().await;
    assert_eq!(Scraped::of(&app).await.count("voiceassist_readiness", &[("status", "ready")]), 1.0);
    app.state.database.clone().close().await.expect("closes");
    // What was found last is good for a second.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let scraped = Scraped::of(&app).await;
    assert_eq!(scraped.count("voiceassist_readiness", &[("status", "not_ready")]), 1.0);
    assert_eq!(scraped.count("voiceassist_readiness", &[("status", "ready")]), 0.0);
    let database = [("dependency", "postgres")];
    assert_eq!(scraped.find("voiceassist_dependency_up", &database), Some(0.0));
    let latency = scraped.find("voiceassist_dependency_latency_seconds", &database);
    assert!(latency.is_some_and(f64::is_nan), "{latency:?}");
}

#[on_each_engine]
async fn the_pools_and_the_process_are_shown() {
    let app = TestApp::start().await;
    let write = app.state.database.begin_write().await.expect("begins");
    let scraped = Scraped::of(&app).await;
    let writers = |state: &str| {
        scraped.find("voiceassist_database_connections", &[("pool", "writers"), ("state", state)])
    };
    assert_eq!((writers("in_use"), writers("idle")), (Some(1.0), Some(0.0)));
    assert_eq!(scraped.find("voiceassist_database_acquire_seconds", &[("pool", "writers")]), Some(1.0));
    assert!(scraped.count("voiceassist_database_connections_max", &[("pool", "readers")]) > 1.0);
    drop(write);

    let version = [("version", env!("CARGO_PKG_VERSION"))];
    assert_eq!(scraped.find("voiceassist_build_info", &version), Some(1.0));
    // The test's clock stands at 2026-11-23 09:00.
    assert_eq!(scraped.find("process_start_time_seconds", &[]), Some(1_795_424_400.0));
    if cfg!(target_os = "linux") {
        assert!(scraped.count("process_resident_memory_bytes", &[]) > 1_000_000.0);
        assert!(scraped.count("process_open_fds", &[]) > 3.0);
    }
}

#[on_each_engine]
async fn a_writer_that_waits_for_another_is_measured() {
    let app = TestApp::start().await;
    let first = app.state.database.begin_write().await.expect("begins");
    let state = app.state.clone();
    let second = tokio::spawn(async move { state.database.begin_write().await.map(drop) });
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    drop(first);
    second.await.expect("does not panic").expect("its turn comes");
    let scraped = Scraped::of(&app).await;
    assert_eq!(scraped.count("voiceassist_database_write_wait_seconds_count", &[]), 2.0);
    let waited = scraped.count("voiceassist_database_write_wait_seconds_sum", &[]);
    assert!(waited > 0.2, "{waited} s");
}
