//! Checking the chain: the first event that does not fit is named, and how it does not fit.
//!
//! Events are read some at a time, each time in a query of its own: a trail of millions needs no more memory
//! than a short one, and holds nobody up.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};
use voiceassist_contract::Id;
use voiceassist_contract::audit::AuditFaultKind;

use crate::audit::AuditKey;
use crate::audit::anchor::Anchor;
use crate::audit::key::{Format, is_same};
use crate::audit::seal;
use crate::tables::audit_events::{Column, Entity, Model};
use crate::tables::audit_head;

mod diagnosis;
mod sentence;
#[cfg(test)]
pub(crate) mod tests;

/// Events read at a time.
const CHUNK: u64 = 500;

/// The first place that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The place.
    pub sequence: i64,
    /// How it does not fit.
    pub kind: AuditFaultKind,
    /// The event's id, if there is one that can be read.
    pub id: Option<Id>,
}

impl Fault {
    fn at(sequence: i64, kind: AuditFaultKind) -> Self {
        Self { sequence, kind, id: None }
    }
}

/// What a check of the chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainState {
    /// Every event fits; so many there are.
    Whole(i64),
    /// An event does not fit.
    Broken(Fault),
}

/// What a check of the chain found, and how far it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainReport {
    /// Events that fit.
    pub checked: i64,
    /// Events that there should be.
    pub total: i64,
    /// Where the chain ends, if it is whole and not empty.
    pub anchor: Option<Anchor>,
    /// The first place that does not fit.
    pub fault: Option<Fault>,
}

/// Checks every event from the first on.
///
/// # Errors
/// If the database fails.
pub async fn verify_chain<C: ConnectionTrait>(connection: &C, key: &AuditKey) -> Result<ChainState, DbErr> {
    let report = verify_with_progress(connection, key, |_, _| ()).await?;
    Ok(report.fault.map_or(ChainState::Whole(report.checked), ChainState::Broken))
}

/// Checks every event from the first on, and says now and then how many of how many fit so far.
///
/// # Errors
/// If the database fails.
pub async fn verify_with_progress<C: ConnectionTrait>(
    connection: &C,
    key: &AuditKey,
    on_progress: impl Fn(i64, i64),
) -> Result<ChainReport, DbErr> {
    let end = read_end(connection).await?;
    let last = end.head.as_ref().map_or(i64::MAX, |head| head.sequence);
    let mut walk = Walk::default();
    let fault = loop {
        let rows = read_chunk(connection, walk.place).await?;
        let mut is_at_end = true;
        let mut found = None;
        for row in rows {
            if walk.is_seen(&row) {
                continue;
            }
            // What comes after the end was appended since, or is looked at below.
            if row.sequence().is_none_or(|sequence| sequence > last) && walk.place >= last {
                break;
            }
            is_at_end = false;
            if !walk.take(key, &row) {
                found = Some(row);
                break;
            }
        }
        on_progress(walk.place, end.total());
        if let Some(row) = found {
            break Some(diagnosis::name_fault(connection, key, &walk, &row).await?);
        }
        if is_at_end {
            break diagnosis::name_fault_at_end(connection, key, &walk, &end).await?;
        }
    };
    let anchor = Anchor { sequence: walk.place, mac: walk.mac };
    Ok(ChainReport {
        checked: walk.place,
        total: end.total(),
        anchor: Some(anchor).filter(|anchor| fault.is_none() && anchor.sequence > 0),
        fault,
    })
}

/// Checks that the trail still has the event that an earlier check ended with.
///
/// # Errors
/// If the database fails.
pub async fn verify_anchor<C: ConnectionTrait>(
    connection: &C,
    anchor: &Anchor,
) -> Result<Option<Fault>, DbErr> {
    let event = Entity::find().filter(Column::Sequence.eq(anchor.sequence)).one(connection).await?;
    Ok(match event {
        Some(event) if is_same(&event.mac, &anchor.mac) => None,
        Some(event) => {
            Some(Fault { id: Some(event.id), ..Fault::at(event.sequence, AuditFaultKind::Replaced) })
        }
        None => Some(Fault::at(anchor.sequence, AuditFaultKind::Truncated)),
    })
}

/// How far a check has come.
#[derive(Debug)]
struct Walk {
    /// The last place that fits.
    place: i64,
    /// Its event.
    id: Option<Id>,
    /// Its MAC.
    mac: String,
    /// The format it was written in; no later one is older.
    format: Format,
}

impl Default for Walk {
    fn default() -> Self {
        Self { place: 0, id: None, mac: String::new(), format: Format::First }
    }
}

impl Walk {
    /// Whether this is the event that was taken last; chunks overlap by it, so that no second event can hide
    /// at its place.
    fn is_seen(&self, row: &Row) -> bool {
        matches!(row, Row::Readable(event) if event.sequence == self.place && self.id == Some(event.id))
    }

    /// Goes on to this event, if it fits.
    fn take(&mut self, key: &AuditKey, row: &Row) -> bool {
        let Row::Readable(event) = row else { return false };
        if event.sequence != self.place + 1 || event.previous_mac != self.mac {
            return false;
        }
        let Some(format) = key.format_of(event, self.format) else { return false };
        *self = Self { place: event.sequence, id: Some(event.id), mac: event.mac.clone(), format };
        true
    }
}

/// A row as it is found: whoever tampers may write what no event has.
#[derive(Debug)]
enum Row {
    Readable(Box<Model>),
    Unreadable(Option<i64>),
}

impl Row {
    fn sequence(&self) -> Option<i64> {
        match self {
            Self::Readable(event) => Some(event.sequence),
            Self::Unreadable(sequence) => *sequence,
        }
    }
}

async fn read_chunk<C: ConnectionTrait>(connection: &C, place: i64) -> Result<Vec<Row>, DbErr> {
    let mut select = Entity::find().order_by_asc(Column::Sequence).order_by_asc(Column::Id).limit(CHUNK);
    // At first without a bound, so that nothing hides before the first place.
    if place > 0 {
        select = select.filter(Column::Sequence.gte(place));
    }
    let rows = connection.query_all_raw(select.build(connection.get_database_backend())).await?;
    let read = |row| match Model::from_query_result(row, "") {
        Ok(event) => Row::Readable(Box::new(event)),
        Err(_) => Row::Unreadable(row.try_get("", "sequence").ok()),
    };
    Ok(rows.iter().map(read).collect())
}

/// What the database says of the trail's end, all at one moment.
struct End {
    head: Option<audit_head::Model>,
    /// Events after the end.
    beyond: i64,
}

impl End {
    fn total(&self) -> i64 {
        self.head.as_ref().map_or(0, |head| head.sequence)
    }
}

#[derive(FromQueryResult)]
struct EndRow {
    id: i32,
    sequence: i64,
    mac: String,
    seal: String,
    beyond: i64,
}

async fn read_end<C: ConnectionTrait>(connection: &C) -> Result<End, DbErr> {
    use sea_orm::sea_query::{Expr, ExprTrait, Query};
    let beyond = Query::select()
        .expr(Expr::col((Entity, Column::Id)).count())
        .from(Entity)
        .and_where(
            Expr::col((Entity, Column::Sequence))
                .gt(Expr::col((audit_head::Entity, audit_head::Column::Sequence))),
        )
        .take();
    // One statement, so that an event appended meanwhile is in both numbers or in none.
    let select = audit_head::Entity::find_by_id(audit_head::ONLY_ID)
        .expr_as(Expr::SubQuery(None, Box::new(beyond.into())), "beyond");
    let row = connection.query_one_raw(select.build(connection.get_database_backend())).await?;
    Ok(match row.and_then(|row| EndRow::from_query_result(&row, "").ok()) {
        None => End { head: None, beyond: 0 },
        Some(EndRow { id, sequence, mac, seal, beyond }) => {
            End { head: Some(audit_head::Model { id, sequence, mac, seal }), beyond }
        }
    })
}
