//! The whole story on every deployed server: sign in, find, create, edit, deactivate, bring back, change the
//! own password, status.

use voiceassist_client::Error;
use voiceassist_contract::accounts::{Role, UpdateAccountRequest, UpdateProfileRequest};
use voiceassist_contract::health::ReadyStatus;
use voiceassist_contract::ipc::Ability;
use voiceassist_scripted_gateways::Kind;

use super::{ADMINISTRATOR, DEPLOYED, PASSWORD, Scene, new_account, search};

const EMAIL: &str = "nuria@clinic.example";

#[tokio::test]
async fn an_administrator_manages_accounts_on_every_deployed_server() {
    for (kind, dialect) in DEPLOYED {
        let scene = Scene::new(kind).await;
        scene.gateway.add_many(130);
        let info = scene.sign_in().await.expect("signed in");
        assert_eq!((info.user.role, info.user.email.as_str()), (Role::Admin, ADMINISTRATOR), "{kind:?}");

        let users = scene.client.users();
        let found = users.list(&search("PERSON 0007")).await.expect("a page");
        assert_eq!((found.page.total, found.loading), (Some(10), None), "{kind:?}");
        assert_eq!(found.page.items[0].user.full_name, "Person 00070", "in order");

        let made = users.create(&new_account(EMAIL, Role::User)).await.expect("made");
        let temporary = made.temporary_password.expect("a temporary password");
        let id = made.account.user.id;
        let theirs = scene.gateway.person(id).expect("there");
        assert_eq!((theirs.password.as_str(), theirs.email.as_str()), (temporary.expose(), EMAIL));
        let found = users.list(&search("núria")).await.expect("a page");
        assert_eq!(found.page.total, Some(1), "the new account is found at once on {kind:?}");
        assert_eq!(found.page.counts.expect("counts").never_signed_in, 1);

        let capabilities = scene.client.capabilities();
        let rename = UpdateAccountRequest { full_name: Some("Núria Vidal".into()), ..Default::default() };
        match users.update(id, 0, &rename).await {
            Ok(account) => assert_eq!(account.user.full_name, "Núria Vidal"),
            Err(Error::NotOffered { ability, .. }) => {
                assert_eq!((ability, kind), (Ability::EditName, Kind::November2025));
                assert!(!capabilities.can(ability));
            }
            Err(error) => panic!("{kind:?}: {error:?}"),
        }
        let promote = UpdateAccountRequest { role: Some(Role::Admin), ..Default::default() };
        assert_eq!(users.update(id, 0, &promote).await.expect("promoted").user.role, Role::Admin, "{kind:?}");

        assert!(!users.deactivate(id).await.expect("deactivated").user.is_active);
        let found = users.list(&search("nuria@")).await.expect("a page");
        assert_eq!(found.page.counts.expect("counts").inactive, 1, "{kind:?}");
        let refused = scene.client.auth().sign_in(EMAIL, &temporary, false).await.expect_err("deactivated");
        assert_eq!(refused.to_failure().code.map(|code| code.as_str()), Some("account_inactive"), "{kind:?}");
        assert!(users.restore(id).await.expect("brought back").user.is_active);

        let own = UpdateProfileRequest { full_name: Some("Ana Ruiz Vidal".into()), email: None };
        assert_eq!(users.update_me(0, &own).await.expect("changed").full_name, "Ana Ruiz Vidal");
        assert_eq!(scene.client.auth().session_info().expect("signed in").user.full_name, "Ana Ruiz Vidal");

        let status = scene.client.health().status().await.expect("a status");
        assert_eq!(status.readiness.expect("read").status, ReadyStatus::Degraded, "{kind:?}");
        assert_eq!(status.integrations.len(), if kind == Kind::December2025 { 16 } else { 0 }, "{kind:?}");
        assert_eq!(scene.client.dialect(), Some(dialect));

        let new = "velvet anchor tundra 49";
        match users.change_password(&PASSWORD.into(), &new.into()).await {
            Ok(_) => assert_eq!(kind, Kind::November2025),
            Err(Error::LockedOut { password_was_changed: true, .. }) => assert_ne!(kind, Kind::November2025),
            Err(error) => panic!("{kind:?}: {error:?}"),
        }
        assert_eq!(scene.gateway.person(scene.administrator).expect("there").password, new);
    }
}

#[tokio::test]
async fn a_taken_address_and_ones_own_account_are_refused_with_the_contracts_codes() {
    for (kind, _) in DEPLOYED {
        let scene = Scene::signed_in(kind).await;
        let users = scene.client.users();
        users.create(&new_account(EMAIL, Role::User)).await.expect("made");
        let taken = users.create(&new_account(EMAIL, Role::User)).await.expect_err("taken").to_failure();
        assert_eq!(taken.code.map(|code| code.as_str()), Some("email_taken"), "{kind:?}");
        assert_eq!(taken.fields[0].field, "email");
        let own = users.deactivate(scene.administrator).await.expect_err("own").to_failure();
        assert_eq!(own.code.map(|code| code.as_str()), Some("own_account"), "{kind:?}");
        let nobody = users.get(uuid::Uuid::from_u128(7)).await.expect_err("nobody").to_failure();
        assert_eq!(nobody.code.map(|code| code.as_str()), Some("not_found"), "{kind:?}");
    }
}

#[tokio::test]
async fn the_panels_internal_error_about_a_taken_address_is_said_as_what_it_is() {
    let scene = Scene::signed_in(Kind::December2025).await;
    let users = scene.client.users();
    let id = users.create(&new_account(EMAIL, Role::User)).await.expect("made").account.user.id;
    let change = UpdateAccountRequest { email: Some(ADMINISTRATOR.into()), ..Default::default() };
    let failure = users.update(id, 0, &change).await.expect_err("taken").to_failure();
    assert_eq!(failure.code.map(|code| code.as_str()), Some("email_taken"));
    let change = UpdateAccountRequest { email: Some("vidal@clinic.example".into()), ..Default::default() };
    assert_eq!(users.update(id, 0, &change).await.expect("changed").user.email, "vidal@clinic.example");
}

#[tokio::test]
async fn the_panel_gives_temporary_passwords() {
    let scene = Scene::signed_in(Kind::December2025).await;
    let users = scene.client.users();
    let id = users.create(&new_account(EMAIL, Role::User)).await.expect("made").account.user.id;
    let reset = users.reset_password(id).await.expect("reset");
    let theirs = scene.gateway.person(id).expect("there").password;
    assert_eq!(reset.temporary_password.expect("a password").expose(), theirs);
}
