//! Events as they go over the wire, with the names that accounts have now.

use std::collections::{HashMap, HashSet};

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use serde_json::Value;
use voiceassist_contract::Id;
use voiceassist_contract::audit::{AuditActor, AuditEvent, AuditTarget};

use crate::tables::audit_events::Model;
use crate::tables::users;

/// The events as they go over the wire.
///
/// # Errors
/// If the database fails.
pub async fn to_events<C: ConnectionTrait>(
    connection: &C,
    rows: Vec<Model>,
) -> Result<Vec<AuditEvent>, DbErr> {
    let names = read_names(connection, &rows).await?;
    Ok(rows.into_iter().map(|row| to_event(row, &names)).collect())
}

fn to_event(row: Model, names: &HashMap<Id, String>) -> AuditEvent {
    let has_actor = row.actor_id.is_some() || row.actor_name.is_some();
    let name = account_of(&row).and_then(|id| names.get(&id).cloned());
    AuditEvent {
        id: row.id,
        sequence: row.sequence,
        at: row.at,
        actor: has_actor.then_some(AuditActor { id: row.actor_id, name: row.actor_name }),
        action: row.action,
        target: row.target_kind.zip(row.target_id).map(|(kind, id)| AuditTarget { kind, id, name }),
        address: row.address,
        request_id: row.request_id,
        before: row.before.map(to_json),
        after: row.after.map(to_json),
    }
}

/// What was stored as JSON; a text that is none was tampered with, and is shown as it is.
fn to_json(text: String) -> Value {
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}

fn account_of(row: &Model) -> Option<Id> {
    let is_account = row.target_kind.as_deref() == Some("account");
    row.target_id.as_deref().filter(|_| is_account).and_then(|id| Id::try_parse(id).ok())
}

async fn read_names<C: ConnectionTrait>(
    connection: &C,
    rows: &[Model],
) -> Result<HashMap<Id, String>, DbErr> {
    let ids: HashSet<Id> = rows.iter().filter_map(account_of).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let named = users::Entity::find()
        .select_only()
        .column(users::Column::Id)
        .column(users::Column::FullName)
        .filter(users::Column::Id.is_in(ids))
        .into_tuple::<(Id, String)>()
        .all(connection)
        .await?;
    Ok(named.into_iter().collect())
}
