//! Reading events: newest first, from one index whatever the filter, as many as there are to count but no more.
//!
//! The order is that of time, and of the chain where times are the same. After a clock went back, the two
//! differ; `sequence` then tells what was written first.

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};

use crate::tables::audit_events::{Column, Entity, Model};
use crate::tables::audit_head;
use crate::trail::cursor::Cursor;
use crate::trail::filter::Filter;

/// Matches are counted up to here.
const MOST_COUNTED: u64 = 100_000;

/// The first `limit` events after `after` that the filter shows.
///
/// # Errors
/// If the database fails.
pub async fn read_events<C: ConnectionTrait>(
    connection: &C,
    filter: &Filter,
    after: Option<Cursor>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    select_events(filter, after, limit).all(connection).await
}

/// How many events the filter shows, if they are not too many to count.
///
/// # Errors
/// If the database fails.
pub async fn count_events<C: ConnectionTrait>(connection: &C, filter: &Filter) -> Result<Option<u64>, DbErr> {
    if filter.is_empty() {
        // The chain has no gaps, so its end is its length.
        let head = audit_head::Entity::find_by_id(audit_head::ONLY_ID).one(connection).await?;
        return Ok(head.and_then(|head| u64::try_from(head.sequence).ok()));
    }
    let matching = select_matching(filter).limit(MOST_COUNTED + 1).into_query();
    let count =
        Query::select().expr_as(Expr::val(1).count(), "counted").from_subquery(matching, "matching").take();
    let row = connection.query_one(&count).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("a count".to_owned()))?;
    let counted = u64::try_from(row.try_get::<i64>("", "counted")?).unwrap_or(0);
    Ok((counted <= MOST_COUNTED).then_some(counted))
}

fn select_matching(filter: &Filter) -> Select<Entity> {
    Entity::find().select_only().column(Column::Sequence).filter(filter.matches())
}

fn select_events(filter: &Filter, after: Option<Cursor>, limit: u64) -> Select<Entity> {
    // Whatever follows on an event is before `until` as that was; said twice, it would hide the place.
    let until = filter.until.filter(|until| after.is_none_or(|cursor| cursor.at >= *until));
    let mut select = Entity::find()
        .filter(Filter { until, ..filter.clone() }.matches())
        .order_by_desc(Column::At)
        .order_by_desc(Column::Sequence)
        .limit(limit);
    if let Some(Cursor { at, sequence }) = after {
        // Compared as one, time and place are found in the index at once.
        let place = Expr::tuple([Expr::col(Column::At), Expr::col(Column::Sequence)]);
        select = select.filter(place.lt(Expr::tuple([Expr::value(at), Expr::value(sequence)])));
    }
    select
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Database;
    use sea_orm::{DbBackend, Statement};
    use voiceassist_contract::Id;

    /// Every filter there can be.
    fn filters() -> impl Iterator<Item = Filter> {
        let moment = chrono::DateTime::from_timestamp(1_790_000_000, 0).expect("in range");
        (0..32_u8).map(move |bits| {
            let is_set = |bit: u8| bits & (1 << bit) != 0;
            Filter {
                actor: is_set(0).then(|| Id::from_u128(7)),
                action: is_set(1).then_some("sign_in"),
                target: is_set(2).then(|| Id::from_u128(8).to_string()),
                since: is_set(3).then_some(moment),
                // A page goes on at an event that the filter shows, which is before this.
                until: is_set(4).then_some(moment + chrono::Duration::days(1)),
            }
        })
    }

    async fn explain(database: &Database, select: Select<Entity>) -> Vec<String> {
        let query = select.build(DbBackend::Sqlite);
        let sql = format!("EXPLAIN QUERY PLAN {}", query.sql);
        let values = query.values.expect("the query has values");
        let statement = Statement::from_sql_and_values(DbBackend::Sqlite, sql, values);
        let rows = database.readers().query_all_raw(statement).await.expect("explains");
        rows.iter().map(|row| row.try_get("", "detail").expect("a detail")).collect()
    }

    #[tokio::test]
    async fn every_filter_finds_its_place_in_one_index_and_sorts_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::open_sqlite(&folder.path().join("a.sqlite")).await.expect("opens");
        database.migrate().await.expect("migrates");
        let at = chrono::DateTime::from_timestamp(1_790_000_000, 0).expect("in range");
        for filter in filters() {
            let plan = explain(&database, select_events(&filter, Some(Cursor { at, sequence: 9 }), 50)).await;
            let is_found = plan.len() == 1
                && plan[0].starts_with("SEARCH audit_events USING INDEX audit_events_")
                && plan[0].contains("(at,sequence)<(?,?)");
            let equal = [filter.actor.is_some(), filter.action.is_some(), filter.target.is_some()];
            let equal = equal.into_iter().filter(|is_set| *is_set).count();
            // Of three columns that must be equal, two lead to few enough.
            let is_exact = plan[0].matches("=?").count() >= equal.min(2);
            assert!(is_found && is_exact, "{filter:?}: {plan:?}");
        }
    }

    #[tokio::test]
    async fn matches_are_counted_in_an_index_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::open_sqlite(&folder.path().join("a.sqlite")).await.expect("opens");
        database.migrate().await.expect("migrates");
        for filter in filters().filter(|filter| !filter.is_empty()) {
            let equal = [filter.actor.is_some(), filter.action.is_some(), filter.target.is_some()];
            if equal == [true; 3] {
                continue;
            }
            let plan = explain(&database, select_matching(&filter).limit(7)).await;
            let is_found = plan.len() == 1 && plan[0].starts_with("SEARCH audit_events USING COVERING INDEX");
            assert!(is_found, "{filter:?}: {plan:?}");
        }
    }
}
