//! The rows of `nextcloud_links`, and how they are shown.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QuerySelect};
use serde_json::{Value, json};
use voiceassist_contract::Id;
use voiceassist_contract::nextcloud::{LinkState, NextcloudLink};

use super::calls::{begin_calls, end_calls};
use super::fault::Fault;
use crate::problem::Answer;
use crate::state::AppState;
use crate::tables::nextcloud_links::{Entity, Model};

/// The words of the column `state`; this one for an attempt that is under way.
pub(super) const PROVISIONING: &str = "provisioning";
/// For an account that is linked.
pub const LINKED: &str = "linked";
/// For an attempt that failed.
pub(super) const FAILED: &str = "failed";

/// How long of it may be spent waiting for other calls.
const TURN_TIMEOUT: Duration = Duration::from_secs(2);

/// How long somebody who looks at an account waits for Nextcloud.
const LOOK_TIMEOUT: Duration = Duration::from_secs(5);

/// The account's link, if anybody has tried.
///
/// # Errors
/// If the database fails.
pub(super) async fn find_link<C: ConnectionTrait>(
    connection: &C,
    account: Id,
) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(account).one(connection).await
}

/// The same, locked until the transaction ends. The account's own row is locked first, which also holds apart
/// two who find none.
///
/// # Errors
/// If the database fails.
pub(super) async fn find_link_for_update<C: ConnectionTrait>(
    transaction: &C,
    account: Id,
) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(account).lock_exclusive().one(transaction).await
}

/// A row as it is sent, without what only Nextcloud knows.
pub(super) fn to_wire(row: Option<&Model>) -> NextcloudLink {
    let Some(row) = row else { return NextcloudLink::default() };
    NextcloudLink {
        state: match row.state.as_str() {
            PROVISIONING => LinkState::Provisioning,
            LINKED => LinkState::Linked,
            FAILED => LinkState::Failed,
            _ => LinkState::Unknown,
        },
        nextcloud_id: row.nextcloud_id.clone(),
        attempts: u32::try_from(row.attempts).unwrap_or(0),
        attempted_at: row.attempted_at,
        last_error: row.last_error.as_deref().and_then(Fault::of_code).map(Fault::to_wire),
        linked_at: row.linked_at,
        ..NextcloudLink::default()
    }
}

/// What the audit trail keeps of a link before and after an attempt.
pub(super) fn audit_snapshot(row: Option<&Model>) -> Value {
    match row {
        None => json!({"state": "not_linked"}),
        Some(row) => json!({
            "state": row.state,
            "nextcloud_id": row.nextcloud_id,
            "wanted_id": row.wanted_id,
            "attempts": row.attempts,
            "error": row.last_error,
        }),
    }
}

/// The account's link as far as the gateway knows, without asking Nextcloud; none where there is no Nextcloud.
///
/// # Errors
/// If the database fails.
pub async fn show_known(state: &AppState, account: Id) -> Result<Option<NextcloudLink>, DbErr> {
    if state.neighbours.nextcloud_accounts.is_none() {
        return Ok(None);
    }
    let row = find_link(state.database.readers(), account).await?;
    Ok(Some(to_wire(row.as_ref())))
}

/// How the account stands with Nextcloud: what the gateway knows, and what Nextcloud says if it is linked.
/// That Nextcloud does not answer is no failure of this.
///
/// # Errors
/// If the database fails.
pub async fn show_link(state: &AppState, account: Id) -> Answer<NextcloudLink> {
    let readers = state.database.readers();
    let row = find_link(readers, account).await?;
    let mut link = to_wire(row.as_ref());
    let Some(accounts) = &state.neighbours.nextcloud_accounts else {
        return Ok(NextcloudLink { state: LinkState::NotConfigured, ..link });
    };
    let Some(id) = link.nextcloud_id.clone() else { return Ok(link) };
    let asked = async {
        let turn = begin_calls(state, accounts, TURN_TIMEOUT).await?;
        let found = turn.find(&id).await.and_then(|found| found.ok_or(Fault::NoSuchUser));
        end_calls(state, accounts, turn, found.as_ref().err().copied()).await;
        found
    };
    match tokio::time::timeout(LOOK_TIMEOUT, asked).await.unwrap_or(Err(Fault::Unreachable)) {
        Ok(found) => link.account = Some(found.wire),
        Err(fault) => link.lookup_error = Some(fault.to_wire()),
    }
    Ok(link)
}
