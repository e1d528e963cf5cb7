//! Every query of a list finds its rows through an index, on every engine.

use sea_orm::{ConnectionTrait, DbBackend, QueryTrait, Select, Statement};
use voiceassist_contract::Id;
use voiceassist_contract::accounts::{Order, Role, SortKey, StatusFilter};

use crate::sessions::lookup::find_session;
use crate::tables::users::Entity;
use crate::users::list::counts::{Hits, select_counts};
use crate::users::list::crowd::Crowd;
use crate::users::list::cursor::{Cursor, Position};
use crate::users::list::filter::Reading;
use crate::users::list::flags::Kinds;
use crate::users::list::letters::Letters;
use crate::users::list::request::{Filter, ListRequest};
use crate::users::list::rows::{select_hits, select_page, select_walked};

const EVERY_SORT: [SortKey; 6] = [
    SortKey::FullName,
    SortKey::Email,
    SortKey::Role,
    SortKey::Status,
    SortKey::LastLogin,
    SortKey::CreatedAt,
];

/// Letters that few have: those of a third of so few accounts, PostgreSQL would find by reading all of them.
const RARE: &str = "zzq";

impl Crowd {
    /// How the engine reads the answer to a query, step by step.
    async fn explain(&self, mut query: Statement) -> Vec<String> {
        let is_sqlite = self.backend() == DbBackend::Sqlite;
        let (begin, column) =
            if is_sqlite { ("EXPLAIN QUERY PLAN", "detail") } else { ("EXPLAIN", "QUERY PLAN") };
        query.sql = format!("{begin} {}", query.sql);
        let transaction = self.database.begin_write().await.expect("begins");
        if !is_sqlite {
            // Of so few accounts it would read all, and sort them, whatever index there is; or read the list of
            // new letters, which has all of theirs.
            let rules = "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; \
                         SET LOCAL enable_indexonlyscan = off; \
                         SELECT gin_clean_pending_list('account_letters'); ANALYZE users, account_search";
            transaction.execute_unprepared(rules).await.expect("sets");
        }
        let rows = transaction.query_all_raw(query).await.expect("explains");
        rows.iter().map(|row| row.try_get("", column).expect("a step")).collect()
    }

    async fn explain_select(&self, select: &Select<Entity>) -> Vec<String> {
        self.explain(select.build(self.backend())).await
    }
}

fn a_later_page(sort: SortKey, order: Order) -> ListRequest {
    let position = match sort {
        SortKey::Status => Position::Flag(true),
        SortKey::LastLogin | SortKey::CreatedAt => Position::Moment(1_790_000_000_000),
        _ => Position::Text("m".to_owned()),
    };
    let after = Some(Cursor { position, id: Id::from_u128(7) });
    ListRequest { sort, order, after, limit: 50, ..ListRequest::default() }
}

fn search(letters: &str) -> Filter {
    Filter { search: Some(letters.to_owned()), ..Filter::default() }
}

fn has(plan: &[String], words: &str) -> bool {
    plan.iter().any(|step| step.contains(words))
}

/// Whether a step reads a whole table of accounts, and not a part of it that goes by the same name.
fn reads_a_table(plan: &[String]) -> bool {
    let is_part = has(plan, "CO-ROUTINE users");
    plan.iter().any(|step| {
        step.contains("Seq Scan on users")
            || step.contains("Seq Scan on account_search")
            || step.starts_with("SCAN users") && !step.contains("USING INDEX") && !is_part
            || step.starts_with("SCAN account_search")
    })
}

#[tokio::test]
async fn every_order_finds_its_place_in_an_index_and_sorts_nothing() {
    for crowd in Crowd::on_every_engine(0, 1).await {
        for sort in EVERY_SORT {
            for order in [Order::Asc, Order::Desc] {
                let select = select_page(&a_later_page(sort, order), Reading::Along, crowd.now);
                let plan = crowd.explain_select(&select).await;
                match crowd.backend() {
                    DbBackend::Sqlite => {
                        assert!(
                            plan.len() == 1 && plan[0].starts_with("SEARCH users USING"),
                            "{sort:?}: {plan:?}"
                        );
                    }
                    _ => {
                        let is_sought = has(&plan, "Index Scan") && has(&plan, "Index Cond: (ROW(");
                        assert!(is_sought && !has(&plan, "Sort"), "{sort:?}: {plan:#?}");
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn a_filter_that_many_fulfil_is_read_along_the_order_and_one_of_few_by_its_own_index() {
    let status = |status| Filter { status: Some(status), ..Filter::default() };
    let cases = [
        (status(StatusFilter::Active), "users_by_status"),
        (status(StatusFilter::Inactive), "users_by_status"),
        (status(StatusFilter::Locked), "users_by_lock"),
        (status(StatusFilter::NeverSignedIn), "users_by_"),
        (status(StatusFilter::MustChangePassword), "users_to_change_password"),
        (Filter { role: Some(Role::Admin), ..Filter::default() }, "users_by_role"),
    ];
    for crowd in Crowd::on_every_engine(0, 1).await {
        for (filter, index) in &cases {
            let request = ListRequest { filter: filter.clone(), limit: 50, ..ListRequest::default() };
            let along = crowd.explain_select(&select_page(&request, Reading::Along, crowd.now)).await;
            assert!(has(&along, "users_by_name") && !reads_a_table(&along), "{along:#?}");
            let among = crowd.explain_select(&select_page(&request, Reading::Among, crowd.now)).await;
            assert!(has(&among, index) && !reads_a_table(&among), "{among:#?}");
        }
    }
}

#[tokio::test]
async fn hits_of_a_search_are_found_by_their_letters_in_every_order() {
    for crowd in Crowd::on_every_engine(400, 1).await {
        for sort in EVERY_SORT {
            for status in [None, Some(StatusFilter::Inactive), Some(StatusFilter::Locked)] {
                let filter = Filter { status, ..search(RARE) };
                let request = ListRequest { filter, ..a_later_page(sort, Order::Asc) };
                let letters = Letters::of_filter(&request.filter).expect("three letters");
                let hits = select_hits(&request, &letters, crowd.backend(), crowd.now);
                let plan = crowd.explain_select(&hits).await;
                assert!(has(&plan, "account_letters") && !reads_a_table(&plan), "{sort:?}: {plan:#?}");
                let many = Hits { number: u64::MAX, first_name: Some("m".to_owned()) };
                let walked = select_walked(&request, &letters, &many, crowd.backend(), crowd.now);
                let Some(walked) = walked else { continue };
                let plan = crowd.explain_select(&walked).await;
                assert!(!reads_a_table(&plan), "{sort:?}: {plan:#?}");
            }
        }
    }
}

#[tokio::test]
async fn accounts_are_counted_without_looking_at_them() {
    for crowd in Crowd::on_every_engine(400, 1).await {
        let kinds = Some(Kinds::of_role(Role::Admin));
        for (filter, read) in [(search(RARE), "account_letters"), (Filter::default(), "account_counts")] {
            let select = select_counts(&filter, kinds, true, crowd.backend());
            let plan = crowd.explain(crowd.backend().build(&select)).await;
            assert!(has(&plan, read) && !reads_a_table(&plan), "{plan:#?}");
        }
    }
}

#[tokio::test]
async fn a_session_is_looked_up_by_its_id_and_its_account_by_its_own() {
    for crowd in Crowd::on_every_engine(0, 1).await {
        let plan = crowd.explain(find_session(Id::from_u128(7)).build(crowd.backend())).await;
        let is_whole = |step: &String| step.contains("Seq Scan") || step.starts_with("SCAN");
        assert!(!plan.iter().any(is_whole), "{plan:#?}");
    }
}
