//! The traps of the deployed servers: changed roles, dropped connections, limits, redirects.

use voiceassist_client::Error;
use voiceassist_contract::accounts::{AccountQuery, Role, UpdateAccountRequest};
use voiceassist_contract::ipc::{Condition, FailureKind};
use voiceassist_scripted_gateways::{Kind, Mishap, Role as TheirRole};

use super::{ADMINISTRATOR, DEPLOYED, PASSWORD, Scene, new_account};

#[tokio::test]
async fn a_changed_role_asks_to_sign_in_again_and_says_why() {
    let scene = Scene::signed_in(Kind::December2025).await;
    scene.gateway.change(scene.administrator, |person| person.role = TheirRole::Viewer);
    let failure = scene.client.users().me().await.expect_err("over").to_failure();
    assert_eq!((failure.kind, failure.condition), (FailureKind::SignedOut, Some(Condition::RoleChanged)));
    assert_eq!(scene.lines(), ["GET /api/users/me"], "no refresh, which would be refused as well");
    let info = scene.sign_in().await.expect("with the new role");
    assert_eq!(info.user.role, Role::User, "a viewer changes nothing");
}

#[tokio::test]
async fn a_role_that_changed_while_the_token_ran_out_is_said_by_the_refresh() {
    let scene = Scene::signed_in(Kind::December2025).await;
    scene.gateway.change(scene.administrator, |person| person.role = TheirRole::User);
    scene.clock.advance(6 * 60);
    let failure = scene.client.users().me().await.expect_err("over").to_failure();
    assert_eq!((failure.kind, failure.condition), (FailureKind::SignedOut, Some(Condition::RoleChanged)));
}

#[tokio::test]
async fn a_deactivated_account_is_told_from_an_ended_session() {
    for (kind, _) in DEPLOYED {
        let scene = Scene::signed_in(kind).await;
        scene.gateway.change(scene.administrator, |person| person.is_active = false);
        let failure = scene.client.users().me().await.expect_err("over").to_failure();
        let code = failure.code.map(|code| code.as_str());
        assert_eq!((failure.kind, code), (FailureKind::SignedOut, Some("account_inactive")), "{kind:?}");
    }
}

#[tokio::test]
async fn after_an_internal_error_nothing_is_lost_on_the_connection_that_the_server_drops() {
    for (kind, _) in DEPLOYED {
        let scene = Scene::signed_in(kind).await;
        for _ in 0..3 {
            scene.gateway.once("GET /api/users/me", Mishap::Fail);
            let error = scene.client.users().me().await.expect_err("an internal error");
            assert_eq!(error.status(), Some(500));
            // A change that cannot be repeated would be in doubt if it went out on the dead connection.
            let wrong =
                scene.client.users().change_password(&"wrong".into(), &"velvet anchor tundra".into()).await;
            assert_eq!(
                wrong.expect_err("wrong").to_failure().code.map(|code| code.as_str()),
                Some("wrong_password")
            );
            scene.gateway.once("GET /api/users/me", Mishap::Fail);
            scene.client.users().me().await.expect_err("an internal error");
            scene.client.users().me().await.expect("read on a fresh connection");
        }
    }
}

#[tokio::test]
async fn changes_that_may_be_repeated_are_sent_once_more_when_the_connection_was_dead() {
    let scene = Scene::signed_in(Kind::November2025).await;
    let id = scene.client.users().create(&new_account("n@clinic.example", Role::User)).await.expect("made");
    scene.gateway.once("PUT /api/users/", Mishap::ResetAfterDoing);
    let account = scene.client.users().deactivate(id.account.user.id).await.expect("twice is once");
    assert!(!account.user.is_active);
}

#[tokio::test]
async fn half_of_two_changes_on_november_is_said_as_half() {
    let scene = Scene::signed_in(Kind::November2025).await;
    let users = scene.client.users();
    let id = users.create(&new_account("n@clinic.example", Role::User)).await.expect("made").account.user.id;
    let both = UpdateAccountRequest { role: Some(Role::Admin), is_active: Some(false), ..Default::default() };
    scene.gateway.once(&format!("PUT /api/users/{id}/promote"), Mishap::Recorded("limit.login_429"));
    let failure = users.update(id, 0, &both).await.expect_err("half").to_failure();
    let Some(Condition::PartlyDone { account, .. }) = failure.condition else { panic!("{:?}", failure.kind) };
    assert_eq!((account.user.is_active, account.user.role), (false, Role::User), "as it is now");
}

#[tokio::test]
async fn an_envelope_that_says_no_success_with_status_200_is_a_refusal() {
    let scene = Scene::signed_in(Kind::December2025).await;
    let panel = "GET /api/admin/panel/users?";
    scene.gateway.once(panel, Mishap::Recorded("integrations.user_email_folders"));
    let failure =
        scene.client.users().list(&AccountQuery::default()).await.expect_err("refused").to_failure();
    assert_eq!((failure.kind, failure.status), (FailureKind::Problem, Some(200)));
    assert!(failure.message.starts_with("Email integration is not configured"), "{}", failure.message);
}

#[tokio::test]
async fn all_three_shapes_of_a_limit_say_how_long_to_wait() {
    let scene = Scene::signed_in(Kind::December2025).await;
    let users = scene.client.users();
    let id = users.create(&new_account("n@clinic.example", Role::User)).await.expect("made").account.user.id;
    let change = UpdateAccountRequest { is_active: Some(false), ..Default::default() };
    scene.gateway.once("PUT /api/admin", Mishap::Recorded("panel.user_put_admin_action_rate_limited"));
    let limited = users.update(id, 0, &change).await.expect_err("limited").to_failure();
    assert_eq!(limited.retry_after_seconds, Some(59));
    scene.gateway.once("POST /api/auth/register", Mishap::Recorded("limit.register_429"));
    let limited = users.create(&new_account("m@clinic.example", Role::User)).await.expect_err("limited");
    assert_eq!(limited.retry_after_seconds(), Some(3600));
    scene.gateway.once("POST /api/auth/login", Mishap::Recorded("limit.login_429"));
    assert_eq!(scene.sign_in().await.expect_err("limited").retry_after_seconds(), Some(60));
}

#[tokio::test]
async fn a_refused_field_is_named_and_what_was_typed_is_repeated_nowhere() {
    let scene = Scene::signed_in(Kind::December2025).await;
    scene.gateway.once("POST /api/auth/register", Mishap::Recorded("register.short_password"));
    let error = scene.client.users().create(&new_account("n@clinic.example", Role::User)).await;
    let error = error.expect_err("refused");
    let failure = error.to_failure();
    assert_eq!(failure.code.map(|code| code.as_str()), Some("invalid_input"));
    assert_eq!(failure.fields[0].field, "password");
    assert!(!format!("{error} {error:?} {failure:?}").contains("Ab1!xyz"));
}

#[tokio::test]
async fn a_server_that_was_exchanged_is_learned_anew_and_no_change_is_sent_in_two_ways() {
    let scene = Scene::new(Kind::November2025).await;
    let client = super::client_of(&scene.gateway, &scene.clock)
        .with_dialect(Some(voiceassist_contract::ipc::DialectName::December2025));
    client.auth().sign_in(ADMINISTRATOR, &PASSWORD.into(), true).await.expect("signed in");
    assert_eq!(client.dialect(), Some(voiceassist_contract::ipc::DialectName::November2025));
    client.users().list(&AccountQuery::default()).await.expect("a list");

    // And in the middle of a session: the panel goes away with an update.
    let scene = Scene::signed_in(Kind::December2025Plain).await;
    let change = UpdateAccountRequest { full_name: Some("Ana Vidal".into()), ..Default::default() };
    let error = scene.client.users().update(scene.administrator, 0, &change).await.expect_err("no panel");
    assert!(matches!(error, Error::ServerChanged), "{error:?}");
    assert_eq!(error.to_failure().condition, Some(Condition::ServerChanged));
    assert_eq!(scene.lines(), ["PUT /api/admin/panel/users/{id}", "GET /api/users/me"]);
    let account =
        scene.client.users().update(scene.administrator, 0, &change).await.expect("the second time");
    assert_eq!(account.user.full_name, "Ana Vidal");
}
