//! The end of an attempt: what became of it is written with its audit event, if the claim still holds.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
};
use serde_json::json;
use voiceassist_contract::{Id, Time};

use super::claims::Claim;
use super::fault::Fault;
use super::ids::comparison_id;
use super::links::{FAILED, LINKED, audit_snapshot, find_link_for_update};
use super::provisioning::Linked;
use crate::accounts::find_for_update;
use crate::audit::{Action, Actor, Event};
use crate::problem::Answer;
use crate::state::AppState;
use crate::tables::nextcloud_links::{Column, Entity, Model};

/// Writes the result and gives the row as it is now. A claim that has run out and was taken over writes
/// nothing.
///
/// # Errors
/// If the database fails. The claim then runs out, and the next attempt finds what was done.
pub(super) async fn write_result(
    state: &AppState,
    actor: &Actor,
    claim: &Claim,
    result: Result<&Linked, Fault>,
) -> Answer<Model> {
    let (now, account) = (state.now(), claim.user.id);
    let transaction = state.database.begin_write().await?;
    find_for_update(&transaction, account).await?;
    let found = find_link_for_update(&transaction, account).await?;
    let before = found.ok_or_else(|| DbErr::RecordNotFound("a link's row".to_owned()))?;
    if before.claim != Some(claim.id) {
        return Ok(before);
    }
    let result = match result {
        Ok(linked) if is_taken(&transaction, account, &linked.found.id).await? => Err(Fault::Taken),
        other => other,
    };
    let after = to_result(before.clone(), result, now);
    let (action, more) = match result {
        Ok(linked) => (Action::NextcloudLinked, json!({"made": linked.is_new, "repaired": linked.repaired})),
        Err(_) => (Action::NextcloudLinkFailed, json!({})),
    };
    let mut shown = audit_snapshot(Some(&after));
    if let (Some(shown), Some(more)) = (shown.as_object_mut(), more.as_object()) {
        shown.extend(more.clone());
    }
    let event = Event::new(action, actor).on_account(account);
    Entity::update(after.clone().into_active_model().reset_all()).exec(&transaction).await?;
    state.record(&transaction, event.changed(audit_snapshot(Some(&before)), shown)).await?;
    transaction.commit().await?;
    Ok(after)
}

/// Whether another account is linked to this one in Nextcloud.
async fn is_taken<C: ConnectionTrait>(
    transaction: &C,
    account: Id,
    nextcloud_id: &str,
) -> Result<bool, DbErr> {
    let other = Entity::find()
        .filter(Column::NextcloudKey.eq(comparison_id(nextcloud_id)))
        .filter(Column::AccountId.ne(account));
    Ok(other.one(transaction).await?.is_some())
}

fn to_result(before: Model, result: Result<&Linked, Fault>, now: Time) -> Model {
    let over = Model { claim: None, claimed_until: None, ..before };
    match result {
        Ok(linked) => Model {
            state: LINKED.to_owned(),
            nextcloud_key: Some(comparison_id(&linked.found.id)),
            nextcloud_id: Some(linked.found.id.clone()),
            attempts: 0,
            last_error: None,
            linked_at: over.linked_at.or(Some(now)),
            ..over
        },
        // A link that could not be looked after is a link still, unless there is nothing at its other end.
        Err(fault) => {
            let is_linked = over.nextcloud_id.is_some() && fault != Fault::NoSuchUser;
            Model {
                state: if is_linked { LINKED } else { FAILED }.to_owned(),
                nextcloud_id: over.nextcloud_id.filter(|_| is_linked),
                nextcloud_key: over.nextcloud_key.filter(|_| is_linked),
                linked_at: over.linked_at.filter(|_| is_linked),
                last_error: Some(fault.code().to_owned()),
                ..over
            }
        }
    }
}
