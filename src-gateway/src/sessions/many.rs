//! The sessions of many accounts, counted and ended with one statement each.

use std::collections::HashMap;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use voiceassist_contract::{Id, Time};

use super::{EndReason, are_live};
use crate::database::write::WriteTransaction;
use crate::tables::sessions;

/// How many live sessions each of these accounts has; one without any is left out. The session `spared` does
/// not count.
///
/// # Errors
/// If the database fails.
pub async fn count_live_of_each<C: ConnectionTrait>(
    connection: &C,
    accounts: &[Id],
    spared: Option<Id>,
    now: Time,
) -> Result<HashMap<Id, u64>, DbErr> {
    let counted: Vec<(Id, i64)> = sessions::Entity::find()
        .select_only()
        .column(sessions::Column::UserId)
        .column_as(sessions::Column::Id.count(), "live")
        .filter(of_each(accounts, spared, now))
        .group_by(sessions::Column::UserId)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(counted.into_iter().map(|(account, live)| (account, u64::try_from(live).unwrap_or(0))).collect())
}

/// Ends the live sessions of these accounts but `spared`, without events: those are the caller's.
///
/// # Errors
/// If the database fails.
pub async fn mark_ended_of_each(
    transaction: &WriteTransaction,
    accounts: &[Id],
    spared: Option<Id>,
    reason: EndReason,
    now: Time,
) -> Result<(), DbErr> {
    for account in accounts {
        transaction.note_restriction(*account);
    }
    sessions::Entity::update_many()
        .col_expr(sessions::Column::EndedAt, Expr::value(now))
        .col_expr(sessions::Column::EndReason, Expr::value(reason.as_str()))
        .filter(of_each(accounts, spared, now))
        .exec(transaction)
        .await?;
    Ok(())
}

fn of_each(accounts: &[Id], spared: Option<Id>, now: Time) -> Condition {
    are_live(now)
        .add(sessions::Column::UserId.is_in(accounts.iter().copied()))
        .add_option(spared.map(|spared| sessions::Column::Id.ne(spared)))
}
