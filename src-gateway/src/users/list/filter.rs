//! A filter as conditions of the database.

use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr};
use sea_orm::{ColumnTrait, Condition};
use voiceassist_contract::Time;
use voiceassist_contract::accounts::{Role, StatusFilter};
use voiceassist_contract::email::comparison_key;

use crate::accounts::name_key;
use crate::tables::users::Column;
use crate::users::list::request::Filter;

/// What every shown account fulfils at `now`.
pub fn matches(filter: &Filter, now: Time) -> Condition {
    matches_search(filter)
        .add_option(filter.status.map(|status| has_status(status, now)))
        .add_option(filter.role.map(has_role))
        .add_option(filter.inactive_since.map(is_inactive_since))
}

/// What every account fulfils that the search finds, whatever else the filter says.
pub fn matches_search(filter: &Filter) -> Condition {
    Condition::all().add_option(filter.search.as_deref().map(contains))
}

/// Whether an account is in this state at `now`.
pub fn has_status(status: StatusFilter, now: Time) -> Condition {
    // Said so that no index fits: most accounts are active, and walking along the wanted order finds a page
    // of them at once, where an index would give them all to be sorted.
    let is_active = Column::IsActive.ne(false);
    match status {
        StatusFilter::Active => Condition::all().add(is_active),
        StatusFilter::Inactive => Condition::all().add(Column::IsActive.eq(false)),
        StatusFilter::Locked => Condition::all().add(Column::LockedUntil.gt(now)),
        StatusFilter::NeverSignedIn => Condition::all().add(is_active).add(Column::LastLoginKey.eq(0)),
        StatusFilter::MustChangePassword => Condition::all().add(Column::MustChangePassword.eq(true)),
    }
}

/// Whether an account has this role; a word that this version does not know gives no right.
pub fn has_role(role: Role) -> Expr {
    match role {
        Role::Admin => Column::Role.eq(Role::Admin.as_str()),
        Role::User => Column::Role.ne(Role::Admin.as_str()),
    }
}

fn is_inactive_since(time: Time) -> Condition {
    let never = Condition::all().add(Column::LastLogin.is_null()).add(Column::CreatedAt.lt(time));
    Condition::any().add(Column::LastLogin.lt(time)).add(never)
}

fn contains(search: &str) -> Condition {
    let (as_name, as_email) = (name_key(search), comparison_key(search));
    let found = |key: &str| Expr::col(Column::SearchKey).like(containing(key));
    let mut condition = Condition::any().add(found(&as_name));
    // Names and addresses are folded in two ways, which for most letters are the same.
    if as_email != as_name {
        condition = condition.add(found(&as_email));
    }
    condition
}

fn containing(letters: &str) -> LikeExpr {
    let escaped = letters.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    LikeExpr::new(format!("%{escaped}%")).escape('\\')
}
