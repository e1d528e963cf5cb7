//! Every operation asks for the route that the contract names, with what it takes.

use serde_json::json;
use uuid::Uuid;
use voiceassist_client::Error;
use voiceassist_contract::accounts::{
    AccountQuery, CreateAccountRequest, Order, Role, SortKey, StatusFilter, UpdateAccountRequest,
    UpdateProfileRequest,
};
use voiceassist_contract::ipc::FailureKind;
use voiceassist_contract::problem::ProblemCode;

use crate::support::gateway::{Gateway, user};
use crate::support::server::{Reply, Seen, Server};
use crate::support::{TestClock, client_of};

const ID: Uuid = Uuid::from_u128(0xa);
const SESSION: Uuid = Uuid::from_u128(0xb);
const ROUTE: &str = "/api/users/00000000-0000-0000-0000-00000000000a";

async fn scene() -> (std::sync::Arc<Gateway>, Server, voiceassist_client::Client) {
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let server = gateway.serve().await;
    let client = client_of(&server, &clock);
    client.auth().sign_in("ana@lakeside.example", &"correct horse".into(), true).await.expect("signed in");
    (gateway, server, client)
}

fn last(server: &Server) -> Seen {
    server.seen().pop().expect("a request")
}

#[tokio::test]
async fn operations_on_one_account_use_its_routes() {
    let (_, server, client) = scene().await;
    let users = client.users();
    users.get(ID).await.expect("an account");
    assert_eq!(last(&server).line(), format!("GET {ROUTE}"));
    users.deactivate(ID).await.expect("an account");
    assert_eq!(last(&server).line(), format!("DELETE {ROUTE}"));
    users.restore(ID).await.expect("an account");
    assert_eq!(last(&server).line(), format!("POST {ROUTE}/restore"));
    users.unlock(ID).await.expect("an account");
    assert_eq!(last(&server).line(), format!("POST {ROUTE}/unlock"));
    users.reset_password(ID).await.expect("an account");
    assert_eq!(last(&server).line(), format!("POST {ROUTE}/password-reset"));
}

#[tokio::test]
async fn edits_name_the_version_that_they_are_based_on() {
    let (_, server, client) = scene().await;
    let changes = UpdateAccountRequest { role: Some(Role::Admin), ..UpdateAccountRequest::default() };
    client.users().update(ID, 7, &changes).await.expect("an account");
    let seen = last(&server);
    assert_eq!((seen.line(), seen.header("if-match")), (format!("PUT {ROUTE}"), Some("\"7\"")));
    assert_eq!(seen.json(), json!({"role": "admin"}), "what is left out is not sent");
    let changes = UpdateProfileRequest { full_name: Some("Ana".into()), email: None };
    client.users().update_me(3, &changes).await.expect("the own account");
    let seen = last(&server);
    assert_eq!((seen.line().as_str(), seen.header("if-match")), ("PUT /api/users/me", Some("\"3\"")));
    assert_eq!(seen.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn a_conflicting_edit_brings_the_account_as_it_is_now() {
    let (gateway, _server, client) = scene().await;
    let problem = json!({
        "type": "/problems/version_conflict", "title": "Changed meanwhile", "status": 409,
        "detail": "Somebody else changed this account.", "code": "version_conflict", "current": user(),
    });
    gateway.once("PUT", Reply::text(409, "application/problem+json", &problem.to_string()));
    let error = client.users().update(ID, 1, &UpdateAccountRequest::default()).await.expect_err("a conflict");
    let failure = error.to_failure();
    assert_eq!((failure.kind, failure.code), (FailureKind::Problem, Some(ProblemCode::VersionConflict)));
    assert_eq!(failure.message, "Somebody else changed this account.");
    assert_eq!(failure.current.expect("the account").user.version, 3);
}

#[tokio::test]
async fn lists_are_asked_for_with_every_filter_encoded() {
    let (gateway, server, client) = scene().await;
    gateway.once(
        "GET /api/users?",
        Reply::json(200, &json!({"items": [user()], "next_cursor": "c", "total": 1})),
    );
    let query = AccountQuery {
        search: Some("o'brien & søn #1".into()),
        status: Some(StatusFilter::NeverSignedIn),
        role: Some(Role::User),
        inactive_since: Some("2026-01-01T00:00:00Z".parse().expect("a time")),
        sort: SortKey::LastLogin,
        order: Order::Desc,
        cursor: Some("a+b/c==".into()),
        limit: Some(200),
        count: Some(false),
        counts: Some(true),
    };
    let page = client.users().list(&query).await.expect("a page");
    assert_eq!((page.page.items.len(), page.page.next_cursor.as_deref()), (1, Some("c")));
    assert_eq!(page.loading, None, "the server searches and sorts");
    let url =
        url::Url::parse("http://x").and_then(|base| base.join(&last(&server).target)).expect("a target");
    let mut pairs: Vec<_> = url.query_pairs().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.sort();
    assert_eq!(
        pairs,
        [
            "count=false",
            "counts=true",
            "cursor=a+b/c==",
            "inactive_since=2026-01-01T00:00:00Z",
            "limit=200",
            "order=desc",
            "role=user",
            "search=o'brien & søn #1",
            "sort=last_login",
            "status=never_signed_in",
        ]
    );
}

#[tokio::test]
async fn a_created_account_may_bring_a_temporary_password() {
    let (gateway, server, client) = scene().await;
    let mut created = user();
    created["temporary_password"] = json!("shown once");
    gateway.once("POST /api/users", Reply::json(201, &created));
    let request = CreateAccountRequest {
        email: "n@lakeside.example".into(),
        full_name: "N".into(),
        role: Role::User,
        password: None,
        must_change_password: None,
    };
    let answer = client.users().create(&request).await.expect("an account");
    assert_eq!(answer.temporary_password.expect("a password").expose(), "shown once");
    assert_eq!(
        last(&server).json(),
        json!({"email": "n@lakeside.example", "full_name": "N", "role": "user"})
    );
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let (gateway, server, client) = scene().await;
    for (path, ended) in [("/api/auth/sessions", None), ("/api/auth/sessions", Some(SESSION))] {
        gateway.once("DELETE", Reply::json(200, &json!({"ended": 2})));
        assert_eq!(client.auth().end_session(ended).await.expect("ended").ended, 2);
        let suffix = ended.map(|id| format!("/{id}")).unwrap_or_default();
        assert_eq!(last(&server).line(), format!("DELETE {path}{suffix}"));
    }
    for ended in [None, Some(SESSION)] {
        gateway.once("DELETE", Reply::json(200, &json!({"ended": 1})));
        client.users().end_sessions(ID, ended).await.expect("ended");
        let suffix = ended.map(|id| format!("/{id}")).unwrap_or_default();
        assert_eq!(last(&server).line(), format!("DELETE {ROUTE}/sessions{suffix}"));
    }
    gateway.once("GET /api/auth/sessions", Reply::json(200, &json!({"items": []})));
    client.auth().sessions().await.expect("a list");
    gateway.once(&format!("GET {ROUTE}/sessions"), Reply::json(200, &json!({"items": []})));
    client.users().sessions(ID).await.expect("a list");
}

#[tokio::test]
async fn requests_say_who_sends_them_and_carry_an_id_of_their_own() {
    let (_, server, client) = scene().await;
    client.users().me().await.expect("the own account");
    client.users().me().await.expect("the own account");
    let seen = server.seen();
    let agent = seen[0].header("user-agent").expect("a user agent");
    assert!(agent.starts_with(concat!("VoiceAssist-Admin/", env!("CARGO_PKG_VERSION"), " (")), "{agent}");
    let mut ids: Vec<_> = seen.iter().filter_map(|seen| seen.header("x-request-id")).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), seen.len(), "no id twice");
}

#[tokio::test]
async fn a_session_that_the_server_ended_is_noticed_at_the_next_operation() {
    let (gateway, _server, client) = scene().await;
    gateway.once("GET", Reply::problem(401, "session_ended"));
    let error = client.users().list(&AccountQuery::default()).await.expect_err("ended");
    assert!(matches!(error, Error::SignedOut(_)), "{error:?}");
    assert_eq!(error.code(), Some(ProblemCode::SessionEnded));
    assert!(client.auth().session_info().is_none());
    assert_eq!(gateway.refreshes(), 0);
}

#[tokio::test]
async fn refusals_that_are_no_end_leave_the_session_alone() {
    let (gateway, _server, client) = scene().await;
    for (status, code) in
        [(403, "not_administrator"), (403, "password_change_required"), (409, "last_administrator")]
    {
        gateway.once("GET", Reply::problem(status, code));
        let error = client.users().get(ID).await.expect_err("refused");
        assert_eq!(error.code().map(ProblemCode::as_str), Some(code));
        assert!(client.auth().session_info().is_some());
    }
}
