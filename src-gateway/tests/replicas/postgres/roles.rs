//! The gateway does its work with the rights that `deploy/postgresql.md` gives it, and can only add to the audit trail.

use std::time::Duration;

use http::Method;
use serde_json::json;
use voiceassist_contract::accounts::Role;
use voiceassist_test_engines::{Postgres, Redis};

use super::count_events;
use crate::support::{Deployment, Storage, no_limits};

/// What the page says that the owner of the tables shall run.
fn grants() -> &'static str {
    let page = include_str!("../../../../deploy/postgresql.md");
    let block = page.split("```sql").nth(1).and_then(|rest| rest.split("```").next());
    block.expect("the page has a block of SQL")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_that_owns_nothing_is_enough_and_cannot_rewrite_the_trail() {
    // Roles belong to the whole server, so it is the test's own.
    let server = Postgres::start().expect("PostgreSQL");
    let url = server.create_database().expect("a database");
    let name = url.rsplit('/').next().expect("a name");
    let owner = Storage::at(&url).open().await;
    owner.close().await.expect("closes");
    server.run_sql(name, "CREATE ROLE voiceassist_gateway LOGIN PASSWORD 'kettle'").expect("makes the role");
    server.run_sql(name, grants()).expect("grants");

    let url = format!("postgres://voiceassist_gateway:kettle@127.0.0.1:{}/{name}", server.port());
    let redis = Redis::shared().expect("Redis").create_database().expect("a database");
    let deployment = Deployment::start_on(Storage::at(&url), 2, &redis, no_limits()).await;
    let replica = &deployment.replicas[0];
    deployment.create_account("admin@clinic.example", Role::Admin).await;
    let admin = replica.sign_in("admin@clinic.example").await;
    let send = async |method: Method, path: &str, body| replica.send(method, path, Some(&admin), body).await;
    let made = send(
        Method::POST,
        "/api/users",
        Some(json!({"email": "ana@clinic.example", "full_name": "Ana Ruiz"})),
    )
    .await;
    assert_eq!(made.status, 201, "{made:?}");
    let id = made.body["user"]["id"].as_str().or(made.body["id"].as_str()).expect("an id").to_owned();
    for (method, path) in [
        (Method::POST, format!("/api/users/{id}/password-reset")),
        (Method::POST, format!("/api/users/{id}/unlock")),
        (Method::DELETE, format!("/api/users/{id}/sessions")),
        (Method::DELETE, format!("/api/users/{id}")),
        (Method::POST, format!("/api/users/{id}/restore")),
        (Method::GET, "/api/users?search=ana&counts=true".to_owned()),
        (Method::GET, "/api/audit".to_owned()),
        (Method::GET, "/api/audit/verify".to_owned()),
    ] {
        let answer = send(method.clone(), &path, None).await;
        assert!(answer.status < 300, "{method} {path}: {answer:?}");
    }
    for _ in 0..2 {
        let unknown = replica.try_sign_in("nobody@clinic.example").await;
        assert_eq!(unknown.status, 401, "{unknown:?}");
        // Older failures are forgotten on the way, which is the only thing that is ever deleted.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let events = count_events(&deployment).await;
    assert!(events >= 6, "only {events} events");

    for rewrite in [
        "UPDATE audit_events SET action = 'x'",
        "DELETE FROM audit_events",
        "TRUNCATE audit_events",
        "DROP TABLE users",
    ] {
        let refused = server.run_sql(name, &format!("SET ROLE voiceassist_gateway; {rewrite}"));
        let why = format!("{:#}", refused.expect_err("it must not"));
        assert!(why.contains("permission denied") || why.contains("must be owner"), "{rewrite}: {why}");
    }
}
