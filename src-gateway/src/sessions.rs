//! Sessions as rows: started by a sign-in, kept alive by refreshes, ended for a reason, and looked up on
//! every request, so that their end takes effect on the next one.

use std::time::Duration;

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait,
    PaginatorTrait, QueryFilter, QueryOrder, Select, sea_query::Expr,
};
use serde_json::json;
use voiceassist_contract::auth::{Session, TokenPair};
use voiceassist_contract::{Id, Time};

use crate::audit::{Action, Actor, Event};
use crate::database::write::WriteTransaction;
use crate::http::request_info::RequestInfo;
use crate::problem::{Answer, ApiError};
use crate::state::AppState;
use crate::tables::{sessions, users};
use crate::tokens::PairMatter;

pub mod lookup;
pub mod many;
pub mod refresh;
pub mod step_up;

/// How long a session goes on being shown as last seen at the same time.
const SEEN_GRANULARITY: chrono::Duration = chrono::Duration::minutes(1);

/// How long a request waits until that is noted.
const NOTE_TIMEOUT: Duration = Duration::from_secs(1);

/// Why sessions end. The words are stored and stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// Its person signed out.
    SignedOut,
    /// Its person ended it from another session.
    EndedByOwner,
    /// An administrator ended it.
    EndedByAdministrator,
    /// The password was changed.
    PasswordChanged,
    /// An administrator reset the password.
    PasswordReset,
    /// The account was deactivated.
    AccountDeactivated,
    /// The account's role changed.
    RoleChanged,
    /// The account's e-mail address changed.
    EmailChanged,
    /// A refresh token came back after its grace: somebody else may have it.
    RefreshReused,
}

impl EndReason {
    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::EndedByOwner => "ended_by_owner",
            Self::EndedByAdministrator => "ended_by_administrator",
            Self::PasswordChanged => "password_changed",
            Self::PasswordReset => "password_reset",
            Self::AccountDeactivated => "account_deactivated",
            Self::RoleChanged => "role_changed",
            Self::EmailChanged => "email_changed",
            Self::RefreshReused => "refresh_reused",
        }
    }
}

/// Which of an account's sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// All but this one.
    AllBut(Id),
    /// This one alone.
    One(Id),
}

/// Whether the session has neither been ended nor come to an end by itself.
pub fn is_live(session: &sessions::Model, now: Time) -> bool {
    session.ended_at.is_none() && session.expires_at > now && session.refresh_expires_at > now
}

/// Starts a session for `user` and gives its first pair of tokens.
///
/// # Errors
/// If the database or signing fails.
pub async fn start_session<C: ConnectionTrait>(
    state: &AppState,
    transaction: &C,
    user: &users::Model,
    info: &RequestInfo,
) -> Answer<(sessions::Model, TokenPair)> {
    let now = state.now();
    let expires_at = now + state.policy.session_life;
    let id = state.new_id();
    let session = sessions::Model {
        id,
        user_id: user.id,
        device: info.device().to_owned(),
        address: info.address().to_string(),
        created_at: now,
        last_seen_at: now,
        expires_at,
        refresh_expires_at: expires_at.min(now + state.policy.refresh_life),
        generation: 1,
        issued_at: now,
        refresh_hash: state.tokens.refresh_hash(id, 1),
        previous_refresh_hash: None,
        rotated_at: None,
        stepped_up_at: None,
        ended_at: None,
        end_reason: None,
    };
    let row = sessions::ActiveModel::from(session.clone()).reset_all();
    sessions::Entity::insert(row).exec_without_returning(transaction).await?;
    let pair = make_pair(state, &session, user)?;
    Ok((session, pair))
}

/// The session's current pair of tokens; the same each time it is asked for.
///
/// # Errors
/// If signing fails.
pub fn make_pair(state: &AppState, session: &sessions::Model, user: &users::Model) -> Answer<TokenPair> {
    let matter = PairMatter {
        user_id: user.id,
        email: &user.email,
        role: crate::accounts::role_of(user).as_str(),
        session_id: session.id,
        generation: session.generation,
        issued_at: session.issued_at,
        access_expires_at: session.expires_at.min(session.issued_at + state.policy.access_life),
        refresh_expires_at: session.refresh_expires_at,
    };
    state.tokens.make_pair(&matter).map_err(|error| ApiError::internal(&error))
}

/// Ends sessions of an account in the caller's transaction, writes that to the audit trail, and says how
/// many ended.
///
/// # Errors
/// If the database fails.
pub async fn end_sessions(
    state: &AppState,
    transaction: &WriteTransaction,
    actor: &Actor,
    user_id: Id,
    which: Which,
    reason: EndReason,
) -> Result<u64, DbErr> {
    let ended = mark_ended(transaction, state.now(), user_id, which, reason).await?;
    if ended > 0 {
        let mut more = json!({"reason": reason.as_str(), "ended": ended});
        if let Which::One(session) = which {
            more["session"] = json!(session);
        }
        state
            .record(transaction, Event::new(Action::SessionEnded, actor).on_account(user_id).with(more))
            .await?;
    }
    Ok(ended)
}

/// Ends sessions without an event of its own, for callers whose event says so already.
///
/// # Errors
/// If the database fails.
pub async fn mark_ended(
    transaction: &WriteTransaction,
    now: Time,
    user_id: Id,
    which: Which,
    reason: EndReason,
) -> Result<u64, DbErr> {
    transaction.note_restriction(user_id);
    let mut update = sessions::Entity::update_many()
        .col_expr(sessions::Column::EndedAt, Expr::value(now))
        .col_expr(sessions::Column::EndReason, Expr::value(reason.as_str()))
        .filter(sessions::Column::UserId.eq(user_id))
        .filter(are_live(now));
    match which {
        Which::All => {}
        Which::AllBut(kept) => update = update.filter(sessions::Column::Id.ne(kept)),
        Which::One(one) => update = update.filter(sessions::Column::Id.eq(one)),
    }
    Ok(update.exec(transaction).await?.rows_affected)
}

/// The account's live sessions, the one last seen first.
///
/// # Errors
/// If the database fails.
pub async fn list_live<C: ConnectionTrait>(
    connection: &C,
    user_id: Id,
    now: Time,
) -> Result<Vec<sessions::Model>, DbErr> {
    live(user_id, now)
        .order_by_desc(sessions::Column::LastSeenAt)
        .order_by_desc(sessions::Column::Id)
        .all(connection)
        .await
}

/// How many live sessions the account has.
///
/// # Errors
/// If the database fails.
pub async fn count_live<C: ConnectionTrait>(connection: &C, user_id: Id, now: Time) -> Result<u64, DbErr> {
    live(user_id, now).count(connection).await
}

fn live(user_id: Id, now: Time) -> Select<sessions::Entity> {
    sessions::Entity::find().filter(sessions::Column::UserId.eq(user_id)).filter(are_live(now))
}

/// [`is_live`] as a condition of the database.
fn are_live(now: Time) -> Condition {
    Condition::all()
        .add(sessions::Column::EndedAt.is_null())
        .add(sessions::Column::ExpiresAt.gt(now))
        .add(sessions::Column::RefreshExpiresAt.gt(now))
}

/// The session on the wire; `asking` is the session that asks.
pub fn to_session(row: &sessions::Model, asking: Option<Id>) -> Session {
    Session {
        id: row.id,
        device: row.device.clone(),
        address: row.address.clone(),
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
        expires_at: row.expires_at,
        current: asking == Some(row.id),
    }
}

/// Notes that the session is in use, at most once a minute. If it cannot be noted in time, the request goes on all
/// the same: on a full disk everything can be read, and a long write of somebody else is nobody's fault.
pub async fn note_seen(state: &AppState, session: &sessions::Model) {
    let now = state.now();
    // After a clock was set back, a time that lies ahead is not the last one.
    if (now - session.last_seen_at).abs() < SEEN_GRANULARITY {
        return;
    }
    match tokio::time::timeout(NOTE_TIMEOUT, write_seen(state, session, now)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(cause = %error, "that a session is in use could not be noted"),
        Err(_) => tracing::warn!("that a session is in use could not be noted in time"),
    }
}

async fn write_seen(state: &AppState, session: &sessions::Model, now: Time) -> Result<(), DbErr> {
    let transaction = state.database.begin_write().await?;
    let seen = sessions::ActiveModel { id: Set(session.id), last_seen_at: Set(now), ..Default::default() };
    transaction.note_change(session.user_id);
    sessions::Entity::update(seen).exec(&transaction).await?;
    transaction.commit().await
}
