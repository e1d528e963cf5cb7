//! Every way to a page gives the same page, and every way to count the same number, on every engine.

use super::*;
use crate::accounts::role_of;
use crate::users::list::counts::count;
use crate::users::list::crowd::Crowd;
use crate::users::list::cursor::Cursor;
use crate::users::list::letters::fold;
use crate::users::list::request::Filter;
use voiceassist_contract::Id;
use voiceassist_contract::accounts::{Order, Role, StatusFilter};

fn search(letters: &str) -> Filter {
    Filter { search: Some(letters.to_owned()), ..Filter::default() }
}

/// What the filter shows, found by looking at every account.
fn look_at_all(rows: &[Model], request: &ListRequest, now: Time) -> Vec<Id> {
    let filter = &request.filter;
    let mut shown: Vec<&Model> = rows
        .iter()
        .filter(|row| {
            let folded = fold(filter.search.as_deref().unwrap_or_default());
            let is_found = folded.iter().any(|letters| row.search_key.contains(letters));
            is_found
                && filter.role.is_none_or(|role| role_of(row) == role)
                && has_status(row, filter.status, now)
        })
        .collect();
    shown.sort_by(|one, other| (&one.name_key, one.id).cmp(&(&other.name_key, other.id)));
    if request.order == Order::Desc {
        shown.reverse();
    }
    shown.into_iter().take(usize::from(request.limit) + 1).map(|row| row.id).collect()
}

fn has_status(row: &Model, status: Option<StatusFilter>, now: Time) -> bool {
    status.is_none_or(|status| match status {
        StatusFilter::Active => row.is_active,
        StatusFilter::Inactive => !row.is_active,
        StatusFilter::Locked => row.locked_until.is_some_and(|until| until > now),
        StatusFilter::NeverSignedIn => row.is_active && row.last_login.is_none(),
        StatusFilter::MustChangePassword => row.must_change_password,
    })
}

const EVERY_STATUS: [Option<StatusFilter>; 6] = [
    None,
    Some(StatusFilter::Active),
    Some(StatusFilter::Inactive),
    Some(StatusFilter::Locked),
    Some(StatusFilter::NeverSignedIn),
    Some(StatusFilter::MustChangePassword),
];

#[tokio::test]
async fn every_way_to_a_page_gives_the_page_that_looking_at_everybody_gives() {
    for crowd in Crowd::on_every_engine(400, 11).await {
        compare_ways_to_a_page(&crowd).await;
    }
}

async fn compare_ways_to_a_page(crowd: &Crowd) {
    let (rows, readers, now) = (crowd.rows().await, crowd.database.readers(), crowd.now);
    let piece_of_an_id = rows[77].id.to_string()[20..].to_owned();
    let searches = [
        "ana",
        "ANA R",
        "arta",
        "\"Bo\" \\ 1",
        "ßTRASSE",
        "ßtraße",
        "00%",
        "n_a",
        "clinic",
        "小龙",
        &piece_of_an_id,
    ];
    for search in searches {
        for status in EVERY_STATUS {
            for (role, order) in [(None, Order::Asc), (Some(Role::Admin), Order::Desc)] {
                let filter = Filter { status, role, ..self::search(search) };
                let request = ListRequest { filter, order, limit: 20, ..ListRequest::default() };
                let expected = look_at_all(&rows, &request, now);
                let tally = count(readers, &request, now).await.expect("counts");
                let mut ways = vec![
                    select_page(&request, Reading::Among, now),
                    select_page(&request, Reading::Along, now),
                ];
                if let Some(letters) = Letters::of_filter(&request.filter) {
                    ways.push(select_hits(&request, &letters, crowd.backend(), now));
                    let walked = |first_name| {
                        let hits = Hits { number: u64::MAX, first_name };
                        select_walked(&request, &letters, &hits, crowd.backend(), now)
                    };
                    ways.extend(walked(None));
                    ways.extend(tally.hits.clone().and_then(|hits| walked(hits.first_name)));
                }
                let page: Vec<Model> = read_page(readers, &request, &tally, now).await.expect("reads");
                let found: Vec<Id> = page.into_iter().map(|row| row.id).collect();
                assert_eq!(found, expected, "{search} {status:?} {role:?}, as it is answered");
                for (number, way) in ways.into_iter().enumerate() {
                    let found: Vec<Id> =
                        way.all(readers).await.expect("reads").into_iter().map(|row| row.id).collect();
                    assert_eq!(found, expected, "{search} {status:?} {role:?}, way {number}");
                }
            }
        }
    }
}

#[tokio::test]
async fn every_way_to_count_counts_what_looking_at_everybody_counts() {
    for crowd in Crowd::on_every_engine(400, 12).await {
        compare_ways_to_count(&crowd).await;
    }
}

async fn compare_ways_to_count(crowd: &Crowd) {
    let (rows, readers, now) = (crowd.rows().await, crowd.database.readers(), crowd.now);
    for search in [None, Some("ana"), Some("an"), Some("小"), Some("clinic.example"), Some("nobody at all")]
    {
        for status in EVERY_STATUS {
            let filter = Filter { search: search.map(str::to_owned), status, ..Filter::default() };
            let everything =
                ListRequest { filter, limit: 1_000, wants_counts: true, ..ListRequest::default() };
            let of = |status| {
                let filter = Filter { status, ..everything.filter.clone() };
                look_at_all(&rows, &ListRequest { filter, ..everything.clone() }, now).len() as u64
            };
            let request = ListRequest { wants_total: true, ..everything.clone() };
            let tally = count(readers, &request, now).await.expect("counts");
            let counts = tally.counts.expect("was wanted");
            assert_eq!(tally.total, Some(of(status)), "{search:?} {status:?}");
            let counted = [
                counts.all,
                counts.active,
                counts.inactive,
                counts.locked,
                counts.never_signed_in,
                counts.must_change_password,
            ];
            assert_eq!(counted, EVERY_STATUS.map(of), "{search:?}");
            let admins = Filter { status: None, role: Some(Role::Admin), ..everything.filter.clone() };
            let admins = ListRequest { filter: admins, ..everything.clone() };
            assert_eq!(counts.administrators, look_at_all(&rows, &admins, now).len() as u64);
        }
    }
}

#[tokio::test]
async fn pages_of_hits_give_everybody_once_in_the_order_of_one_long_page() {
    for crowd in Crowd::on_every_engine(300, 13).await {
        turn_pages_of_hits(&crowd).await;
    }
}

async fn turn_pages_of_hits(crowd: &Crowd) {
    let (readers, now) = (crowd.database.readers(), crowd.now);
    for search in ["ana", "marta", "clinic", "\u{200d}we", "فاطمة"] {
        for (order, status) in
            [(Order::Asc, None), (Order::Desc, None), (Order::Desc, Some(StatusFilter::Active))]
        {
            let filter = Filter { status, ..self::search(search) };
            let whole = ListRequest { filter, order, limit: 1_000, ..ListRequest::default() };
            let letters = Letters::of_filter(&whole.filter).expect("three letters");
            let read = async |request: &ListRequest| {
                select_hits(request, &letters, crowd.backend(), now).all(readers).await.expect("reads")
            };
            let expected = read(&whole).await;
            assert!(expected.len() > 20, "{search}");
            for limit in [1, 7, 40] {
                let mut request = ListRequest { limit, ..whole.clone() };
                let mut seen = Vec::new();
                loop {
                    let mut page = read(&request).await;
                    let hits = count(readers, &request, now).await.expect("counts").hits.expect("are known");
                    let many = Hits { number: u64::MAX, ..hits };
                    if let Some(walked) = select_walked(&request, &letters, &many, crowd.backend(), now) {
                        let walked = walked.all(readers).await.expect("reads");
                        assert_eq!(walked, page, "{search} {order:?} {limit}");
                    }
                    let has_more = page.len() > usize::from(limit);
                    page.truncate(usize::from(limit));
                    request.after = page.last().map(|row| Cursor::at(row, request.sort));
                    seen.extend(page);
                    if !has_more {
                        break;
                    }
                }
                assert_eq!(seen, expected, "{search} {order:?} {limit}");
            }
        }
    }
}
