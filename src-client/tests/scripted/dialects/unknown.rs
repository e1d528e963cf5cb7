//! A server that nobody has ever seen: a clear sentence, and nothing that breaks.

use serde_json::json;
use voiceassist_client::Error;
use voiceassist_contract::ipc::{Ability, Condition, FailureKind, MissingReason};
use voiceassist_scripted_gateways::Kind;

use super::Scene;
use crate::support::server::{Reply, Server};
use crate::support::{TestClock, client_of};

#[tokio::test]
async fn an_invented_server_is_named_as_unknown_and_its_session_given_back() {
    let scene = Scene::new(Kind::Invented).await;
    let error = scene.sign_in().await.expect_err("unknown");
    assert!(matches!(error, Error::UnknownServer { status: 200, .. }), "{error:?}");
    let failure = error.to_failure();
    assert_eq!(
        (failure.kind, failure.condition),
        (FailureKind::UnexpectedAnswer, Some(Condition::UnknownServer))
    );
    assert!(failure.message.contains("does not know"), "{}", failure.message);
    assert!(scene.client.auth().session_info().is_none());
    assert_eq!(scene.client.dialect(), None);
    assert_eq!(scene.client.capabilities().reason(Ability::EditName), Some(MissingReason::NotKnownYet));
    let lines = scene.lines();
    assert_eq!(lines[..2], ["POST /api/auth/login", "GET /api/users/me"], "and nothing else is tried");
}

#[tokio::test]
async fn an_answer_to_a_sign_in_that_no_known_server_gives_is_unknown_too() {
    for body in [json!({"ticket": "abc"}), json!({}), json!({"mfa": {"kind": "hologram"}})] {
        let server = Server::start(move |_| {
            let reply = Reply::json(200, &body);
            async move { reply }
        })
        .await;
        let client = client_of(&server, &TestClock::new());
        let error = client.auth().sign_in("a@b.example", &"x".into(), false).await.expect_err("unknown");
        assert!(matches!(error, Error::UnknownServer { .. }), "{error:?}");
        assert_eq!(server.lines(), ["POST /api/auth/login"], "the password is sent once");
    }
}
