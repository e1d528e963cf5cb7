//! `GET /api/audit`.

use chrono::Duration;
use serde_json::json;
use voiceassist_contract::Id;
use voiceassist_gateway::audit::{Action, Event};

use super::{each, list, record, somebody};
use crate::support::TestApp;

#[on_each_engine]
async fn an_event_says_who_did_what_to_whom_from_where_and_what_changed() {
    let app = TestApp::start().await;
    let (ana, admin) = (app.staff().await, app.administrator().await);
    let path = format!("/api/users/{}", ana.id);
    admin.put_version(&path, 1, json!({"full_name": "Ana María Ruiz"})).await.assert_status(200);

    let items = list(&admin, "action=account_updated").await;
    let [event] = items.as_slice() else { panic!("{items:?}") };
    assert!(event["id"].as_str().is_some_and(|id| id.parse::<Id>().is_ok()));
    assert_eq!(event["sequence"], 3);
    assert_eq!(event["at"], "2026-11-23T09:00:00Z");
    assert_eq!(event["actor"], json!({"id": admin.id, "name": "Tomás Weber"}));
    let target = json!({"kind": "account", "id": ana.id, "name": "Ana María Ruiz"});
    assert_eq!(event["target"], target, "the name is the one of now");
    assert_eq!(event["address"], "127.0.0.1");
    assert_eq!(event["request_id"].as_str().map(str::len), Some(24));
    assert_eq!(event["before"]["full_name"], "Ana Ruiz");
    assert_eq!(event["after"]["full_name"], "Ana María Ruiz");
    let mut members: Vec<&String> = event.as_object().expect("an object").keys().collect();
    members.sort();
    assert_eq!(
        members,
        ["action", "actor", "address", "after", "at", "before", "id", "request_id", "sequence", "target"]
    );
}

#[on_each_engine]
async fn the_newest_event_comes_first_and_all_are_counted() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    for _ in 0..3 {
        app.wait(Duration::seconds(1));
        admin.try_sign_in("nobody@clinic.example", "not the password").await.assert_status(401);
    }
    let page = admin.get("/api/audit?limit=3").await.assert_status(200).json();
    let items = page["items"].as_array().expect("items");
    assert_eq!(each(items, "sequence"), [4, 3, 2]);
    assert_eq!(page["total"], 4);
    assert!(items[0]["actor"].is_null() && items[0]["target"].is_null());

    let uncounted = admin.get("/api/audit?limit=3&count=false").await.assert_status(200).json();
    assert!(uncounted.get("total").is_none());
    assert_eq!(admin.get("/api/audit?action=sign_in").await.json()["total"], 1);
}

#[on_each_engine]
async fn filters_show_what_they_say_alone_and_together() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let target = |number: u128| Id::from_u128(number);
    for (actor, action, on) in [
        (1, Action::Unlocked, 11),
        (1, Action::PasswordReset, 11),
        (1, Action::Unlocked, 12),
        (2, Action::Unlocked, 11),
        (2, Action::PasswordReset, 12),
    ] {
        app.wait(Duration::minutes(1));
        record(&app, Event::new(action, &somebody(actor)).on_account(target(on))).await;
    }
    let id = |number: u128| Id::from_u128(number).to_string();
    let (one, two, eleven, twelve) = (id(1), id(2), id(11), id(12));
    for (query, expected) in [
        (format!("actor={one}"), vec![4, 3, 2]),
        (format!("actor={}", one.to_uppercase()), vec![4, 3, 2]),
        (format!("target={eleven}"), vec![5, 3, 2]),
        (format!("target={}", eleven.to_uppercase()), vec![5, 3, 2]),
        ("action=unlocked".to_owned(), vec![5, 4, 2]),
        (format!("actor={one}&action=unlocked"), vec![4, 2]),
        (format!("actor={one}&target={eleven}"), vec![3, 2]),
        (format!("target={twelve}&action=password_reset"), vec![6]),
        (format!("actor={two}&target={eleven}&action=unlocked"), vec![5]),
        (format!("actor={two}&target={eleven}&action=sign_in"), vec![]),
        ("since=2026-11-23T09:03:00Z".to_owned(), vec![6, 5, 4]),
        ("until=2026-11-23T09:03:00Z".to_owned(), vec![3, 2, 1]),
        ("since=2026-11-23T10:03:00%2B01:00&until=2026-11-23T09:05:00Z".to_owned(), vec![5, 4]),
        (format!("since=2026-11-23T09:03:00Z&actor={one}"), vec![4]),
        ("since=2026-11-23T09:03:00Z&until=2026-11-23T09:03:00Z".to_owned(), vec![]),
        ("target=trail".to_owned(), vec![]),
    ] {
        let page = admin.get(&format!("/api/audit?{query}")).await.assert_status(200).json();
        let items = page["items"].as_array().expect("items");
        assert_eq!(each(items, "sequence"), expected, "{query}");
        assert_eq!(page["total"], expected.len(), "{query}");
        assert!(page["next_cursor"].is_null(), "{query}");
    }
}

#[on_each_engine]
async fn an_event_outlives_the_account_that_it_tells_of() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    record(&app, Event::new(Action::Unlocked, &somebody(1)).on_account(Id::from_u128(2))).await;
    let items = list(&admin, "action=unlocked").await;
    assert_eq!(items[0]["target"], json!({"kind": "account", "id": Id::from_u128(2)}));
    assert_eq!(items[0]["actor"]["name"], "Nour Haddad");
}
