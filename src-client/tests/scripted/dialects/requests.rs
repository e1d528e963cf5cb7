//! Exactly the requests that a dialect needs, on the first connection and on the next.

use voiceassist_contract::accounts::{AccountQuery, Role, UpdateAccountRequest};
use voiceassist_contract::ipc::{Ability, MissingReason};
use voiceassist_scripted_gateways::Kind;

use super::{ADMINISTRATOR, DEPLOYED, PASSWORD, Scene, client_of, new_account};

const SIGN_IN: [&str; 2] = ["POST /api/auth/login", "GET /api/users/me"];
const PANEL: &str = "GET /api/admin/panel/users?limit=100&offset=0";
const PLAIN: &str = "GET /api/users/?limit=500&skip=0";

#[tokio::test]
async fn knowing_the_server_costs_no_request_and_the_missing_panel_one_once() {
    for (kind, first, next) in [
        (Kind::December2025, vec![PANEL], vec![PANEL]),
        (Kind::December2025Plain, vec![PANEL, PLAIN], vec![PLAIN]),
        (Kind::November2025, vec![PLAIN], vec![PLAIN]),
    ] {
        let scene = Scene::new(kind).await;
        assert!(!scene.client.capabilities().can(Ability::EditRole), "nothing is known yet");
        scene.sign_in().await.expect("signed in");
        scene.client.users().list(&AccountQuery::default()).await.expect("a list");
        assert_eq!(scene.lines(), [&SIGN_IN[..], &first[..]].concat(), "{kind:?}, first connection");

        let again = client_of(&scene.gateway, &scene.clock).with_dialect(scene.client.dialect());
        assert!(again.capabilities().can(Ability::EditRole), "known before anything is sent");
        again.auth().policy().await.expect("a policy");
        again.auth().sign_in(ADMINISTRATOR, &PASSWORD.into(), true).await.expect("signed in");
        again.users().list(&AccountQuery::default()).await.expect("a list");
        assert_eq!(scene.lines(), [&SIGN_IN[..], &next[..]].concat(), "{kind:?}, next connection");
    }
}

#[tokio::test]
async fn every_operation_sends_what_its_dialect_needs_and_no_more() {
    let december = [
        "PUT /api/admin/panel/users/{id}",
        "PUT /api/users/{id}/deactivate",
        "GET /api/users/{id}",
        "PUT /api/users/{id}/activate",
        "GET /api/users/{id}",
    ];
    let plain = ["PATCH /api/users/{id}"].into_iter().chain(december[1..].iter().copied()).collect();
    let november = ["PUT /api/users/{id}/promote-admin", "GET /api/users/{id}"]
        .into_iter()
        .chain(december[1..].iter().copied())
        .collect();
    for (kind, expected) in [
        (Kind::December2025, december.to_vec()),
        (Kind::December2025Plain, plain),
        (Kind::November2025, november),
    ] {
        let scene = Scene::signed_in(kind).await;
        let users = scene.client.users();
        users.list(&AccountQuery::default()).await.expect("a list");
        let id =
            users.create(&new_account("n@clinic.example", Role::User)).await.expect("made").account.user.id;
        scene.lines();
        let change = UpdateAccountRequest { role: Some(Role::Admin), ..Default::default() };
        users.update(id, 0, &change).await.expect("changed");
        users.deactivate(id).await.expect("deactivated");
        users.restore(id).await.expect("brought back");
        assert_eq!(scene.lines(), expected, "{kind:?}");
    }
}

#[tokio::test]
async fn what_a_server_cannot_do_is_refused_with_its_reason_before_anything_is_sent() {
    for (kind, _) in DEPLOYED {
        let scene = Scene::signed_in(kind).await;
        scene.client.users().list(&AccountQuery::default()).await.expect("a list");
        scene.lines();
        let (users, id) = (scene.client.users(), scene.administrator);
        let must_change = UpdateAccountRequest { must_change_password: Some(true), ..Default::default() };
        for (ability, outcome) in [
            (Ability::Unlock, users.unlock(id).await.map(drop)),
            (Ability::AccountSessions, users.sessions(id).await.map(drop)),
            (Ability::OwnSessions, scene.client.auth().sessions().await.map(drop)),
            (Ability::MustChangePassword, users.update(id, 0, &must_change).await.map(drop)),
        ] {
            let failure = outcome.expect_err("not offered").to_failure();
            let said = serde_json::to_value(failure.condition).expect("a condition");
            assert_eq!(said["ability"], serde_json::to_value(ability).expect("a word"), "{kind:?}");
            assert_eq!(scene.client.capabilities().reason(ability), Some(MissingReason::NotOffered));
        }
        assert_eq!(scene.lines(), Vec::<String>::new(), "{kind:?}");
    }
}

#[tokio::test]
async fn no_password_is_sent_twice_and_none_to_a_route_that_is_not_there() {
    for (kind, _) in DEPLOYED {
        let scene = Scene::new(kind).await;
        scene.sign_in().await.expect("signed in");
        scene.client.users().list(&AccountQuery::default()).await.expect("a list");
        let change =
            scene.client.users().change_password(&"wrong".into(), &"velvet anchor tundra".into()).await;
        let failure = change.expect_err("wrong").to_failure();
        assert_eq!(failure.code.map(|code| code.as_str()), Some("wrong_password"), "{kind:?}");
        assert_eq!(failure.fields[0].field, "current_password");
        let lines = scene.lines();
        let with_a_password: Vec<_> =
            lines.iter().filter(|line| line.contains("login") || line.contains("password")).collect();
        assert_eq!(
            with_a_password,
            ["POST /api/auth/login", "POST /api/users/me/change-password"],
            "{kind:?}"
        );
    }
}
