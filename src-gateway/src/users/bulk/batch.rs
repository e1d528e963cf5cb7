//! One batch of accounts, changed in one transaction together with its audit events.

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};
use serde_json::json;
use voiceassist_contract::accounts::bulk::BulkResult;
use voiceassist_contract::{Id, Time};

use crate::access::Administrator;
use crate::accounts::{audit_snapshot, ensure_an_administrator_remains};
use crate::audit::{Action, Event};
use crate::database::write::WriteTransaction;
use crate::problem::Answer;
use crate::sessions::EndReason;
use crate::sessions::many::mark_ended_of_each;
use crate::state::AppState;
use crate::tables::users::{self, Column, Entity};
use crate::users::bulk::request::{BulkRequest, Change};
use crate::users::bulk::verdict::{Verdict, decide, read_accounts, to_result};
use crate::users::update::{action, reason_to_end_sessions};

/// Changes the accounts with these ids, those that may be.
///
/// # Errors
/// If the database fails; nothing of the batch is then changed, unless the commit itself was not answered.
pub(super) async fn change_batch(
    state: &AppState,
    admin: &Administrator,
    request: &BulkRequest,
    ids: &[Id],
) -> Answer<Vec<BulkResult>> {
    let (now, change) = (state.now(), request.change);
    let transaction = state.database.begin_write().await?;
    let rows = read_accounts(&transaction, request, ids, true, now).await?;
    let verdicts = decide(&transaction, admin, request, ids, rows, now).await?;
    let changing = verdicts.iter().filter_map(|(_, verdict)| match verdict {
        Verdict::Change(row, sessions) => Some((row.as_ref(), *sessions)),
        _ => None,
    });
    let changing: Vec<(&users::Model, u64)> = changing.collect();
    if !changing.is_empty() {
        let events = write_changes(&transaction, admin, change, &changing, now).await?;
        if matches!(change, Change::Activity(false) | Change::Role(_)) {
            ensure_an_administrator_remains(&transaction).await?;
        }
        state.record_all(&transaction, events).await?;
        transaction.commit().await?;
    }
    Ok(verdicts.iter().map(|(id, verdict)| to_result(change, *id, verdict)).collect())
}

/// Writes the accounts and their sessions, and gives the events that tell of it.
async fn write_changes(
    transaction: &WriteTransaction,
    admin: &Administrator,
    change: Change,
    changing: &[(&users::Model, u64)],
    now: Time,
) -> Result<Vec<Event>, DbErr> {
    let ids: Vec<Id> = changing.iter().map(|(row, _)| row.id).collect();
    if change != Change::EndSessions {
        update_rows(transaction, change, &ids, now).await?;
    }
    let mut losing = Vec::new();
    let mut reason = EndReason::EndedByAdministrator;
    let mut events = Vec::new();
    let actor = admin.actor();
    for (before, sessions) in changing {
        let after = change.apply(before);
        let ends = match change {
            Change::EndSessions => Some(EndReason::EndedByAdministrator),
            _ => reason_to_end_sessions(before, &after),
        };
        if change != Change::EndSessions {
            let event = Event::new(action(before, &after), &actor).on_account(before.id);
            events.push(event.changed(audit_snapshot(before), audit_snapshot(&after)));
        }
        if let Some(why) = ends.filter(|_| *sessions > 0) {
            let more = json!({"reason": why.as_str(), "ended": sessions});
            events.push(Event::new(Action::SessionEnded, &actor).on_account(before.id).with(more));
            losing.push(before.id);
            reason = why;
        }
    }
    if !losing.is_empty() {
        mark_ended_of_each(transaction, &losing, Some(admin.0.session.id), reason, now).await?;
    }
    Ok(events)
}

/// Writes the same change into every row. Keys for sorting and searching stay as they are.
async fn update_rows(
    transaction: &WriteTransaction,
    change: Change,
    ids: &[Id],
    now: Time,
) -> Result<(), DbErr> {
    let update = Entity::update_many()
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.is_in(ids.iter().copied()));
    let update = match change {
        Change::Activity(is_active) => update.col_expr(Column::IsActive, Expr::value(is_active)),
        Change::Role(role) => update.col_expr(Column::Role, Expr::value(role.as_str())),
        Change::PasswordChange => update.col_expr(Column::MustChangePassword, Expr::value(true)),
        Change::EndSessions => return Ok(()),
    };
    for id in ids {
        transaction.note_restriction(*id);
    }
    update.exec(transaction).await?;
    Ok(())
}
