//! Checking the chain: the first event that does not fit is named.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::audit::AuditKey;
use crate::tables::{audit_events, audit_head};

/// Events read at a time.
const BATCH: u64 = 500;

/// What a check of the chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainState {
    /// Every event fits; so many there are.
    Whole(i64),
    /// The event at this place was changed, or put in, or the one before it is not the one it followed.
    Broken {
        /// The first place that does not fit.
        sequence: i64,
    },
    /// Events are missing, from this place on.
    Missing {
        /// The first place without an event.
        sequence: i64,
    },
}

/// Checks every event from the first on.
///
/// # Errors
/// If the database fails.
pub async fn verify_chain<C: ConnectionTrait>(connection: &C, key: &AuditKey) -> Result<ChainState, DbErr> {
    // The head is read first: what is appended meanwhile is then merely not looked at.
    let head = audit_head::Entity::find_by_id(audit_head::ONLY_ID).one(connection).await?;
    let last = head.as_ref().map_or(0, |head| head.sequence);
    let (mut place, mut mac) = (0, String::new());
    loop {
        let events = audit_events::Entity::find()
            .filter(audit_events::Column::Sequence.gt(place))
            .order_by_asc(audit_events::Column::Sequence)
            .limit(BATCH)
            .all(connection)
            .await?;
        if events.is_empty() {
            break;
        }
        for event in events {
            if event.sequence != place + 1 {
                return Ok(ChainState::Missing { sequence: place + 1 });
            }
            if event.previous_mac != mac || key.mac(&event) != event.mac {
                return Ok(ChainState::Broken { sequence: event.sequence });
            }
            if event.sequence == last && head.as_ref().is_some_and(|head| head.mac != event.mac) {
                return Ok(ChainState::Broken { sequence: event.sequence });
            }
            place = event.sequence;
            mac = event.mac;
        }
    }
    if place < last { Ok(ChainState::Missing { sequence: place + 1 }) } else { Ok(ChainState::Whole(place)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{Action, Actor, Event, append};
    use crate::database::Database;
    use sea_orm::ConnectionTrait;
    use serde_json::json;
    use voiceassist_contract::Id;

    async fn chain_of_five() -> (tempfile::TempDir, Database, AuditKey) {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::open_sqlite(&folder.path().join("a.sqlite")).await.expect("opens");
        database.migrate().await.expect("migrates");
        let key = AuditKey::new(&"the key of the chain".into());
        for number in 1..=5 {
            let write = database.begin_write().await.expect("begins");
            let at = chrono::DateTime::from_timestamp_millis(1_790_000_000_123 + number).expect("in range");
            let event = Event::new(Action::SignIn, &Actor::default()).with(json!({"number": number}));
            append(&write, &key, Id::from_u128(number as u128), at, event).await.expect("appends");
            write.commit().await.expect("commits");
        }
        (folder, database, key)
    }

    async fn tamper(database: &Database, sql: &str) {
        let write = database.begin_write().await.expect("begins");
        write.execute_unprepared(sql).await.expect("tampers");
        write.commit().await.expect("commits");
    }

    async fn state_after(sql: &str) -> ChainState {
        let (_folder, database, key) = chain_of_five().await;
        tamper(&database, sql).await;
        verify_chain(database.readers(), &key).await.expect("verifies")
    }

    #[tokio::test]
    async fn an_untouched_chain_is_whole() {
        let (_folder, database, key) = chain_of_five().await;
        assert_eq!(verify_chain(database.readers(), &key).await, Ok(ChainState::Whole(5)));
        let other = AuditKey::new(&"another key".into());
        assert_eq!(verify_chain(database.readers(), &other).await, Ok(ChainState::Broken { sequence: 1 }));
    }

    #[tokio::test]
    async fn a_changed_event_is_named() {
        let changes =
            ["action = 'sign_out'", "after = NULL", "actor_name = 'Eve'", "at = '2020-01-01T00:00:00+00:00'"];
        for change in changes {
            let state = state_after(&format!("UPDATE audit_events SET {change} WHERE sequence = 3")).await;
            assert_eq!(state, ChainState::Broken { sequence: 3 }, "{change}");
        }
    }

    #[tokio::test]
    async fn a_removed_event_is_named_in_the_middle_and_at_the_end() {
        for sequence in [1, 3, 5] {
            let state = state_after(&format!("DELETE FROM audit_events WHERE sequence = {sequence}")).await;
            assert_eq!(state, ChainState::Missing { sequence });
        }
    }

    #[tokio::test]
    async fn an_inserted_event_is_named() {
        let copy = "INSERT INTO audit_events (id, sequence, at, action, previous_mac, mac)
             SELECT x'00000000000000000000000000000099', 6, at, action, mac, mac FROM audit_events WHERE sequence = 5";
        assert_eq!(state_after(copy).await, ChainState::Broken { sequence: 6 });
    }

    #[tokio::test]
    async fn a_removed_event_is_named_even_if_the_rest_moved_up() {
        let sql = "DELETE FROM audit_events WHERE sequence = 3;
             UPDATE audit_events SET sequence = 3 WHERE sequence = 4";
        assert_eq!(state_after(sql).await, ChainState::Broken { sequence: 3 });
    }
}
