//! A bulk change of what a filter shows, and its preview.

use serde_json::{Value, json};

use super::{change, outcomes};
use crate::support::{Person, TestApp};

async fn counts(admin: &Person) -> Value {
    admin.get("/api/users?counts=true&limit=1").await.assert_status(200).json()["counts"].clone()
}

#[on_each_engine]
async fn a_preview_says_what_would_change_and_changes_nothing() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    app.create_crowd(450).await;
    let (trail, before) = (app.audited().await, counts(&admin).await);
    let body = |dry_run: bool| json!({"action": "deactivate", "filter": {}, "dry_run": dry_run});
    let preview = change(&admin, body(true)).await;
    assert_eq!((&preview["dry_run"], &preview["most"]), (&json!(true), &json!(10_000)));
    let expected = [json!(451), json!(450), json!(0), json!(1)];
    assert_eq!(["matching", "ok", "unchanged", "refused"].map(|name| preview[name].clone()), expected);
    assert_eq!((app.audited().await, counts(&admin).await), (trail, before));

    let done = change(&admin, body(false)).await;
    assert_eq!(done["results"], preview["results"], "the preview was right");
    let after = counts(&admin).await;
    assert_eq!((&after["all"], &after["active"], &after["inactive"]), (&json!(451), &json!(1), &json!(450)));
    assert_eq!((&after["never_signed_in"], &after["administrators"]), (&json!(0), &json!(1)));
    let deactivated = app.audited().await.iter().filter(|action| *action == "account_deactivated").count();
    assert_eq!(deactivated, 450, "each has an event of its own");
}

#[on_each_engine]
async fn a_filter_means_what_the_list_shows_with_it() {
    let app = TestApp::start().await;
    app.create_crowd(30).await;
    app.wait(chrono::Duration::hours(1));
    let (admin, ana) = (app.administrator().await, app.staff().await);
    let since = "2026-11-23T09:30:00Z";
    for (query, filter) in [
        ("search=crowd0001", json!({"search": "crowd0001"})),
        ("status=never_signed_in", json!({"status": "never_signed_in"})),
        ("role=user", json!({"role": "user"})),
        ("inactive_since=2026-11-23T09:30:00Z", json!({"inactive_since": since})),
        ("search=crowd&role=admin", json!({"search": "crowd", "role": "admin"})),
    ] {
        let listed = admin.get(&format!("/api/users?limit=200&sort=created_at&{query}")).await.json();
        let body = json!({"action": "require_password_change", "filter": filter, "dry_run": true});
        let meant = change(&admin, body).await;
        assert_eq!(meant["matching"], listed["total"], "{query}");
        let ids = |items: &Value| {
            let items = items.as_array().expect("a list").iter();
            let mut ids: Vec<String> = items.map(|item| item["id"].to_string()).collect();
            ids.sort();
            ids
        };
        assert_eq!(ids(&meant["results"]), ids(&listed["items"]), "{query}");
    }
    let idle = json!({"action": "deactivate", "filter": {"inactive_since": since, "role": "user"}});
    assert_eq!(change(&admin, idle).await["ok"], 30);
    ana.get("/api/auth/me").await.assert_status(200);
}

#[on_each_engine]
async fn a_filter_that_shows_nobody_changes_nobody() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let answer = change(&admin, json!({"action": "activate", "filter": {"search": "nobody at all"}})).await;
    assert_eq!((&answer["matching"], &answer["results"]), (&json!(0), &json!([])));
    assert!(outcomes(&answer).is_empty());
}

#[on_each_engine]
async fn ten_thousand_are_changed_at_once_and_one_more_is_refused_before_anything_is() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    app.create_crowd(10_000).await;
    for dry_run in [true, false] {
        let body = json!({"action": "deactivate", "filter": {}, "dry_run": dry_run});
        let answer = admin.post("/api/users/bulk", body).await.assert_status(422);
        answer.assert_problem("invalid_input").assert_refused_fields(&["filter: too_many"]);
    }
    assert_eq!(app.audited().await, ["sign_in"]);
    let answer = change(&admin, json!({"action": "deactivate", "filter": {"role": "user"}})).await;
    assert_eq!((&answer["matching"], &answer["ok"]), (&json!(10_000), &json!(10_000)));
    // The chain is checked on the way.
    assert_eq!(app.audited().await.len(), 1 + 10_000);
}
