//! Many who ask at once, and callers who do not wait.

use std::time::Duration;

use futures_util::future::join_all;
use http::Method;

use super::{arrive, audited, beside, path, provision, show};
use crate::support::Fate;

#[on_each_engine]
async fn ten_clicks_make_one_account() {
    let (cloud, app, admin, ana) = arrive().await;
    let replica = app.replica_with(2, beside(&cloud)).await;
    cloud.next(Method::GET, Fate::Slow(Duration::from_millis(200)));
    let provision = format!("{}/provision", path(ana));
    let clicks = (0..10).map(|number| {
        let admin = if number % 2 == 0 { admin.clone() } else { admin.at(&replica) };
        let provision = &provision;
        async move { admin.post_nothing(provision).await }
    });
    let answers = join_all(clicks).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    assert!(statuses.iter().all(|status| matches!(status, 200 | 202 | 503)), "{statuses:?}");
    let passwords = answers.iter().filter(|answer| answer.body.contains("temporary_password")).count();
    assert_eq!(passwords, 1, "{statuses:?}");
    assert_eq!(cloud.told(), ["GET", "POST", "GET"]);
    assert_eq!(audited(&app).await, ["link_started", "linked"]);
    assert_eq!(show(&admin, ana).await["state"], "linked");
}

#[on_each_engine]
async fn many_accounts_at_once_are_linked_one_after_the_other() {
    let (cloud, app, admin, _) = arrive().await;
    let mut people = Vec::new();
    for _ in 0..6 {
        people.push(app.staff().await.id);
    }
    let links = join_all(people.iter().map(|id| provision(&admin, *id))).await;
    assert!(links.iter().all(|link| link["state"] == "linked"), "{links:?}");
    assert_eq!((cloud.users().len(), cloud.most_at_once()), (6, 1));
}

#[on_each_engine]
async fn more_attempts_than_there_are_places_for_are_turned_away() {
    let (cloud, app, admin, ana) = arrive().await;
    let places = u32::try_from(app.state.attempts.available_permits()).expect("a number");
    let all = app.state.attempts.acquire_many(places).await.expect("all places");
    let path = format!("{}/provision", path(ana));
    let refused = admin.post_nothing(&path).await.assert_status(503);
    assert_eq!(refused.header("retry-after"), Some("2"));
    refused.assert_problem("overloaded");
    assert!(cloud.calls().is_empty() && audited(&app).await.is_empty());
    drop(all);
    assert_eq!(provision(&admin, ana).await["state"], "linked");
}

#[on_each_engine]
async fn an_attempt_goes_on_without_its_caller_and_a_password_that_nobody_saw_is_replaced() {
    let (cloud, app, admin, ana) = arrive().await;
    cloud.next(Method::GET, Fate::Slow(Duration::from_millis(300)));
    let path = format!("{}/provision", path(ana));
    let gone = tokio::time::timeout(Duration::from_millis(100), admin.post_nothing(&path)).await;
    assert!(gone.is_err(), "the caller has hung up");
    let mut link = show(&admin, ana).await;
    for _ in 0..100 {
        if link["state"] != "provisioning" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        link = show(&admin, ana).await;
    }
    assert_eq!(
        (&link["state"], &link["last_error"]["code"]),
        (&"failed".into(), &"password_not_shown".into())
    );
    let link = provision(&admin, ana).await;
    assert_eq!(link["temporary_password"], cloud.users()[0].password.as_str());
    assert_eq!(audited(&app).await, ["link_started", "link_failed", "link_started", "linked"]);
}
