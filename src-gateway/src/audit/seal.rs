//! The seal of the trail's end.
//!
//! Whoever can write into the database but has no key could otherwise remove the last events and write down
//! an earlier end. A seal that does not hold is never mended by going on: the trail keeps saying so.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::audit::AuditKey;
use crate::audit::key::{Format, is_same};
use crate::tables::{audit_events, audit_head};

/// Stands where a seal would, after one that did not hold.
const BROKEN: &str = "broken";

/// Whether the end is the one that was written last, as far as the database can tell.
///
/// # Errors
/// If the database fails.
pub(super) async fn holds<C: ConnectionTrait>(
    connection: &C,
    key: &AuditKey,
    head: &audit_head::Model,
) -> Result<bool, DbErr> {
    if !head.seal.is_empty() {
        return Ok(is_same(&key.seal(head.sequence, &head.mac), &head.seal));
    }
    if head.sequence == 0 && head.mac.is_empty() {
        return Ok(true);
    }
    // Written before there were seals; then so was the last event.
    let last = audit_events::Entity::find()
        .filter(audit_events::Column::Sequence.eq(head.sequence))
        .one(connection)
        .await?;
    let is_older = |event: &audit_events::Model| key.format_of(event, Format::First) == Some(Format::First);
    Ok(last.is_some_and(|event| event.mac == head.mac && is_older(&event)))
}

/// The seal after `next`, which follows on `head`.
pub(super) fn of_next(
    key: &AuditKey,
    next: &audit_events::Model,
    head: &audit_head::Model,
    is_sealed: bool,
) -> String {
    if is_sealed {
        return key.seal(next.sequence, &next.mac);
    }
    if head.seal != BROKEN {
        tracing::error!(
            sequence = head.sequence,
            "the audit trail's end is not the one that was written last: it was tampered with, or AUDIT_KEY changed"
        );
    }
    BROKEN.to_owned()
}
