//! A filter as conditions of the database.

use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr};
use sea_orm::{ColumnTrait, Condition};
use voiceassist_contract::Time;
use voiceassist_contract::accounts::{Role, StatusFilter};

use crate::tables::users::Column;
use crate::users::list::letters::fold;
use crate::users::list::request::Filter;

/// How the accounts that fulfil a filter are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// By whatever index tells which ones they are.
    Among,
    /// One after the other along another order, leaving out who does not fulfil it. Said so that no index of
    /// the filter's columns fits: it would give them all to be sorted, where a page is soon full.
    Along,
}

/// What every shown account fulfils at `now`.
pub fn matches(filter: &Filter, now: Time, reading: Reading) -> Condition {
    matches_search(filter)
        .add_option(filter.status.map(|status| has_status(status, now, reading)))
        .add_option(filter.role.map(|role| has_role(role, reading)))
        .add_option(filter.inactive_since.map(is_inactive_since))
}

/// What every account fulfils that the search finds, whatever else the filter says.
pub fn matches_search(filter: &Filter) -> Condition {
    Condition::all().add_option(filter.search.as_deref().map(contains))
}

/// Whether an account is in this state at `now`.
pub fn has_status(status: StatusFilter, now: Time, reading: Reading) -> Condition {
    let of = |column| value_of(column, reading);
    match status {
        StatusFilter::Active => Condition::all().add(of(Column::IsActive).eq(true)),
        StatusFilter::Inactive => Condition::all().add(of(Column::IsActive).eq(false)),
        StatusFilter::Locked => Condition::all().add(of(Column::LockedUntil).gt(now)),
        StatusFilter::NeverSignedIn => {
            Condition::all().add(of(Column::IsActive).eq(true)).add(of(Column::LastLoginKey).eq(0))
        }
        // In these words its index is defined.
        StatusFilter::MustChangePassword => {
            Condition::all().add(of(Column::MustChangePassword).eq(Expr::cust("TRUE")))
        }
    }
}

/// Whether an account has this role; a word that this version does not know gives no right.
pub fn has_role(role: Role, reading: Reading) -> Expr {
    match role {
        Role::Admin => value_of(Column::Role, reading).eq(Role::Admin.as_str()),
        Role::User => value_of(Column::Role, reading).ne(Role::Admin.as_str()),
    }
}

fn value_of(column: Column, reading: Reading) -> Expr {
    match reading {
        Reading::Among => column.into_expr(),
        Reading::Along => hide_from_indexes(column),
    }
}

/// The column's value, said so that no index fits.
pub fn hide_from_indexes(column: Column) -> Expr {
    Func::coalesce([column.into_expr(), column.into_expr()]).into()
}

fn is_inactive_since(time: Time) -> Condition {
    let never = Condition::all().add(Column::LastLogin.is_null()).add(Column::CreatedAt.lt(time));
    Condition::any().add(Column::LastLogin.lt(time)).add(never)
}

fn contains(search: &str) -> Condition {
    let found = |letters: &String| Expr::col(Column::SearchKey).like(containing(letters));
    fold(search).iter().fold(Condition::any(), |any, letters| any.add(found(letters)))
}

/// The pattern of everything that has these letters somewhere.
pub fn containing(letters: &str) -> LikeExpr {
    let escaped = letters.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    LikeExpr::new(format!("%{escaped}%")).escape('\\')
}
