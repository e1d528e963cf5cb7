//! What becomes of each account, before anything is written: a preview and the change itself decide alike.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use voiceassist_contract::accounts::Role;
use voiceassist_contract::accounts::bulk::{BulkOutcome, BulkResult};
use voiceassist_contract::problem::ProblemCode;
use voiceassist_contract::{Id, Time};

use crate::access::Administrator;
use crate::problem::ApiError;
use crate::sessions::many::count_live_of_each;
use crate::tables::users;
use crate::users::bulk::request::{BulkRequest, Change, Target};
use crate::users::list::filter::{Reading, matches};
use crate::users::update::is_active_administrator;

/// What becomes of an account.
pub(super) enum Verdict {
    /// It changes; so many sessions are live that would end with it.
    Change(Box<users::Model>, u64),
    /// It is so already.
    Unchanged(i64),
    /// It must stay as it is.
    Refused(ProblemCode, String, Option<i64>),
}

/// The accounts with these ids, in the order of ids; locked in a transaction that may write, so that two of
/// them take the rows in the same order. Those that the filter no longer shows are left out.
///
/// # Errors
/// If the database fails.
pub(super) async fn read_accounts<C: ConnectionTrait>(
    connection: &C,
    request: &BulkRequest,
    ids: &[Id],
    is_locked: bool,
    now: Time,
) -> Result<HashMap<Id, users::Model>, DbErr> {
    let mut select = users::Entity::find()
        .filter(users::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(users::Column::Id);
    if let Target::Filter(filter) = &request.target {
        select = select.filter(matches(filter, now, Reading::Among));
    }
    if is_locked {
        select = select.lock_exclusive();
    }
    Ok(select.all(connection).await?.into_iter().map(|row| (row.id, row)).collect())
}

/// Decides for the accounts with these ids, of which `rows` were found.
///
/// # Errors
/// If the database fails.
pub(super) async fn decide<C: ConnectionTrait>(
    connection: &C,
    admin: &Administrator,
    request: &BulkRequest,
    ids: &[Id],
    mut rows: HashMap<Id, users::Model>,
    now: Time,
) -> Result<Vec<(Id, Verdict)>, DbErr> {
    let live = count_live_of_each(connection, ids, Some(admin.0.session.id), now).await?;
    let verdicts = ids.iter().map(|id| {
        let sessions = live.get(id).copied().unwrap_or(0);
        let verdict = match rows.remove(id) {
            Some(row) => decide_one(admin.id(), request.change, row, sessions),
            None => refuse_missing(&request.target),
        };
        (*id, verdict)
    });
    let mut verdicts: Vec<_> = verdicts.collect();
    keep_an_administrator(connection, request.change, &mut verdicts).await?;
    Ok(verdicts)
}

fn decide_one(own_id: Id, change: Change, row: users::Model, sessions: u64) -> Verdict {
    let after = change.apply(&row);
    let is_change = if change == Change::EndSessions { sessions > 0 } else { after != row };
    if !is_change {
        return Verdict::Unchanged(row.version);
    }
    if row.id == own_id && takes_rights_away(change) {
        let message = "You cannot take your own account's rights away.".to_owned();
        return Verdict::Refused(ProblemCode::OwnAccount, message, Some(row.version));
    }
    Verdict::Change(Box::new(row), sessions)
}

fn refuse_missing(target: &Target) -> Verdict {
    let (code, message) = match target {
        Target::Ids(_) => (ProblemCode::NotFound, "There is no such account."),
        Target::Filter(_) => (
            ProblemCode::VersionConflict,
            "Somebody changed this account meanwhile, so that the filter no longer shows it.",
        ),
    };
    Verdict::Refused(code, message.to_owned(), None)
}

fn takes_rights_away(change: Change) -> bool {
    matches!(change, Change::Activity(false) | Change::Role(Role::User))
}

/// Spares the last of the active administrators that the change would leave none of.
async fn keep_an_administrator<C: ConnectionTrait>(
    connection: &C,
    change: Change,
    verdicts: &mut [(Id, Verdict)],
) -> Result<(), DbErr> {
    if !takes_rights_away(change) {
        return Ok(());
    }
    let is_removed =
        |verdict: &Verdict| matches!(verdict, Verdict::Change(row, _) if is_active_administrator(row));
    let removed: Vec<Id> =
        verdicts.iter().filter(|(_, verdict)| is_removed(verdict)).map(|(id, _)| *id).collect();
    let Some(last) = removed.last().copied() else { return Ok(()) };
    let remaining = users::Entity::find()
        .select_only()
        .column(users::Column::Id)
        .filter(users::Column::Role.eq(Role::Admin.as_str()))
        .filter(users::Column::IsActive.eq(true))
        .filter(users::Column::Id.is_not_in(removed))
        .into_tuple::<Id>()
        .one(connection)
        .await?;
    if remaining.is_none()
        && let Some((_, verdict)) = verdicts.iter_mut().find(|(id, _)| *id == last)
        && let Verdict::Change(row, _) = verdict
    {
        let version = row.version;
        let message = "This is the last active administrator.".to_owned();
        *verdict = Verdict::Refused(ProblemCode::LastAdministrator, message, Some(version));
    }
    Ok(())
}

/// The result on the wire; a change makes the next version unless only sessions end.
pub(super) fn to_result(change: Change, id: Id, verdict: &Verdict) -> BulkResult {
    let result = |outcome, version| BulkResult { id, outcome, code: None, message: None, version };
    match verdict {
        Verdict::Change(row, _) => {
            let edits = i64::from(change != Change::EndSessions);
            result(BulkOutcome::Ok, Some(row.version + edits))
        }
        Verdict::Unchanged(version) => result(BulkOutcome::Unchanged, Some(*version)),
        Verdict::Refused(code, message, version) => BulkResult {
            code: Some(*code),
            message: Some(message.clone()),
            ..result(BulkOutcome::Refused, *version)
        },
    }
}

/// The result of an account that a failure kept from its turn, or may have.
pub(super) fn to_failed(id: Id, error: &ApiError) -> BulkResult {
    to_result(Change::EndSessions, id, &Verdict::Refused(error.code(), error.detail().to_owned(), None))
}
