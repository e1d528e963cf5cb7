//! Accounts that take two steps to make: what was done only half is found, gone on with, and never called done.

use voiceassist_client::Error;
use voiceassist_contract::accounts::Role;
use voiceassist_contract::ipc::{Condition, FailureKind, Step};
use voiceassist_scripted_gateways::{Kind, Mishap, Role as TheirRole};

use super::{DEPLOYED, Scene, new_account};

const EMAIL: &str = "nuria@clinic.example";
const REGISTER: &str = "POST /api/auth/register";

#[tokio::test]
async fn an_administrator_is_registered_and_then_given_the_role() {
    for (kind, _) in DEPLOYED {
        let scene = Scene::signed_in(kind).await;
        let made = scene.client.users().create(&new_account(EMAIL, Role::Admin)).await.expect("made");
        assert_eq!(made.account.user.role, Role::Admin, "{kind:?}");
        let theirs = scene.gateway.person_with(EMAIL).expect("there");
        assert_eq!(theirs.role, TheirRole::Admin);
        assert_eq!(made.temporary_password.expect("a password").expose(), theirs.password);
        if kind == Kind::December2025 {
            assert_eq!(scene.lines(), [REGISTER, "PUT /api/users/{id}/promote-admin", "GET /api/users/{id}"]);
        }
    }
}

#[tokio::test]
async fn a_role_that_could_not_be_given_is_said_and_asking_again_goes_on_there() {
    for (kind, _) in DEPLOYED {
        let scene = Scene::signed_in(kind).await;
        let promote = "PUT /api/users/";
        scene.gateway.once(promote, Mishap::Recorded("limit.login_429"));
        let users = scene.client.users();
        let failure = users.create(&new_account(EMAIL, Role::Admin)).await.expect_err("half").to_failure();
        assert_eq!(failure.kind, FailureKind::PartlyDone, "{kind:?}");
        let Some(Condition::PartlyDone { missing: Step::Role, account }) = failure.condition else {
            panic!("{:?} on {kind:?}", failure.kind)
        };
        assert_eq!((account.user.email.as_str(), account.user.role), (EMAIL, Role::User));

        let made = users.create(&new_account(EMAIL, Role::Admin)).await.expect("gone on with");
        assert_eq!((made.account.user.id, made.account.user.role), (account.user.id, Role::Admin));
        let theirs = scene.gateway.person_with(EMAIL).expect("there");
        assert_eq!(made.temporary_password.expect("still the first one").expose(), theirs.password);
        assert_eq!(scene.gateway.bodies(REGISTER).len(), 1, "registered once on {kind:?}");
        let taken = users.create(&new_account(EMAIL, Role::Admin)).await.expect_err("whole now");
        assert_eq!(taken.to_failure().code.map(|code| code.as_str()), Some("email_taken"), "{kind:?}");
    }
}

#[tokio::test]
async fn a_role_whose_answer_was_lost_is_looked_at_and_tried_once_more() {
    for mishap in [Mishap::Fail, Mishap::FailAfterDoing, Mishap::ResetAfterDoing, Mishap::Reset] {
        let scene = Scene::signed_in(Kind::December2025).await;
        scene.gateway.once("PUT /api/users/", mishap);
        let made = scene.client.users().create(&new_account(EMAIL, Role::Admin)).await.expect("made");
        assert_eq!(made.account.user.role, Role::Admin, "{mishap:?}");
        assert_eq!(scene.gateway.bodies(REGISTER).len(), 1, "{mishap:?}");
    }
}

#[tokio::test]
async fn a_registration_whose_answer_was_lost_is_looked_up_and_never_sent_again() {
    for (kind, _) in DEPLOYED {
        for mishap in [Mishap::FailAfterDoing, Mishap::ResetAfterDoing] {
            let scene = Scene::signed_in(kind).await;
            scene.gateway.once(REGISTER, mishap);
            let made = scene.client.users().create(&new_account(EMAIL, Role::User)).await.expect("found");
            let theirs = scene.gateway.person_with(EMAIL).expect("there");
            assert_eq!(made.account.user.id, theirs.id, "{kind:?} {mishap:?}");
            assert_eq!(made.temporary_password.expect("a password").expose(), theirs.password);
            assert_eq!(scene.gateway.bodies(REGISTER).len(), 1, "{kind:?} {mishap:?}");
        }
    }
}

#[tokio::test]
async fn a_registration_that_was_not_done_is_an_error_and_nothing_is_there() {
    for (kind, _) in DEPLOYED {
        for mishap in [Mishap::Fail, Mishap::Reset] {
            let scene = Scene::signed_in(kind).await;
            scene.gateway.once(REGISTER, mishap);
            let error =
                scene.client.users().create(&new_account(EMAIL, Role::User)).await.expect_err("not done");
            assert!(
                matches!(error, Error::UnexpectedAnswer(_) | Error::BrokenOff { may_be_done: true }),
                "{kind:?} {mishap:?}: {error:?}"
            );
            assert_eq!(scene.gateway.person_with(EMAIL), None);
            assert_eq!(scene.gateway.bodies(REGISTER).len(), 1, "{kind:?} {mishap:?}");
        }
    }
}

#[tokio::test]
async fn somebody_elses_account_is_not_taken_for_the_one_just_made() {
    let scene = Scene::signed_in(Kind::December2025).await;
    scene.gateway.add("Somebody Else", EMAIL, "their own password", TheirRole::User);
    scene.gateway.once(REGISTER, Mishap::Fail);
    let error = scene.client.users().create(&new_account(EMAIL, Role::Admin)).await.expect_err("not made");
    assert!(matches!(error, Error::UnexpectedAnswer(_)), "{error:?}");
    assert_eq!(scene.gateway.person_with(EMAIL).expect("there").role, TheirRole::User, "given no right");
}

#[tokio::test]
async fn what_a_server_would_choke_on_is_refused_at_its_field_and_not_sent() {
    let scene = Scene::signed_in(Kind::December2025).await;
    let mut account = new_account("not an address", Role::User);
    account.full_name = "x".repeat(300);
    let failure = scene.client.users().create(&account).await.expect_err("refused").to_failure();
    let fields: Vec<_> = failure.fields.iter().map(|field| field.field.as_str()).collect();
    assert_eq!((failure.kind, fields), (FailureKind::InvalidInput, vec!["full_name", "email"]));
    assert!(scene.lines().is_empty());
}
