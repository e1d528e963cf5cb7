//! Going from page to page: every event once, also while others are written and after a clock went back.

use chrono::Duration;
use voiceassist_contract::Id;
use voiceassist_gateway::audit::{Action, Event};

use super::{record, record_many, somebody};
use crate::support::{Person, TestApp};

/// The places of a page's events, and the cursor of the next.
async fn page(admin: &Person, query: &str, cursor: Option<&str>) -> (Vec<i64>, Option<String>) {
    let go_on = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
    let page = admin.get(&format!("/api/audit?{query}{go_on}")).await.assert_status(200).json();
    let items = page["items"].as_array().expect("items");
    let places = items.iter().map(|item| item["sequence"].as_i64().expect("a place")).collect();
    (places, page["next_cursor"].as_str().map(str::to_owned))
}

/// Events at all kinds of times: many at the same one, and some after the clock was set back.
async fn fill(app: &TestApp) {
    for round in 0..12 {
        record_many(app, 5).await;
        app.wait(Duration::milliseconds([250, 0, -60_000, 120_000][round % 4]));
    }
}

#[on_each_engine]
async fn pages_of_any_size_give_every_event_once_in_the_order_of_one_long_page() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    fill(&app).await;
    let target = Id::from_u128(8);
    for filter in
        ["count=false".to_owned(), "action=unlocked".to_owned(), format!("target={target}&count=false")]
    {
        let (whole, none) = page(&admin, &format!("{filter}&limit=200"), None).await;
        assert!(none.is_none() && whole.len() >= 60);
        for limit in [1, 7, 59, 60, 61] {
            let query = format!("{filter}&limit={limit}");
            let (mut seen, mut cursor) = page(&admin, &query, None).await;
            while let Some(place) = cursor {
                let (places, next) = page(&admin, &query, Some(&place)).await;
                assert!(!places.is_empty(), "a next page has an event");
                seen.extend(places);
                cursor = next;
            }
            assert_eq!(seen, whole, "{query}");
        }
    }
}

#[on_each_engine]
async fn no_event_is_skipped_or_repeated_while_others_are_written() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    fill(&app).await;
    let (whole, _) = page(&admin, "limit=200", None).await;
    let (mut seen, mut cursor) = page(&admin, "limit=9", None).await;
    let mut round = 0;
    while let Some(place) = cursor {
        // Also some at times that have been passed already.
        app.wait(Duration::seconds(if round % 2 == 0 { 5 } else { -9 }));
        round += 1;
        record(&app, Event::new(Action::SignOut, &somebody(3))).await;
        let (places, next) = page(&admin, "limit=9", Some(&place)).await;
        seen.extend(places);
        cursor = next;
    }
    let newest = *whole.iter().max().expect("some");
    seen.retain(|place| *place <= newest);
    assert_eq!(seen, whole);
}

#[on_each_engine]
async fn a_cursor_is_taken_only_with_the_filter_that_gave_it() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    fill(&app).await;
    let (_, cursor) = page(&admin, "limit=2", None).await;
    let cursor = cursor.expect("there is a next page");
    page(&admin, "limit=1&count=false", Some(&cursor)).await;
    for other in ["action=unlocked", "target=x", "since=2026-01-01T00:00:00Z"] {
        let answer = admin.get(&format!("/api/audit?{other}&cursor={cursor}")).await.assert_status(422);
        answer.assert_refused_fields(&["cursor: other_list"]);
    }
}
