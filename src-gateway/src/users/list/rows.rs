//! One page of rows: the filter, the place to go on at, the order, and one row more than was asked for,
//! which tells whether there is a next page.

use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use voiceassist_contract::Time;
use voiceassist_contract::accounts::{Order, SortKey};

use crate::tables::users::{Column, Entity, Model};
use crate::users::list::filter::matches;
use crate::users::list::request::ListRequest;

/// So many matches at most are few: they are found by reading the table once, and then sorted. Walking
/// along the wanted order until a page is full would look most accounts up one by one, only to leave
/// them out.
const FEW: u64 = 10_000;

/// The page's rows, and one more if there is a next page. `total` is how many match, if that is known.
///
/// # Errors
/// If the database fails.
pub async fn read_page<C: ConnectionTrait>(
    connection: &C,
    request: &ListRequest,
    total: Option<u64>,
    now: Time,
) -> Result<Vec<Model>, DbErr> {
    let are_few = total.is_some_and(|total| total <= FEW);
    select_page(request, are_few, now).all(connection).await
}

fn select_page(request: &ListRequest, are_few: bool, now: Time) -> Select<Entity> {
    let column = sort_column(request.sort);
    let direction = direction(request.sort, request.order);
    let mut select = Entity::find()
        .filter(matches(&request.filter, now))
        .order_by(sorted_by(column, are_few), direction.clone())
        .order_by(Column::Id, direction.clone())
        .limit(u64::from(request.limit) + 1);
    let position =
        request.after.as_ref().and_then(|cursor| Some((cursor.to_value(request.sort)?, cursor.id)));
    if let Some((value, id)) = position {
        // Compared as one, sorted value and id are found in the index at once.
        let place = Expr::tuple([Expr::col(column), Expr::col(Column::Id)]);
        let last = Expr::tuple([Expr::value(value), Expr::value(id)]);
        let comes_after = match direction {
            sea_orm::Order::Desc => place.lt(last),
            _ => place.gt(last),
        };
        select = select.filter(comes_after);
    }
    select
}

/// The column, or for few rows the same value said so that no index fits.
fn sorted_by(column: Column, are_few: bool) -> Expr {
    if are_few { Func::coalesce([Expr::col(column), Expr::col(column)]).into() } else { Expr::col(column) }
}

fn sort_column(sort: SortKey) -> Column {
    match sort {
        SortKey::FullName => Column::NameKey,
        SortKey::Email => Column::EmailKey,
        SortKey::Role => Column::Role,
        SortKey::Status => Column::IsActive,
        SortKey::LastLogin => Column::LastLoginKey,
        SortKey::CreatedAt => Column::CreatedAt,
    }
}

/// The direction in the database. Active accounts come before inactive ones, so there it is the other one.
fn direction(sort: SortKey, order: Order) -> sea_orm::Order {
    let is_reversed = sort == SortKey::Status;
    if (order == Order::Desc) == is_reversed { sea_orm::Order::Asc } else { sea_orm::Order::Desc }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Database;
    use crate::users::list::cursor::{Cursor, Position};
    use sea_orm::{DbBackend, QueryTrait, Statement};
    use voiceassist_contract::Id;

    const EVERY_SORT: [SortKey; 6] = [
        SortKey::FullName,
        SortKey::Email,
        SortKey::Role,
        SortKey::Status,
        SortKey::LastLogin,
        SortKey::CreatedAt,
    ];

    fn a_later_page(sort: SortKey, order: Order) -> ListRequest {
        let position = match sort {
            SortKey::Status => Position::Flag(true),
            SortKey::LastLogin | SortKey::CreatedAt => Position::Moment(1_790_000_000_000),
            _ => Position::Text("m".to_owned()),
        };
        let after = Some(Cursor { position, id: Id::from_u128(7) });
        ListRequest { sort, order, after, limit: 50, ..ListRequest::default() }
    }

    #[tokio::test]
    async fn every_order_finds_its_place_in_an_index_and_sorts_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::open_sqlite(&folder.path().join("a.sqlite")).await.expect("opens");
        database.migrate().await.expect("migrates");
        let now = chrono::DateTime::from_timestamp(1_790_000_000, 0).expect("in range");
        for sort in EVERY_SORT {
            for order in [Order::Asc, Order::Desc] {
                let query = select_page(&a_later_page(sort, order), false, now).build(DbBackend::Sqlite);
                let explain = format!("EXPLAIN QUERY PLAN {}", query.sql);
                let values = query.values.expect("the query has values");
                let statement = Statement::from_sql_and_values(DbBackend::Sqlite, explain, values);
                let rows = database.readers().query_all_raw(statement).await.expect("explains");
                let plan: Vec<String> =
                    rows.iter().map(|row| row.try_get("", "detail").expect("a detail")).collect();
                assert!(plan.len() == 1 && plan[0].starts_with("SEARCH users USING"), "{sort:?}: {plan:?}");
            }
        }
    }
}
