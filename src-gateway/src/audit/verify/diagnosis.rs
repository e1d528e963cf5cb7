//! Naming a fault: what must have happened for the chain to stop fitting where it does.

use sea_orm::{ConnectionTrait, DbErr};
use voiceassist_contract::audit::AuditFaultKind;

use super::{End, Fault, Row, Walk, read_chunk, seal};
use crate::audit::AuditKey;
use crate::audit::key::Format;
use crate::tables::audit_events::Model;

/// How many removed or inserted events in a row are told from a change, if the others were renumbered.
const MOST_SHIFT: i64 = 200;

/// The fault of `row`, which is the first that does not fit.
pub(super) async fn name_fault<C: ConnectionTrait>(
    connection: &C,
    key: &AuditKey,
    walk: &Walk,
    row: &Row,
) -> Result<Fault, DbErr> {
    let wanted = walk.place + 1;
    let event = match row {
        Row::Readable(event) => event,
        Row::Unreadable(Some(sequence)) if *sequence < wanted => {
            return Ok(Fault::at(*sequence, AuditFaultKind::Inserted));
        }
        Row::Unreadable(Some(sequence)) if *sequence > wanted => {
            return Ok(Fault::at(wanted, AuditFaultKind::Removed));
        }
        Row::Unreadable(_) => return Ok(Fault::at(wanted, AuditFaultKind::Changed)),
    };
    let with = |kind| Fault { id: Some(event.id), ..Fault::at(event.sequence, kind) };
    if event.sequence < wanted {
        return Ok(with(AuditFaultKind::Inserted));
    }
    if event.sequence > wanted {
        return Ok(Fault::at(wanted, AuditFaultKind::Removed));
    }
    if key.format_of(event, Format::First).is_some() {
        return Ok(with(AuditFaultKind::Replaced));
    }
    if was_written_later(key, event) {
        return Ok(Fault::at(wanted, AuditFaultKind::Removed));
    }
    let kind = if what_follows_belongs_here(connection, key, walk).await? {
        AuditFaultKind::Inserted
    } else {
        AuditFaultKind::Changed
    };
    Ok(with(kind))
}

/// Whether the event fits a later place: those before it were removed, and it was given another number.
fn was_written_later(key: &AuditKey, event: &Model) -> bool {
    let mut moved = event.clone();
    (1..=MOST_SHIFT).any(|shift| {
        moved.sequence = event.sequence.saturating_add(shift);
        key.format_of(&moved, Format::First).is_some()
    })
}

/// Whether one of the next events was written for the wanted place: what stands there was put in before it.
async fn what_follows_belongs_here<C: ConnectionTrait>(
    connection: &C,
    key: &AuditKey,
    walk: &Walk,
) -> Result<bool, DbErr> {
    let wanted = walk.place + 1;
    let next = read_chunk(connection, wanted).await?;
    Ok(next.into_iter().any(|row| match row {
        Row::Readable(mut event) if event.sequence > wanted && event.previous_mac == walk.mac => {
            event.sequence = wanted;
            key.format_of(&event, walk.format).is_some()
        }
        _ => false,
    }))
}

/// The fault of the trail's end, where every event up to there fits.
pub(super) async fn name_fault_at_end<C: ConnectionTrait>(
    connection: &C,
    key: &AuditKey,
    walk: &Walk,
    end: &End,
) -> Result<Option<Fault>, DbErr> {
    let next = walk.place + 1;
    let Some(head) = &end.head else {
        return Ok(Some(Fault::at(next, AuditFaultKind::HeadChanged)));
    };
    if walk.place < head.sequence {
        let kind = if end.beyond > 0 { AuditFaultKind::Removed } else { AuditFaultKind::Truncated };
        return Ok(Some(Fault::at(next, kind)));
    }
    if end.beyond > 0 {
        return name_fault_beyond(connection, key, walk).await.map(Some);
    }
    let fits = head.mac == walk.mac && seal::holds(connection, key, head).await?;
    Ok((!fits).then(|| Fault { id: walk.id, ..Fault::at(walk.place, AuditFaultKind::HeadChanged) }))
}

/// There were events after the end when it was read: put in, or the end was set back.
async fn name_fault_beyond<C: ConnectionTrait>(
    connection: &C,
    key: &AuditKey,
    walk: &Walk,
) -> Result<Fault, DbErr> {
    let row = read_chunk(connection, walk.place).await?.into_iter().find(|row| !walk.is_seen(row));
    let next = walk.place + 1;
    Ok(match row {
        Some(Row::Readable(event)) => {
            let mut follower = Walk { mac: walk.mac.clone(), ..*walk };
            let (id, sequence) = (event.id, event.sequence);
            let was_written = follower.take(key, &Row::Readable(event));
            let kind = if was_written { AuditFaultKind::HeadChanged } else { AuditFaultKind::Inserted };
            Fault { id: Some(id), ..Fault::at(sequence, kind) }
        }
        _ => Fault::at(next, AuditFaultKind::Inserted),
    })
}
