//! The same table again: after it was done, while it is being done, and after it was cut off.

use futures_util::StreamExt;
use http::Method;
use serde_json::json;

use super::{PATH, TABLE, accounts, figures, import};
use crate::support::TestApp;

fn table(count: usize) -> String {
    let rows = (0..count).map(|number| format!("new{number}@clinic.example,Nour Haddad\n"));
    ["email,name\n".to_owned()].into_iter().chain(rows).collect()
}

#[on_each_engine]
async fn the_same_table_twice_changes_nothing_the_second_time() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let (first, _) = import(&admin, "", TABLE).await;
    let (people, trail) = (accounts(&admin).await, app.audited().await);
    app.wait(chrono::Duration::hours(1));
    let admin = admin.sign_in(&admin.email, crate::support::PASSWORD).await;
    for query in ["", "existing=update", "passwords=temporary"] {
        let (again, summary) = import(&admin, query, TABLE).await;
        assert_eq!(figures(&summary), [0, 0, 2, 0], "{query}");
        assert_eq!((&again[0]["id"], &again[1]["id"]), (&first[0]["id"], &first[1]["id"]));
    }
    let without_admin = |people: &[serde_json::Value]| {
        people.iter().filter(|person| person["last_login"].is_null()).cloned().collect::<Vec<_>>()
    };
    assert_eq!(without_admin(&accounts(&admin).await), without_admin(&people));
    let since: Vec<String> = app.audited().await.split_off(trail.len());
    assert_eq!(since, ["sign_in", "accounts_imported", "accounts_imported", "accounts_imported"]);
}

#[on_each_engine(2)]
async fn the_same_table_many_times_at_once_makes_each_account_once() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let imports = (0..4).map(|_| {
        let admin = admin.clone();
        tokio::spawn(async move { import(&admin, "", table(450)).await.1 })
    });
    let (mut created, mut unchanged) = (0, 0);
    for done in imports.collect::<Vec<_>>() {
        let figures = figures(&done.await.expect("answers"));
        assert_eq!(figures[0] + figures[2], 450, "{figures:?}");
        (created, unchanged) = (created + figures[0], unchanged + figures[2]);
    }
    assert_eq!((created, unchanged), (450, 3 * 450));
    let total = admin.get("/api/users?limit=1").await.json()["total"].clone();
    assert_eq!(total, json!(451));
    let made = app.audited().await.iter().filter(|action| *action == "account_created").count();
    assert_eq!(made, 450);
}

#[on_each_engine(2)]
async fn a_run_that_was_cut_off_is_finished_by_another_without_doubling() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let places = app.state.downloads.clone();
    let request = admin.request(Method::POST, PATH).header("content-type", "text/csv");
    let response = admin.open(request.body(table(3_000).into()).expect("a request")).await;
    assert_eq!(response.status(), 200);
    let mut pieces = response.into_body().into_data_stream();
    let first = pieces.next().await.expect("a piece").expect("arrives");
    assert_eq!(first.iter().filter(|byte| **byte == b'\n').count(), 100, "results come while rows are left");
    drop(pieces);
    // All places are free when nobody works on the table any more.
    for _ in 0..500 {
        let taken: Vec<_> = (0..4).map_while(|_| places.take().ok()).collect();
        if taken.len() == 4 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let before = admin.get("/api/users?limit=1").await.json()["total"].as_u64().expect("a number") - 1;
    assert!((100..3_000).contains(&before) && before % 100 == 0, "{before} were made before the end");

    let (_, summary) = import(&admin, "", table(3_000)).await;
    assert_eq!(figures(&summary), [3_000 - before, 0, before, 0]);
    let made = app.audited().await.iter().filter(|action| *action == "account_created").count();
    assert_eq!(made, 3_000);
}
