//! Anchors: where the trail ended at a moment, kept where whoever can write into the database cannot.
//!
//! The trail alone cannot tell that it was set back whole, rows and end together, to a state that it really
//! had. Whoever remembers a later end can: this process does, its log does, and `audit verify` prints one.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use sea_orm::{ConnectionTrait, DbErr, EntityTrait};

use crate::audit::verify::{Fault, verify_anchor};
use crate::state::AppState;
use crate::tables::audit_head;

/// How often the trail's end is looked at and written to the log.
const INTERVAL: Duration = Duration::from_secs(10 * 60);

/// Digits of a MAC.
const MAC_DIGITS: usize = 64;

/// An event's place and MAC; on the wire `17:0a1b…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The place.
    pub sequence: i64,
    /// The MAC in hexadecimal digits.
    pub mac: String,
}

impl fmt::Display for Anchor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.sequence, self.mac)
    }
}

/// This is no anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Give an anchor as an earlier check printed it: a number, a colon and 64 digits.")]
pub struct NotAnAnchor;

impl FromStr for Anchor {
    type Err = NotAnAnchor;

    fn from_str(text: &str) -> Result<Self, NotAnAnchor> {
        let (sequence, mac) = text.trim().split_once(':').ok_or(NotAnAnchor)?;
        let is_plain = sequence.len() <= 18 && sequence.bytes().all(|byte| byte.is_ascii_digit());
        let sequence = sequence.parse().ok().filter(|sequence| is_plain && *sequence > 0);
        let is_mac =
            mac.len() == MAC_DIGITS && mac.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        match sequence {
            Some(sequence) if is_mac => Ok(Self { sequence, mac: mac.to_owned() }),
            _ => Err(NotAnAnchor),
        }
    }
}

/// Writes the trail's end to the log whenever it has moved, and an error if it has gone back. Goes on until it
/// is dropped.
pub async fn watch(state: AppState) {
    let mut known: Option<Anchor> = None;
    let mut interval = tokio::time::interval(INTERVAL);
    loop {
        interval.tick().await;
        match look(state.database.readers(), known.as_ref()).await {
            Ok(Seen::Nothing) => {}
            Ok(Seen::Moved(anchor)) => {
                tracing::info!(sequence = anchor.sequence, mac = anchor.mac, "audit anchor");
                known = Some(anchor);
            }
            // What is known stays, so that this is said until somebody sees it.
            Ok(Seen::GoneBack(fault)) => tracing::error!(
                sequence = fault.sequence,
                kind = ?fault.kind,
                "the audit trail has lost events that it had while this process ran"
            ),
            Err(error) => tracing::warn!(cause = %error, "the audit trail's end could not be looked at"),
        }
    }
}

/// What there is to say of the trail's end.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    Nothing,
    Moved(Anchor),
    GoneBack(Fault),
}

async fn look<C: ConnectionTrait>(connection: &C, known: Option<&Anchor>) -> Result<Seen, DbErr> {
    let head = audit_head::Entity::find_by_id(audit_head::ONLY_ID).one(connection).await?;
    if let Some(known) = known
        && let Some(fault) = verify_anchor(connection, known).await?
    {
        return Ok(Seen::GoneBack(fault));
    }
    let anchor = head.filter(|head| head.sequence > 0);
    let anchor = anchor.map(|head| Anchor { sequence: head.sequence, mac: head.mac });
    Ok(match anchor {
        Some(anchor) if known != Some(&anchor) => Seen::Moved(anchor),
        _ => Seen::Nothing,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::verify::tests::{chain_of, tamper};
    use voiceassist_contract::audit::AuditFaultKind;

    #[test]
    fn an_anchor_is_read_as_it_is_printed_and_nothing_else_is() {
        let anchor = Anchor { sequence: 17, mac: "0a".repeat(32) };
        assert_eq!(anchor.to_string().parse(), Ok(anchor.clone()));
        let mac = &anchor.mac;
        for odd in [
            "",
            "17",
            "17:",
            &format!("0:{mac}"),
            &format!("-1:{mac}"),
            &format!("+1:{mac}"),
            &format!("1:{}", mac.to_uppercase()),
            &format!("1:{mac}0"),
            &format!("99999999999999999999:{mac}"),
        ] {
            assert_eq!(odd.parse::<Anchor>(), Err(NotAnAnchor), "{odd}");
        }
    }

    #[tokio::test]
    async fn the_end_is_said_when_it_moves_and_that_it_went_back_until_somebody_sees_it() {
        let (_folder, database, _key) = chain_of(5).await;
        let readers = database.readers();
        let Ok(Seen::Moved(anchor)) = look(readers, None).await else { panic!("the end is new") };
        assert_eq!(anchor.sequence, 5);
        assert_eq!(look(readers, Some(&anchor)).await, Ok(Seen::Nothing));
        tamper(&database, "DELETE FROM audit_events WHERE sequence = 5").await;
        for _ in 0..2 {
            let Ok(Seen::GoneBack(fault)) = look(readers, Some(&anchor)).await else {
                panic!("it went back")
            };
            assert_eq!((fault.sequence, fault.kind), (5, AuditFaultKind::Truncated));
        }
    }
}
