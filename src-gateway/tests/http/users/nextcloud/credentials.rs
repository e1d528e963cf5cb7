//! Credentials that Nextcloud does not take: it counts every wrong password against the gateway's address, so
//! there is one, and then none for a while, on any replica.

use futures_util::future::join_all;
use http::Method;

use super::{arrive, beside, path, provision, retry, show};
use crate::support::{CLOUD_PASSWORD, Fate, Places, Script, Setup};

#[on_each_engine]
async fn after_one_wrong_password_no_replica_sends_another_for_a_while() {
    let (cloud, app, admin, ana) = arrive().await;
    let replica = app.replica_with(2, beside(&cloud)).await;
    cloud.change_password("somebody changed it");
    let people = [ana, app.staff().await.id, app.staff().await.id, app.staff().await.id];
    let links = join_all(people.iter().map(|id| provision(&admin, *id))).await;
    assert!(links.iter().all(|link| link["last_error"]["code"] == "credentials_rejected"), "{links:?}");
    assert_eq!(cloud.calls().len(), 1, "one wrong password, whoever asks");

    provision(&admin.at(&replica), people[1]).await;
    app.wait(chrono::Duration::seconds(899));
    retry(&admin, ana).await;
    assert_eq!(cloud.calls().len(), 1);
    cloud.change_password(CLOUD_PASSWORD);
    app.wait(chrono::Duration::seconds(2));
    assert_eq!(retry(&admin, ana).await["state"], "linked");
}

#[on_each_engine]
async fn new_credentials_are_tried_at_once() {
    let (cloud, app, admin, ana) = arrive().await;
    cloud.change_password("a new one");
    provision(&admin, ana).await;
    let mut places = Places::beside(&cloud);
    places.nextcloud_administrator = Some(("cloud-admin".to_owned(), "a new one".to_owned()));
    let replica = app.replica_with(2, Setup { neighbours: places, ..Setup::default() }).await;
    assert_eq!(retry(&admin.at(&replica), ana).await["state"], "linked");
}

#[on_each_engine]
async fn a_look_that_is_refused_stops_the_others_too() {
    let (cloud, _, admin, ana) = arrive().await;
    provision(&admin, ana).await;
    let before = cloud.calls().len();
    cloud.change_password("somebody changed it");
    for _ in 0..5 {
        let link = show(&admin, ana).await;
        assert_eq!(link["lookup_error"]["code"], "credentials_rejected");
    }
    assert_eq!(cloud.calls().len(), before + 1);
}

#[on_each_engine]
async fn a_blocked_address_is_left_alone_for_half_an_hour() {
    let (cloud, app, admin, ana) = arrive().await;
    cloud.next(Method::GET, Fate::Answer(Script::recorded("throttled: v2 json good password")));
    assert_eq!(provision(&admin, ana).await["last_error"]["code"], "throttled");
    app.wait(chrono::Duration::minutes(29));
    assert_eq!(retry(&admin, ana).await["last_error"]["code"], "throttled");
    assert_eq!(cloud.calls().len(), 1);
    app.wait(chrono::Duration::minutes(2));
    assert_eq!(retry(&admin, ana).await["state"], "linked");
}

#[on_each_engine]
async fn the_state_of_nextcloud_tells_of_credentials_until_they_are_taken() {
    let confirm = r#"{"ocs":{"meta":{"status":"failure","statuscode":403,"message":"Password confirmation is required"},"data":[]}}"#;
    for (method, script, state) in [
        (Method::GET, Script::recorded("v2 wrong admin password json"), "credentials_rejected"),
        (Method::POST, Script::body(403, confirm), "confirmation_required"),
    ] {
        let (cloud, app, admin, ana) = arrive().await;
        let status = Script::recorded("status.php normal");
        cloud.next(method, Fate::Answer(script));
        provision(&admin, ana).await;
        cloud.next(Method::GET, Fate::Answer(status.clone()));
        let shown = admin.get("/api/nextcloud/status").await.assert_status(200).json();
        assert_eq!((&shown["state"], &shown["version"]), (&state.into(), &"29.0.6".into()), "{shown}");
        let ready = admin.get("/ready").await.assert_status(200).json();
        assert_eq!(ready["status"], "degraded");

        app.wait(chrono::Duration::minutes(16));
        assert_eq!(retry(&admin, ana).await["state"], "linked");
        tokio::time::sleep(std::time::Duration::from_millis(1_050)).await;
        cloud.next(Method::GET, Fate::Answer(status));
        assert_eq!(admin.get("/api/nextcloud/status").await.json()["state"], "ok");
    }
}

#[on_each_engine]
async fn a_stranger_and_staff_make_nextcloud_hear_nothing() {
    let (cloud, app, _, ana) = arrive().await;
    let staff = app.staff().await;
    for person in [app.anonymous(), staff] {
        for way in ["", "/provision", "/retry"] {
            let method = if way.is_empty() { Method::GET } else { Method::POST };
            let answer = person.send(person.request(method, &format!("{}{way}", path(ana)))).await;
            assert!(matches!(answer.status.as_u16(), 401 | 403), "{}", answer.status);
        }
    }
    assert!(cloud.calls().is_empty());
}
