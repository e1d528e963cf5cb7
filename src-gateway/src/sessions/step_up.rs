//! Fresh sessions: those whose person gave the password a short while ago, by signing in or since. What could
//! take an account over is asked of a fresh one alone, so that a desk left alone is not enough.

use sea_orm::{ActiveValue::Set, DbErr, EntityTrait};
use voiceassist_contract::Time;

use crate::access::SignedIn;
use crate::database::write::WriteTransaction;
use crate::tables::sessions;

/// How long a session stays fresh.
pub const FRESH_LIFE: chrono::Duration = chrono::Duration::minutes(5);

/// Whether the person gave the own password within the session a short while ago. A temporary one, which
/// somebody else knows too, does not count.
pub fn is_fresh(person: &SignedIn, now: Time) -> bool {
    let session = &person.session;
    !person.user.must_change_password
        && [Some(session.created_at), session.stepped_up_at].into_iter().flatten().any(|at| {
            // After a clock went back, what lies ahead is not taken for recent.
            (chrono::Duration::zero()..FRESH_LIFE).contains(&(now - at))
        })
}

/// Writes down that the password was given now, in the caller's transaction, which has read the session's row.
///
/// # Errors
/// If the database fails.
pub async fn mark_stepped_up(
    transaction: &WriteTransaction,
    session: &sessions::Model,
    now: Time,
) -> Result<(), DbErr> {
    // Other replicas keep the row too.
    transaction.note_change(session.user_id);
    let stepped_up =
        sessions::ActiveModel { id: Set(session.id), stepped_up_at: Set(Some(now)), ..Default::default() };
    sessions::Entity::update(stepped_up).exec(transaction).await?;
    Ok(())
}
