//! One page of rows: the filter, the place to go on at, the order, and one row more than was asked for,
//! which tells whether there is a next page.
//!
//! There are three ways to a page, and the counts say which is short. Where most accounts match, walking along
//! an index of the wanted order soon fills it. Where few match, they are found by an index of the filter and
//! sorted. The hits of a search are found by their letters and sorted, as long as they are not too many; of many,
//! a part of the order is walked first, because hits may stand anywhere in it and also all at its far end. In the
//! order of names PostgreSQL learns where the first of them stands while it counts them, and begins there; SQLite
//! finds those of the page among any number of hits: see [`crate::users::list::places`].

use sea_orm::sea_query::{Expr, Func, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use voiceassist_contract::Time;
use voiceassist_contract::accounts::SortKey;

use crate::tables::account_index::AccountSearch;
use crate::tables::users::{Column, Entity, Model};
use crate::users::list::counts::{Hits, Tally};
use crate::users::list::filter::{Reading, hide_from_indexes, matches};
use crate::users::list::flags::Kinds;
use crate::users::list::letters::Letters;
use crate::users::list::order::{begins_at, comes_after, direction, sort_column};
use crate::users::list::places::NamePage;
use crate::users::list::request::ListRequest;

/// So many matches at most are few.
const FEW: u64 = 2_000;

/// So many hits are sorted without trying anything else before, and so far the order is walked for a page of more.
const SOON_SORTED: u64 = 5_000;
const WALKED: u64 = 8_000;

/// The same where the walk reads one index and nothing else, which is as quick as finding as many hits.
const SOON_SORTED_BY_NAME: u64 = 5_000;
const WALKED_BY_NAME: u64 = 10_000;

/// The accounts of a page in one form or another.
pub trait PageRows: Sized {
    /// Reads the accounts that `select` gives in order.
    ///
    /// # Errors
    /// If the database fails.
    fn read<C: ConnectionTrait>(
        connection: &C,
        request: &ListRequest,
        select: Select<Entity>,
    ) -> impl Future<Output = Result<Self, DbErr>> + Send;

    /// How many they are.
    fn number(&self) -> usize;
}

impl PageRows for Vec<Model> {
    async fn read<C: ConnectionTrait>(
        connection: &C,
        _: &ListRequest,
        select: Select<Entity>,
    ) -> Result<Self, DbErr> {
        select.all(connection).await
    }

    fn number(&self) -> usize {
        self.len()
    }
}

/// The page's accounts, and one more if there is a next page. `tally` is what is known of how many there are.
///
/// # Errors
/// If the database fails.
pub async fn read_page<R: PageRows, C: ConnectionTrait>(
    connection: &C,
    request: &ListRequest,
    tally: &Tally,
    now: Time,
) -> Result<R, DbErr> {
    let backend = connection.get_database_backend();
    if let (Some(letters), Some(hits)) = (Letters::of_filter(&request.filter), &tally.hits) {
        if let Some(select) = select_walked(request, &letters, hits, backend, now) {
            let rows = R::read(connection, request, select).await?;
            if rows.number() > usize::from(request.limit) {
                return Ok(rows);
            }
        }
        return R::read(connection, request, select_hits(request, &letters, backend, now)).await;
    }
    let are_few = tally.total.is_some_and(|total| total <= FEW);
    let reading = if are_few { Reading::Among } else { Reading::Along };
    R::read(connection, request, select_page(request, reading, now)).await
}

/// The page, found by an index of the filter or along one of the order.
pub(super) fn select_page(request: &ListRequest, reading: Reading, now: Time) -> Select<Entity> {
    let sorted_by = sort_column(request.sort);
    let expression = match reading {
        Reading::Along => sorted_by.into_expr(),
        Reading::Among => hide_from_indexes(sorted_by),
    };
    let order = direction(request.sort, request.order);
    Entity::find()
        .filter(matches(&request.filter, now, reading))
        .filter(comes_after(request, sorted_by.into_expr(), Column::Id.into_expr()))
        .order_by(expression, order.clone())
        .order_by(Column::Id, order)
        .limit(u64::from(request.limit) + 1)
}

/// As much of the page as a part of the order gives, if walking it is likely to be quicker than sorting so many
/// hits.
pub(super) fn select_walked(
    request: &ListRequest,
    letters: &Letters,
    hits: &Hits,
    backend: DbBackend,
    now: Time,
) -> Option<Select<Entity>> {
    match (request.sort, Kinds::of_filter(&request.filter)) {
        (SortKey::FullName, Some(_)) if backend == DbBackend::Sqlite => None,
        (SortKey::FullName, Some(kinds)) => {
            let first = hits.first_name.as_deref();
            (hits.number > SOON_SORTED_BY_NAME).then(|| select_walked_by_name(request, letters, kinds, first))
        }
        _ => (hits.number > SOON_SORTED).then(|| select_walked_accounts(request, now)),
    }
}

fn select_walked_accounts(request: &ListRequest, now: Time) -> Select<Entity> {
    let sorted_by = sort_column(request.sort);
    let order = direction(request.sort, request.order);
    let walked = Query::select()
        .columns([Column::Id, Column::SearchKey, Column::IsActive, Column::Role, Column::LastLoginKey])
        .columns([Column::MustChangePassword, Column::LockedUntil, Column::LastLogin, Column::CreatedAt])
        .columns([Column::NameKey, Column::EmailKey])
        .from(Entity)
        .cond_where(comes_after(request, sorted_by.into_expr(), Column::Id.into_expr()))
        .order_by(sorted_by, order.clone())
        .order_by(Column::Id, order.clone())
        .limit(WALKED)
        .take();
    let found = Query::select()
        .column((Entity, Column::Id))
        .from_subquery(walked, Entity)
        .cond_where(matches(&request.filter, now, Reading::Along))
        .order_by((Entity, sorted_by), order.clone())
        .order_by((Entity, Column::Id), order)
        .limit(u64::from(request.limit) + 1)
        .take();
    select_in_order(request, found, Condition::all())
}

/// The same in the narrow rows, which have an index for it.
fn select_walked_by_name(
    request: &ListRequest,
    letters: &Letters,
    kinds: Kinds,
    first: Option<&str>,
) -> Select<Entity> {
    let (name, id) =
        ((AccountSearch::Table, AccountSearch::NameKey), (AccountSearch::Table, AccountSearch::AccountId));
    let order = direction(request.sort, request.order);
    let walked = Query::select()
        .columns([AccountSearch::AccountId, AccountSearch::Flags])
        .columns([AccountSearch::NameKey, AccountSearch::SearchKey])
        .from(AccountSearch::Table)
        .cond_where(comes_after(request, Expr::col(name), Expr::col(id)))
        .cond_where(
            Condition::all().add_option(first.map(|first| begins_at(request, Expr::col(name), first))),
        )
        .order_by(name, order.clone())
        .order_by(id, order.clone())
        .limit(WALKED_BY_NAME)
        .take();
    let found = Query::select()
        .column(id)
        .from_subquery(walked, AccountSearch::Table)
        .cond_where(letters.contained())
        .cond_where(kinds.are(AccountSearch::Table, AccountSearch::Flags))
        .order_by(name, order.clone())
        .order_by(id, order)
        .limit(u64::from(request.limit) + 1)
        .take();
    select_in_order(request, found, Condition::all())
}

/// The page, found by its letters and sorted.
pub(super) fn select_hits(
    request: &ListRequest,
    letters: &Letters,
    backend: DbBackend,
    now: Time,
) -> Select<Entity> {
    let mut found = letters.select_accounts(backend);
    let id = (AccountSearch::Table, AccountSearch::AccountId);
    found.column(id);
    let (SortKey::FullName, Some(kinds)) = (request.sort, Kinds::of_filter(&request.filter)) else {
        let rest = matches(&request.filter.without_search(), now, Reading::Along);
        let sorted_by = sort_column(request.sort).into_expr();
        return select_in_order(
            request,
            found,
            rest.add(comes_after(request, sorted_by, Column::Id.into_expr())),
        );
    };
    // All that this needs stands in the narrow rows. Their index of names would find few hits far apart.
    let name = Expr::col((AccountSearch::Table, AccountSearch::NameKey));
    let name: Expr = Func::coalesce([name.clone(), name]).into();
    let order = direction(request.sort, request.order);
    found.cond_where(comes_after(request, name.clone(), Expr::col(id)));
    found.cond_where(kinds.are(AccountSearch::Table, AccountSearch::Flags));
    if backend == DbBackend::Sqlite {
        let page = NamePage {
            after: request.after.as_ref().and_then(|cursor| cursor.position.as_text()),
            is_backwards: order == sea_orm::Order::Desc,
            most: u64::from(request.limit) + 1,
        };
        found.cond_where(page.numbers(letters, kinds));
    }
    found.order_by_expr(name, order.clone()).order_by(id, order).limit(u64::from(request.limit) + 1);
    select_in_order(request, found, Condition::all())
}

/// The page of the accounts with the ids that `found` gives.
fn select_in_order(request: &ListRequest, found: SelectStatement, condition: Condition) -> Select<Entity> {
    let order = direction(request.sort, request.order);
    Entity::find()
        .filter(Column::Id.in_subquery(found))
        .filter(condition)
        .order_by(hide_from_indexes(sort_column(request.sort)), order.clone())
        .order_by(hide_from_indexes(Column::Id), order)
        .limit(u64::from(request.limit) + 1)
}

#[cfg(test)]
mod tests;
