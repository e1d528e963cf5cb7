//! Linking that works: an account is made or found, once, and shown as Nextcloud describes it.

use http::Method;
use serde_json::{Value, json};

use super::{arrive, audited, path, provision, retry, show};
use crate::support::{CLOUD_PASSWORD, Places, Setup, TestApp};

#[on_each_engine]
async fn an_account_is_made_with_everything_in_one_request_and_its_password_is_shown_once() {
    let (cloud, app, admin, ana) = arrive().await;
    assert_eq!(show(&admin, ana).await["state"], "not_linked");
    let link = provision(&admin, ana).await;
    assert_eq!((&link["state"], &link["attempts"]), (&"linked".into(), &0.into()));
    assert_eq!(link["nextcloud_id"], ana.to_string());
    assert_eq!(link["linked_at"], "2026-11-23T09:00:00Z");
    assert_eq!(
        link["account"],
        json!({"enabled": true, "quota_bytes": null, "used_bytes": 0, "last_login": null})
    );
    let made = &cloud.users()[0];
    assert_eq!((made.id.clone(), made.display_name.as_str()), (ana.to_string(), "Ana Ruiz"));
    assert_eq!(made.email, "person2@clinic.example");
    assert_eq!(link["temporary_password"], made.password.as_str());
    assert_eq!(cloud.told(), ["GET", "POST", "GET"]);
    assert_eq!(audited(&app).await, ["link_started", "linked"]);

    let account = admin.get(&format!("/api/users/{ana}")).await.assert_status(200).json();
    assert_eq!(
        (&account["nextcloud"]["state"], &account["nextcloud"]["account"]),
        (&"linked".into(), &Value::Null)
    );
    assert_eq!(cloud.calls().len(), 3, "an account is shown without asking Nextcloud");

    let again = show(&admin, ana).await;
    assert!(again.get("temporary_password").is_none());
    assert_eq!(again["account"], link["account"]);
    let trail = admin.get("/api/audit/export?format=ndjson").await.assert_status(200).body;
    assert!(!trail.contains(&made.password) && !trail.contains(CLOUD_PASSWORD), "a password is in the trail");
}

#[on_each_engine]
async fn credentials_go_to_nextcloud_with_every_call_and_the_callers_token_never_does() {
    let (cloud, _, admin, ana) = arrive().await;
    provision(&admin, ana).await;
    for call in cloud.calls() {
        assert!(call.path.starts_with("/ocs/v2.php/cloud/users"), "{}", call.path);
        assert!(call.headers["authorization"].to_str().expect("text").starts_with("Basic "));
        assert_eq!(call.headers["ocs-apirequest"], "true");
        assert!(!call.headers.contains_key("cookie") && !call.headers.contains_key("x-request-id"));
    }
}

#[on_each_engine]
async fn linking_what_is_linked_asks_nobody_and_changes_nothing() {
    let (cloud, app, admin, ana) = arrive().await;
    provision(&admin, ana).await;
    let before = cloud.calls().len();
    let again = provision(&admin, ana).await;
    assert_eq!(again["state"], "linked");
    assert!(again.get("temporary_password").is_none());
    assert_eq!(cloud.calls().len(), before);
    assert_eq!(audited(&app).await, ["link_started", "linked"]);
}

#[on_each_engine]
async fn an_account_that_an_administrator_names_is_linked_as_it_is() {
    let (cloud, _, admin, ana) = arrive().await;
    cloud.add("BobCase");
    let wish = json!({"nextcloud_id": " bobcase "});
    let answer = admin.post(&format!("{}/provision", path(ana)), wish).await.assert_status(200);
    let link = answer.json();
    assert_eq!((&link["state"], &link["nextcloud_id"]), (&"linked".into(), &"BobCase".into()));
    assert!(link.get("temporary_password").is_none());
    assert_eq!(cloud.told(), ["GET"]);
    assert_eq!(cloud.users()[0].password, "made by hand");

    let other = json!({"nextcloud_id": "carol"});
    let answer = admin.post(&format!("{}/provision", path(ana)), other).await.assert_status(409);
    answer.assert_problem("nextcloud_link_conflict");
}

#[on_each_engine]
async fn nobodys_files_come_to_belong_to_two_accounts() {
    let (cloud, app, admin, ana) = arrive().await;
    cloud.add("shared");
    let nour = app.staff().await.id;
    let wish = |id: &str| json!({"nextcloud_id": id});
    admin.post(&format!("{}/provision", path(ana)), wish("shared")).await.assert_status(200);
    let answer = admin.post(&format!("{}/provision", path(nour)), wish("SHARED")).await.assert_status(200);
    assert_eq!(
        (&answer.json()["state"], &answer.json()["last_error"]["code"]),
        (&"failed".into(), &"taken".into())
    );
    assert_eq!(show(&admin, ana).await["state"], "linked");
}

#[on_each_engine]
async fn a_named_account_that_is_not_there_can_be_named_better() {
    let (cloud, _, admin, ana) = arrive().await;
    cloud.add("ana");
    let provision_as = async |id: &str| {
        admin.post(&format!("{}/provision", path(ana)), json!({"nextcloud_id": id})).await.json()
    };
    let link = provision_as("anna").await;
    assert_eq!((&link["state"], &link["last_error"]["code"]), (&"failed".into(), &"no_such_user".into()));
    assert_eq!(provision_as("ana").await["state"], "linked");
}

#[on_each_engine]
async fn what_nextcloud_says_is_shown_in_one_shape_before_and_after_the_first_sign_in() {
    let (cloud, _, admin, ana) = arrive().await;
    provision(&admin, ana).await;
    cloud.change(&ana.to_string(), |user| {
        user.has_signed_in = true;
        user.is_enabled = false;
    });
    let account = show(&admin, ana).await["account"].clone();
    assert_eq!((&account["enabled"], &account["quota_bytes"]), (&false.into(), &Value::Null));
    assert_eq!(account["used_bytes"], 164);
    assert_eq!(account["last_login"], "2026-11-23T14:53:31Z");
}

#[on_each_engine]
async fn a_linked_account_that_is_gone_there_is_said_and_made_again_by_a_retry() {
    let (cloud, _, admin, ana) = arrive().await;
    provision(&admin, ana).await;
    cloud.remove(&ana.to_string());
    let link = show(&admin, ana).await;
    assert_eq!((&link["state"], &link["lookup_error"]["code"]), (&"linked".into(), &"no_such_user".into()));
    let link = retry(&admin, ana).await;
    assert_eq!(link["state"], "linked");
    assert!(link["temporary_password"].is_string());
    assert_eq!(cloud.users().len(), 1);
}

#[on_each_engine]
async fn a_retry_of_a_link_puts_a_changed_name_right_and_leaves_the_password() {
    let (cloud, _, admin, ana) = arrive().await;
    let first = provision(&admin, ana).await["temporary_password"].clone();
    let changed = json!({"full_name": "Ana Ruiz Weber"});
    admin.put_version(&format!("/api/users/{ana}"), 1, changed).await.assert_status(200);
    let link = retry(&admin, ana).await;
    assert_eq!(link["state"], "linked");
    assert!(link.get("temporary_password").is_none());
    assert_eq!(cloud.told()[3..], ["GET", "PUT displayname"]);
    let user = &cloud.users()[0];
    assert_eq!((user.display_name.as_str(), first), ("Ana Ruiz Weber", user.password.as_str().into()));
}

#[on_each_engine]
async fn what_cannot_be_linked_is_refused_before_anything_is_sent() {
    let (cloud, _, admin, ana) = arrive().await;
    let answer = admin.post_nothing(&format!("{}/retry", path(ana))).await.assert_status(409);
    answer.assert_problem("nothing_to_retry");
    admin.delete(&format!("/api/users/{ana}")).await.assert_status(200);
    let answer = admin.post_nothing(&format!("{}/provision", path(ana))).await.assert_status(403);
    answer.assert_problem("account_inactive");
    assert!(cloud.calls().is_empty());
}

#[on_each_engine]
async fn without_credentials_nothing_is_linked_and_that_is_said() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await.id);
    let elsewhere = Places { nextcloud: Some("http://127.0.0.1:9/".to_owned()), ..Places::default() };
    let replica = app.replica_with(2, Setup { neighbours: elsewhere, ..Setup::default() }).await;
    for admin in [admin.clone(), admin.at(&replica)] {
        assert_eq!(show(&admin, ana).await["state"], "not_configured");
        for way in ["provision", "retry"] {
            let request = admin.request(Method::POST, &format!("{}/{way}", path(ana)));
            admin.send(request).await.assert_status(409).assert_problem("nextcloud_not_configured");
        }
    }
}
