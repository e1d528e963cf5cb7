//! What the database writes is what this program would have written.

use super::*;
use crate::accounts::to_account;
use crate::tables::users::Model;
use crate::users::list::counts::Tally;
use crate::users::list::crowd::Crowd;
use crate::users::list::rows::read_page;
use voiceassist_contract::accounts::{Account, Order};

#[tokio::test]
async fn a_listed_page_is_byte_for_byte_the_page_of_its_rows_in_every_order() {
    for crowd in Crowd::on_every_engine(60, 7).await {
        compare_every_order(&crowd).await;
    }
}

#[tokio::test]
async fn a_page_shows_what_the_rows_say_whoever_wrote_them() {
    for crowd in Crowd::on_every_engine(60, 8).await {
        let transaction = crowd.database.begin_write().await.expect("begins");
        let by_hand = "UPDATE users SET is_active = NOT is_active, failed_sign_ins = failed_sign_ins - 4,
                       last_failure_address = NULL, locked_until = last_failure_at, last_login = NULL
                       WHERE role = 'user'";
        let changed = transaction.execute_unprepared(by_hand).await.expect("updates").rows_affected();
        assert!(changed > 30, "{changed}");
        for row in crowd.rows().await {
            transaction.note_change(row.id);
        }
        transaction.commit().await.expect("commits");
        compare_every_order(&crowd).await;
    }
}

async fn compare_every_order(crowd: &Crowd) {
    let readers = crowd.database.readers();
    let sorts = [
        SortKey::FullName,
        SortKey::Email,
        SortKey::Role,
        SortKey::Status,
        SortKey::LastLogin,
        SortKey::CreatedAt,
    ];
    for sort in sorts {
        for (limit, order) in [(7, Order::Asc), (59, Order::Desc), (60, Order::Asc), (200, Order::Desc)] {
            let request = ListRequest { sort, order, limit, ..ListRequest::default() };
            let limit = usize::from(limit);
            let tally = Tally::default();
            let mut rows: Vec<Model> = read_page(readers, &request, &tally, crowd.now).await.expect("reads");
            let has_more = rows.len() > limit;
            rows.truncate(limit);
            let accounts: Vec<Account> = rows.iter().map(|row| to_account(row, None)).collect();
            let next = rows.last().filter(|_| has_more).map(|row| Cursor::at(row, sort));

            let listed: ListedAccounts =
                read_page(readers, &request, &tally, crowd.now).await.expect("reads");
            let (items, cursor) = listed.into_items(sort, limit).expect("is what was asked for");
            assert_eq!(format!("[{items}]"), serde_json::to_string(&accounts).expect("serialises"));
            assert_eq!(cursor, next, "{sort:?} {limit}");
        }
    }
}

#[tokio::test]
async fn a_page_of_nobody_is_empty() {
    let crowd = Crowd::on_sqlite(0, 7).await;
    let request = ListRequest { limit: 50, ..ListRequest::default() };
    let listed: ListedAccounts =
        read_page(crowd.database.readers(), &request, &Tally::default(), crowd.now).await.expect("reads");
    assert_eq!(listed.into_items(request.sort, 50).expect("is empty"), (String::new(), None));
}
