//! What was done by half: made there and not known here, because Nextcloud failed after doing it, the answer
//! was lost, or the gateway died before it wrote the result.

use http::Method;
use sea_orm::EntityTrait;
use serde_json::Value;
use voiceassist_gateway::tables::nextcloud_links;

use super::{arrive, audited, provision, retry, show};
use crate::support::{Fate, Script};

#[on_each_engine]
async fn an_account_that_was_made_in_spite_of_the_answer_is_found_and_linked() {
    for script in [
        Script::recorded("v2 user create duplicate"),
        Script::recorded("v2 user create bad quota"),
        Script::recorded("4 parallel creates of one id, answer 2"),
        Script::recorded("JSON create with number for userid"),
        Script::recorded("database unreadable: v2 user get"),
        Script::body(502, "<html>Bad gateway</html>"),
        Script::body(200, ""),
        Script::Hang,
    ] {
        let (cloud, app, admin, ana) = arrive().await;
        cloud.next(Method::GET, Fate::Answer(Script::recorded("v2 user get missing")));
        cloud.next(Method::POST, Fate::DoneThen(script.clone()));
        let link = provision(&admin, ana).await;
        assert_eq!(link["state"], "linked", "{script:?}");
        // Its first password was never told to anybody who could pass it on; the one that is shown works.
        assert_eq!(link["temporary_password"], cloud.users()[0].password.as_str());
        assert_eq!(cloud.told(), ["GET", "POST", "GET", "PUT password"], "{script:?}");
        assert_eq!(audited(&app).await, ["link_started", "linked"]);
    }
}

#[on_each_engine]
async fn a_gateway_that_died_after_the_account_was_made_is_followed_by_one_that_finds_it() {
    let (cloud, app, admin, ana) = arrive().await;
    provision(&admin, ana).await;
    forget_result(&app, ana).await;

    let link = show(&admin, ana).await;
    assert_eq!(link["state"], "provisioning");
    // As long as it may still be at work, nobody else begins.
    let answer = admin.post_nothing(&format!("/api/users/{ana}/nextcloud/retry")).await;
    assert_eq!(answer.assert_status(202).json()["state"], "provisioning");
    let before = cloud.calls().len();

    app.wait(chrono::Duration::seconds(151));
    let link = retry(&admin, ana).await;
    assert_eq!((&link["state"], &link["nextcloud_id"]), (&"linked".into(), &ana.to_string().into()));
    assert_eq!(link["temporary_password"], cloud.users()[0].password.as_str());
    assert_eq!(cloud.users().len(), 1);
    assert_eq!(cloud.told()[before..], ["GET", "PUT password"]);
    assert_eq!(audited(&app).await, ["link_started", "linked", "link_started", "linked"]);
}

#[on_each_engine]
async fn somebody_who_has_signed_in_there_keeps_the_password() {
    let (cloud, app, admin, ana) = arrive().await;
    provision(&admin, ana).await;
    forget_result(&app, ana).await;
    cloud.change(&ana.to_string(), |user| user.has_signed_in = true);
    let before = cloud.calls().len();
    app.wait(chrono::Duration::seconds(151));
    let link = retry(&admin, ana).await;
    assert_eq!(link["state"], "linked");
    assert!(link.get("temporary_password").is_none());
    assert_eq!(cloud.told()[before..], ["GET"]);
}

#[on_each_engine]
async fn a_name_that_did_not_get_there_is_put_right_and_one_that_is_refused_keeps_nobody_out() {
    let (cloud, _, admin, ana) = arrive().await;
    cloud.add(&ana.to_string());
    cloud.next(Method::PUT, Fate::Answer(Script::recorded("v2 edit email invalid")));
    let link = provision(&admin, ana).await;
    assert_eq!((&link["state"], &link["last_error"]), (&"linked".into(), &Value::Null));
    assert_eq!(cloud.told(), ["GET", "PUT displayname", "PUT email"]);
    assert_eq!(cloud.users()[0].email, "person2@clinic.example");
}

#[on_each_engine]
async fn nextclouds_limit_on_edits_is_said_and_the_next_attempt_goes_on() {
    let (cloud, _, admin, ana) = arrive().await;
    cloud.add(&ana.to_string());
    let limit = Script::recorded("v2 edit rate limit: 53rd edit within 10 min");
    cloud.next(Method::PUT, Fate::Answer(limit));
    assert_eq!(provision(&admin, ana).await["last_error"]["code"], "edit_limit");
    assert_eq!(retry(&admin, ana).await["state"], "linked");
}

#[on_each_engine]
async fn a_policy_that_refuses_the_new_password_is_said() {
    let (cloud, app, admin, ana) = arrive().await;
    provision(&admin, ana).await;
    forget_result(&app, ana).await;
    app.wait(chrono::Duration::seconds(151));
    cloud.next(Method::PUT, Fate::Answer(Script::recorded("v2 edit password short")));
    assert_eq!(retry(&admin, ana).await["last_error"]["code"], "password_refused");
}

/// Puts the link's row back to what it was while Nextcloud was asked, as if the process had died then.
async fn forget_result(app: &crate::support::TestApp, id: voiceassist_contract::Id) {
    use sea_orm::{ActiveModelTrait, IntoActiveModel};
    let readers = app.state.database.readers();
    let row = nextcloud_links::Entity::find_by_id(id).one(readers).await.expect("reads").expect("a row");
    let dead = nextcloud_links::Model {
        state: "provisioning".to_owned(),
        nextcloud_id: None,
        nextcloud_key: None,
        linked_at: None,
        attempts: 1,
        claim: Some(app.state.new_id()),
        claimed_until: Some(app.now() + chrono::Duration::seconds(150)),
        ..row
    };
    let transaction = app.state.database.begin_write().await.expect("begins");
    let write = dead.into_active_model().reset_all();
    nextcloud_links::Entity::update(write).exec(&transaction).await.expect("writes");
    transaction.commit().await.expect("commits");
}
