//! Replicas do not ask a neighbour more often than one would.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use http::Method;
use tokio::net::TcpListener;
use voiceassist_test_engines::Redis as Server;

use crate::support::Deployment;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_replica_found_the_others_need_not_ask_for() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let status = async move || {
        counter.fetch_add(1, Ordering::SeqCst);
        r#"{"installed": true, "maintenance": false, "versionstring": "29.0.6"}"#
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
    let address = format!("http://{}/", listener.local_addr().expect("an address"));
    let router = Router::new().route("/status.php", get(status));
    tokio::spawn(async move { axum::serve(listener, router).await });

    let url = Server::shared().expect("Redis").create_database().expect("a database");
    let deployment = Deployment::start_beside(4, &url, &address).await;
    // On a busy computer a second may pass in between; it does not every time.
    for _ in 0..10 {
        let before = asked.load(Ordering::SeqCst);
        for replica in &deployment.replicas {
            let ready = replica.send(Method::GET, "/ready", None, None).await;
            assert_eq!(ready.body["details"]["nextcloud"]["state"], "ok", "{ready:?}");
        }
        if asked.load(Ordering::SeqCst) == before + 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(1_100)).await;
    }
    panic!("every replica asks for itself");
}
