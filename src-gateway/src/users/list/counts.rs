//! How many accounts match: in all, and by status. Everything that is wanted is counted in one query.

use sea_orm::sea_query::{Expr, Func, IntoCondition};
use sea_orm::{
    ConnectionTrait, DbErr, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QuerySelect, Select,
};
use voiceassist_contract::Time;
use voiceassist_contract::accounts::{Role, StatusCounts, StatusFilter};

use crate::tables::users::Entity;
use crate::users::list::filter::{has_role, has_status, matches, matches_search};
use crate::users::list::request::ListRequest;

#[derive(FromQueryResult)]
struct Counted {
    matching: i64,
    everybody: i64,
    active: i64,
    inactive: i64,
    administrators: i64,
    locked: i64,
    never_signed_in: i64,
    must_change_password: i64,
}

/// The total and the counts by status, as far as they are wanted.
///
/// # Errors
/// If the database fails.
pub async fn count<C: ConnectionTrait>(
    connection: &C,
    request: &ListRequest,
    now: Time,
) -> Result<(Option<u64>, Option<StatusCounts>), DbErr> {
    if !request.wants_counts {
        if !request.wants_total {
            return Ok((None, None));
        }
        let total = Entity::find().filter(matches(&request.filter, now)).count(connection).await?;
        return Ok((Some(total), None));
    }
    let counted = select_counts(request, now).into_model::<Counted>().one(connection).await?;
    let counted = counted.ok_or_else(|| DbErr::RecordNotFound("a row of counts".to_owned()))?;
    let total = request.wants_total.then(|| natural(counted.matching));
    let counts = StatusCounts {
        all: natural(counted.everybody),
        active: natural(counted.active),
        inactive: natural(counted.inactive),
        administrators: natural(counted.administrators),
        locked: natural(counted.locked),
        never_signed_in: natural(counted.never_signed_in),
        must_change_password: natural(counted.must_change_password),
    };
    Ok((total, Some(counts)))
}

fn select_counts(request: &ListRequest, now: Time) -> Select<Entity> {
    let status = |status| count_if(has_status(status, now));
    Entity::find()
        .select_only()
        .filter(matches_search(&request.filter))
        .expr_as(count_if(matches(&request.filter, now)), "matching")
        .expr_as(Func::count(Expr::value(1)), "everybody")
        .expr_as(status(StatusFilter::Active), "active")
        .expr_as(status(StatusFilter::Inactive), "inactive")
        .expr_as(count_if(has_role(Role::Admin)), "administrators")
        .expr_as(status(StatusFilter::Locked), "locked")
        .expr_as(status(StatusFilter::NeverSignedIn), "never_signed_in")
        .expr_as(status(StatusFilter::MustChangePassword), "must_change_password")
}

/// Counts the rows that fulfil the condition; `COUNT` leaves out the others, which are null.
fn count_if(condition: impl IntoCondition) -> Expr {
    Func::count(Expr::case(condition, 1)).into()
}

fn natural(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
