//! The beginning of an attempt: whether there may be one now, and the claim that keeps others from beginning
//! another. Committed before anything is sent, together with its audit event.

use std::time::Duration;

use chrono::TimeDelta;
use sea_orm::{ActiveModelTrait, DbErr, EntityTrait, IntoActiveModel};
use voiceassist_contract::problem::ProblemCode;
use voiceassist_contract::{Id, Time};

use super::ids::comparison_id;
use super::links::{LINKED, PROVISIONING, audit_snapshot, find_link_for_update};
use crate::accounts::find_for_update;
use crate::audit::{Action, Actor, Event};
use crate::database::write::WriteTransaction;
use crate::problem::{Answer, ApiError};
use crate::state::AppState;
use crate::tables::nextcloud_links::{Entity, Model};
use crate::tables::users;

/// How long an attempt is taken to be under way. Longer than one can take.
const CLAIM_SECONDS: i64 = 150;

/// Attempts in a row that may follow one another at once.
const FREE_ATTEMPTS: i32 = 5;

/// The longest wait between two attempts after that, in minutes. It begins with one and doubles.
const LONGEST_WAIT_MINUTES: i64 = 60;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// To link the account: to the account in Nextcloud with this id, or else to one of its own.
    Provision(Option<String>),
    /// To try again what was tried, or to look after a link that there is.
    Retry,
}

/// What is to be done about a wish.
pub(super) enum Verdict {
    /// Nothing: this is how it stands already, or somebody is at it.
    Stands(Model),
    /// The attempt is claimed.
    Claimed(Claim),
}

/// An attempt that was begun.
pub(super) struct Claim {
    /// The claim's own id, without which no result is written.
    pub(super) id: Id,
    /// The account as it was.
    pub(super) user: users::Model,
    /// The account in Nextcloud that an administrator named.
    pub(super) wanted_id: Option<String>,
    /// Whether the account is linked already, and is only looked after.
    pub(super) is_linked: bool,
}

/// Claims an attempt, if there may be one.
///
/// # Errors
/// `not_found`, `account_inactive`, `nothing_to_retry`, `nextcloud_link_conflict`, `too_many_attempts`, or if the
/// database fails.
pub(super) async fn claim(state: &AppState, actor: &Actor, account: Id, wish: &Wish) -> Answer<Verdict> {
    let now = state.now();
    let transaction = state.database.begin_write().await?;
    let user = find_for_update(&transaction, account).await?;
    let before = find_link_for_update(&transaction, account).await?;
    if let Some(row) = &before
        && stands_already(row, wish, now)?
    {
        return Ok(Verdict::Stands(row.clone()));
    }
    if !user.is_active {
        let detail = "The account is deactivated. Bring it back first.";
        return Err(ApiError::new(ProblemCode::AccountInactive, detail));
    }
    require_patience(before.as_ref(), now)?;
    let after = to_claimed(state, account, before.clone(), wish, now)?;
    save(&transaction, before.is_none(), after.clone()).await?;
    let event = Event::new(Action::NextcloudLinkStarted, actor)
        .on_account(account)
        .changed(audit_snapshot(before.as_ref()), audit_snapshot(Some(&after)));
    state.record(&transaction, event).await?;
    transaction.commit().await?;
    Ok(Verdict::Claimed(Claim {
        id: after.claim.unwrap_or_default(),
        user,
        wanted_id: after.wanted_id,
        is_linked: after.nextcloud_id.is_some(),
    }))
}

/// Whether there is nothing to do: somebody is at it, or it is linked as wished.
fn stands_already(row: &Model, wish: &Wish, now: Time) -> Answer<bool> {
    let is_under_way = row.state == PROVISIONING && row.claimed_until.is_some_and(|until| until > now);
    let (Some(linked), Wish::Provision(wanted)) = (&row.nextcloud_key, wish) else { return Ok(is_under_way) };
    if wanted.as_ref().is_some_and(|wanted| comparison_id(wanted) != *linked) {
        let detail = "The account is linked to another account in Nextcloud.";
        return Err(ApiError::new(ProblemCode::NextcloudLinkConflict, detail));
    }
    Ok(is_under_way || row.state == LINKED)
}

/// Refuses attempts that follow one another too fast after several have failed.
fn require_patience(row: Option<&Model>, now: Time) -> Answer<()> {
    let Some((row, last)) = row.and_then(|row| Some((row, row.attempted_at?))) else { return Ok(()) };
    let Ok(doublings) = u32::try_from(row.attempts - FREE_ATTEMPTS) else { return Ok(()) };
    let minutes = 1_i64.checked_shl(doublings).filter(|minutes| *minutes > 0).unwrap_or(i64::MAX);
    let next = last + TimeDelta::minutes(minutes.min(LONGEST_WAIT_MINUTES));
    match (next - now).to_std() {
        Ok(wait) if wait > Duration::ZERO => Err(ApiError::new(
            ProblemCode::TooManyAttempts,
            "Several attempts have failed. See to what the last one said, and try again later.",
        )
        .with_retry_after(wait)),
        _ => Ok(()),
    }
}

fn to_claimed(state: &AppState, account: Id, before: Option<Model>, wish: &Wish, now: Time) -> Answer<Model> {
    let row = match (before, wish) {
        (Some(row), Wish::Retry) => row,
        (Some(row), Wish::Provision(wanted)) => Model { wanted_id: wanted.clone(), ..row },
        (None, Wish::Provision(wanted)) => Model { wanted_id: wanted.clone(), ..new_row(account) },
        (None, Wish::Retry) => {
            let detail = "Nobody has tried to link this account to Nextcloud yet.";
            return Err(ApiError::new(ProblemCode::NothingToRetry, detail));
        }
    };
    Ok(Model {
        state: PROVISIONING.to_owned(),
        attempts: row.attempts.saturating_add(1),
        attempted_at: Some(now),
        claim: Some(state.new_id()),
        claimed_until: Some(now + TimeDelta::seconds(CLAIM_SECONDS)),
        last_error: None,
        ..row
    })
}

fn new_row(account: Id) -> Model {
    Model {
        account_id: account,
        state: PROVISIONING.to_owned(),
        nextcloud_id: None,
        nextcloud_key: None,
        wanted_id: None,
        attempts: 0,
        attempted_at: None,
        claim: None,
        claimed_until: None,
        last_error: None,
        linked_at: None,
    }
}

async fn save(transaction: &WriteTransaction, is_new: bool, row: Model) -> Result<(), DbErr> {
    let row = row.into_active_model().reset_all();
    if is_new {
        Entity::insert(row).exec_without_returning(transaction).await?;
    } else {
        Entity::update(row).exec(transaction).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Time {
        Time::from_timestamp_millis(1_790_000_000_000).expect("in range") + TimeDelta::minutes(minutes)
    }

    #[test]
    fn after_five_failures_the_waits_begin_with_a_minute_and_end_with_an_hour() {
        let may = |attempts, minutes| {
            let row = Model { attempts, attempted_at: Some(at(0)), ..new_row(Id::nil()) };
            require_patience(Some(&row), at(minutes)).is_ok()
        };
        assert!(may(0, 0) && may(4, 0));
        assert!(!may(5, 0) && may(5, 1));
        assert!(!may(7, 3) && may(7, 4));
        for many in [11, 40, 100, i32::MAX] {
            assert!(!may(many, 59) && may(many, 60), "{many}");
        }
    }
}
