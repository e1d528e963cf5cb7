//! Going from page to page: everybody once, nobody twice, also while rows come, go and move.

use std::collections::HashSet;

use chrono::Duration;
use voiceassist_contract::Id;
use voiceassist_contract::accounts::Role;

use crate::support::{Person, TestApp};
use crate::users::{change_row, remove_row};

const SORTS: [&str; 6] = ["full_name", "email", "role", "status", "last_login", "created_at"];

/// Names that collide, differ only in case, and come from several scripts.
const NAMES: [&str; 7] = ["Ana Ruiz", "ana ruiz", "李 小龙", "فاطمة السيد", "O’Brien", "Zoë", "ß"];

/// `count` accounts in all kinds of states, in an order that has nothing to do with their names.
async fn fill(app: &TestApp, count: usize) -> Vec<Id> {
    let mut ids = Vec::new();
    for number in 0..count {
        app.wait(Duration::milliseconds(if number % 3 == 0 { 0 } else { 250 }));
        let role = if number % 5 == 0 { Role::Admin } else { Role::User };
        let email = format!("{}@clinic.example", number * 7919 % 1000);
        let id = app.create_account(NAMES[number % NAMES.len()], &email, role, false).await;
        let now = app.now();
        change_row(app, id, |row| {
            row.is_active = number % 4 != 1;
            if number % 2 == 0 {
                let at = now + Duration::minutes(i64::try_from(number % 11).expect("small"));
                row.last_login = Some(at);
                row.last_login_key = at.timestamp_millis();
            }
        })
        .await;
        ids.push(id);
    }
    ids
}

/// The ids of a page, and the cursor of the next.
async fn page(admin: &Person, query: &str, cursor: Option<&str>) -> (Vec<Id>, Option<String>) {
    let go_on = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
    let page = admin.get(&format!("/api/users?{query}{go_on}")).await.assert_status(200).json();
    let items = page["items"].as_array().expect("items");
    let ids = items.iter().map(|item| item["id"].as_str().expect("an id").parse().expect("an id")).collect();
    (ids, page["next_cursor"].as_str().map(str::to_owned))
}

#[on_each_engine]
async fn pages_of_any_size_give_everybody_once_in_the_order_of_one_long_page() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    fill(&app, 60).await;
    for sort in SORTS {
        for order in ["asc", "desc"] {
            let (whole, none) = page(&admin, &format!("sort={sort}&order={order}&limit=200"), None).await;
            assert_eq!((whole.len(), none), (61, None));
            for limit in [1, 7, 60, 61] {
                // With the number known, few rows are found in another way than many.
                let is_counted = limit == 7;
                let query = format!("sort={sort}&order={order}&limit={limit}&count={is_counted}");
                let (mut seen, mut cursor) = page(&admin, &query, None).await;
                while let Some(place) = cursor {
                    let (ids, next) = page(&admin, &query, Some(&place)).await;
                    assert!(!ids.is_empty(), "a next page has somebody");
                    seen.extend(ids);
                    cursor = next;
                }
                assert_eq!(seen, whole, "{query}");
            }
        }
    }
}

#[on_each_engine]
async fn who_does_not_move_is_shown_once_while_others_come_go_and_move() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let mut others = 1_000;
    for sort in SORTS {
        for order in ["asc", "desc"] {
            let ids = fill_more(&app, &mut others, 20).await;
            let (moving, staying): (Vec<Id>, Vec<Id>) =
                ids.into_iter().enumerate().fold(Default::default(), |mut parts, (number, id)| {
                    if number % 2 == 0 {
                        parts.0.push(id)
                    } else {
                        parts.1.push(id)
                    }
                    parts
                });
            let mut moving = moving.into_iter();
            let query = format!("sort={sort}&order={order}&limit=9&count=false");
            let (mut seen, mut cursor) = page(&admin, &query, None).await;
            while let Some(place) = cursor {
                fill_more(&app, &mut others, 1).await;
                if let Some(id) = moving.next() {
                    remove_row(&app, id).await;
                }
                if let Some(id) = moving.next() {
                    move_row(&app, id, others).await;
                }
                let (ids, next) = page(&admin, &query, Some(&place)).await;
                seen.extend(ids);
                cursor = next;
            }
            let distinct: HashSet<Id> = seen.iter().copied().collect();
            for id in staying {
                assert!(distinct.contains(&id), "{query}: somebody was skipped");
                assert_eq!(
                    seen.iter().filter(|one| **one == id).count(),
                    1,
                    "{query}: somebody was repeated"
                );
            }
        }
    }
}

async fn fill_more(app: &TestApp, others: &mut usize, count: usize) -> Vec<Id> {
    let mut ids = Vec::new();
    for _ in 0..count {
        *others += 1;
        let email = format!("{}-{others}@clinic.example", *others * 7919 % 1000);
        let role = if others.is_multiple_of(5) { Role::Admin } else { Role::User };
        ids.push(app.create_account(NAMES[*others % NAMES.len()], &email, role, false).await);
    }
    ids
}

/// Changes everything that a list can be sorted by and that an edit can change.
async fn move_row(app: &TestApp, id: Id, seed: usize) {
    let now = app.now();
    change_row(app, id, |row| {
        row.full_name = NAMES[(seed + 3) % NAMES.len()].to_owned();
        row.name_key = row.full_name.to_lowercase();
        row.email = format!("moved-{seed}@clinic.example");
        row.email_key = row.email.clone();
        row.role = if row.role == "admin" { "user".to_owned() } else { "admin".to_owned() };
        row.is_active = !row.is_active;
        row.last_login = Some(now);
        row.last_login_key = now.timestamp_millis();
    })
    .await;
}

#[on_each_engine]
async fn a_cursor_is_taken_only_by_the_list_that_gave_it() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    fill(&app, 5).await;
    let (_, cursor) = page(&admin, "limit=2", None).await;
    let cursor = cursor.expect("there is a next page");
    page(&admin, "limit=1&count=false&counts=true", Some(&cursor)).await;
    for other in ["order=desc", "sort=email", "search=a", "status=active", "role=user"] {
        let answer = admin.get(&format!("/api/users?{other}&cursor={cursor}")).await.assert_status(422);
        answer.assert_refused_fields(&["cursor: other_list"]);
    }
    for nonsense in ["", "x", &cursor[1..], &format!("{cursor}A"), "%00", &"A".repeat(9_000)] {
        let answer = admin.get(&format!("/api/users?cursor={nonsense}")).await.assert_status(422);
        answer.assert_problem("invalid_input").assert_refused_fields(&["cursor: not_a_cursor"]);
    }
}
