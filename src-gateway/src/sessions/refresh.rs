//! Refreshing: every refresh token works once; for a few seconds more it gives the same answer again,
//! because the first one may have been lost; after that its use ends the session.

use sea_orm::{ActiveModelTrait, EntityTrait, QuerySelect};
use serde_json::json;
use voiceassist_contract::Time;
use voiceassist_contract::auth::TokenPair;
use voiceassist_contract::problem::ProblemCode;

use crate::audit::{Action, Actor, Event};
use crate::database::write::WriteTransaction;
use crate::problem::{Answer, ApiError};
use crate::sessions::{EndReason, Which, is_live, make_pair, mark_ended};
use crate::state::AppState;
use crate::tables::{sessions, users};
use crate::tokens::{Claims, hash_token_id};

/// How long the token before the current one still gives the current pair. By so much replicas' clocks may
/// differ, too; after a clock was set back further, a rotation that lies ahead opens no grace.
const GRACE: chrono::Duration = chrono::Duration::seconds(10);

/// What a refresh token is to its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// The one to be used.
    Current,
    /// The one before, in its grace.
    JustUsed,
    /// Used before, and too long ago.
    Reused,
}

/// Gives the pair that follows on the token with these claims, which have been verified.
///
/// # Errors
/// `session_ended`, `refresh_reused`, or if the database or signing fails.
pub async fn refresh_session(state: &AppState, claims: &Claims, actor: &Actor) -> Answer<TokenPair> {
    let transaction = state.database.begin_write().await?;
    let now = state.now();
    let session = sessions::Entity::find_by_id(claims.sid).lock_exclusive().one(&transaction).await?;
    let Some(session) = session.filter(|session| session.user_id == claims.sub && is_live(session, now))
    else {
        return Err(session_ended());
    };
    let user = users::Entity::find_by_id(session.user_id).one(&transaction).await?;
    let Some(user) = user.filter(|user| user.is_active) else { return Err(session_ended()) };

    match standing(&session, &claims.jti, now) {
        Standing::JustUsed => make_pair(state, &session, &user),
        Standing::Current => {
            let pair = rotate_session(state, &transaction, session, &user).await?;
            transaction.commit().await?;
            Ok(pair)
        }
        Standing::Reused => {
            mark_ended(&transaction, now, user.id, Which::One(session.id), EndReason::RefreshReused).await?;
            let more = json!({"session": session.id});
            let event = Event::new(Action::RefreshReused, actor).on_account(user.id).with(more);
            state.record(&transaction, event).await?;
            transaction.commit().await?;
            state.metrics.count_refresh_reuse();
            Err(ApiError::new(
                ProblemCode::RefreshReused,
                "This sign-in was used twice and has been ended for safety. Sign in again.",
            ))
        }
    }
}

fn standing(session: &sessions::Model, jti: &str, now: Time) -> Standing {
    let hash = hash_token_id(jti);
    if hash == session.refresh_hash {
        return Standing::Current;
    }
    let is_previous = session.previous_refresh_hash.as_deref() == Some(hash.as_str());
    let in_grace = session.rotated_at.is_some_and(|rotated_at| (now - rotated_at).abs() <= GRACE);
    if is_previous && in_grace { Standing::JustUsed } else { Standing::Reused }
}

/// Gives a live session its next pair, in the caller's transaction, which has read the session's row.
///
/// # Errors
/// If the database or signing fails.
pub async fn rotate_session(
    state: &AppState,
    transaction: &WriteTransaction,
    session: sessions::Model,
    user: &users::Model,
) -> Answer<TokenPair> {
    let rotated = rotate(state, session, state.now());
    let row = sessions::ActiveModel::from(rotated.clone()).reset_all();
    transaction.note_change(user.id);
    sessions::Entity::update(row).exec(transaction).await?;
    make_pair(state, &rotated, user)
}

fn rotate(state: &AppState, session: sessions::Model, now: Time) -> sessions::Model {
    let generation = session.generation + 1;
    sessions::Model {
        generation,
        issued_at: now,
        last_seen_at: now,
        rotated_at: Some(now),
        refresh_expires_at: session.expires_at.min(now + state.policy.refresh_life),
        refresh_hash: state.tokens.refresh_hash(session.id, generation),
        previous_refresh_hash: Some(session.refresh_hash),
        ..session
    }
}

/// `session_ended`.
pub fn session_ended() -> ApiError {
    ApiError::new(ProblemCode::SessionEnded, "This sign-in has ended. Sign in again.")
}
