//! The order of a list: what it is sorted by, in which direction, and where the next page begins.

use sea_orm::Condition;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, Func, FunctionCall, IntoCondition};
use voiceassist_contract::accounts::{Order, SortKey};

use crate::tables::account_index::AccountSearch;
use crate::tables::users::Column;
use crate::users::list::flags::Kinds;
use crate::users::list::request::ListRequest;

/// Whether an account comes after the page before. Compared as one, sorted value and id are found in an index
/// at once.
pub(super) fn comes_after(request: &ListRequest, sorted_by: Expr, id: Expr) -> Condition {
    let position =
        request.after.as_ref().and_then(|cursor| Some((cursor.to_value(request.sort)?, cursor.id)));
    let Some((value, last_id)) = position else { return Condition::all() };
    let place = Expr::tuple([sorted_by, id]);
    let last = Expr::tuple([Expr::value(value), Expr::value(last_id)]);
    match direction(request.sort, request.order) {
        sea_orm::Order::Desc => place.lt(last),
        _ => place.gt(last),
    }
    .into_condition()
}

/// What a list is sorted by.
pub(super) fn sort_column(sort: SortKey) -> Column {
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
pub(super) fn direction(sort: SortKey, order: Order) -> sea_orm::Order {
    let is_reversed = sort == SortKey::Status;
    if (order == Order::Desc) == is_reversed { sea_orm::Order::Asc } else { sea_orm::Order::Desc }
}

/// The name of the first account of these kinds that comes after the page before, of the rows of `account_search` that
/// a statement looks at anyway.
pub(super) fn first_name(request: &ListRequest, kinds: Kinds) -> FunctionCall {
    let name = || Expr::col((AccountSearch::Table, AccountSearch::NameKey));
    let id = Expr::col((AccountSearch::Table, AccountSearch::AccountId));
    let can_come =
        comes_after(request, name(), id).add(kinds.are(AccountSearch::Table, AccountSearch::Flags));
    let of_those = CaseStatement::new().case(can_come, name());
    match direction(request.sort, request.order) {
        sea_orm::Order::Desc => Func::max(of_those),
        _ => Func::min(of_those),
    }
}

/// Whether a name is that one or comes after it.
pub(super) fn begins_at(request: &ListRequest, name: Expr, first: &str) -> Expr {
    match direction(request.sort, request.order) {
        sea_orm::Order::Desc => name.lte(first),
        _ => name.gte(first),
    }
}
