//! The audit trail: events appended in the transaction of what they tell of, chained with an HMAC whose
//! key the database does not hold.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, QuerySelect};
use serde_json::Value;
use voiceassist_contract::{Id, Time};

use crate::tables::{audit_events, audit_head};

pub use crate::audit::key::AuditKey;

pub mod anchor;
mod key;
mod seal;
pub mod verify;

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident, $word:literal;)+) => {
        /// What an event tells of. The words are stored and stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Action {
            $($(#[$doc])* $variant,)+
        }

        impl Action {
            /// Every action.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that is stored.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }
    };
}

actions! {
    /// Somebody signed in.
    SignIn, "sign_in";
    /// A sign-in failed.
    SignInFailed, "sign_in_failed";
    /// Somebody who is signed in gave the password again.
    SteppedUp, "stepped_up";
    /// Somebody signed out.
    SignOut, "sign_out";
    /// A refresh token came back after its grace.
    RefreshReused, "refresh_reused";
    /// Sessions were ended.
    SessionEnded, "session_ended";
    /// Somebody registered.
    AccountRegistered, "account_registered";
    /// An account was created.
    AccountCreated, "account_created";
    /// An account was edited.
    AccountUpdated, "account_updated";
    /// An account was deactivated.
    AccountDeactivated, "account_deactivated";
    /// An account was brought back.
    AccountRestored, "account_restored";
    /// Somebody changed the own password.
    PasswordChanged, "password_changed";
    /// An account got a temporary password.
    PasswordReset, "password_reset";
    /// The delay after failed sign-ins was cleared.
    Unlocked, "unlocked";
    /// Somebody on the server made or brought back an administrator.
    AdministratorRecovered, "administrator_recovered";
    /// Accounts were exported.
    AccountsExported, "accounts_exported";
    /// A table of accounts was imported; each account that it made or changed has an event of its own.
    AccountsImported, "accounts_imported";
    /// Linking an account to Nextcloud was begun; what became of it is an event of its own.
    NextcloudLinkStarted, "nextcloud_link_started";
    /// An account was linked to Nextcloud.
    NextcloudLinked, "nextcloud_linked";
    /// An account could not be linked to Nextcloud.
    NextcloudLinkFailed, "nextcloud_link_failed";
    /// Events of this trail were exported.
    AuditExported, "audit_exported";
    /// The accounts of another VoiceAssist gateway became this one's.
    DatabaseAdopted, "database_adopted";
}

/// Who does something, and from where.
#[derive(Clone, Debug, Default)]
pub struct Actor {
    /// The account, if one is signed in.
    pub id: Option<Id>,
    /// Its person's name.
    pub name: Option<String>,
    /// The network address.
    pub address: Option<String>,
    /// The request's id.
    pub request_id: Option<String>,
}

/// An event to append.
#[derive(Clone, Debug)]
pub struct Event {
    action: Action,
    actor: Actor,
    target: Option<(&'static str, String)>,
    before: Option<Value>,
    after: Option<Value>,
}

impl Event {
    /// What it tells of.
    pub fn action(&self) -> Action {
        self.action
    }

    /// An event without a target.
    pub fn new(action: Action, actor: &Actor) -> Self {
        Self { action, actor: actor.clone(), target: None, before: None, after: None }
    }

    /// The same, done to this account.
    #[must_use]
    pub fn on_account(mut self, id: Id) -> Self {
        self.target = Some(("account", id.to_string()));
        self
    }

    /// The same, done to the trail itself.
    #[must_use]
    pub fn on_trail(mut self) -> Self {
        self.target = Some(("audit", "trail".to_owned()));
        self
    }

    /// The same, with what was before and what is now. Never a password, a hash or a token.
    #[must_use]
    pub fn changed(mut self, before: Value, after: Value) -> Self {
        self.before = Some(before);
        self.after = Some(after);
        self
    }

    /// The same, with what is now or more about it. Never a password, a hash or a token.
    #[must_use]
    pub fn with(mut self, after: Value) -> Self {
        self.after = Some(after);
        self
    }
}

/// Events of one statement: their columns are far fewer than the parameters that either database takes.
const EVENTS_AT_A_TIME: usize = 500;

/// Appends `event` in the caller's transaction, which must be one that may write.
///
/// # Errors
/// If the database fails; the caller's transaction must then not be committed.
pub async fn append<C: ConnectionTrait>(
    transaction: &C,
    key: &AuditKey,
    id: Id,
    at: Time,
    event: Event,
) -> Result<(), DbErr> {
    append_all(transaction, key, at, vec![(id, event)]).await
}

/// Appends events with their ids, in this order, as [`append`] does one.
///
/// # Errors
/// If the database fails; the caller's transaction must then not be committed.
pub async fn append_all<C: ConnectionTrait>(
    transaction: &C,
    key: &AuditKey,
    at: Time,
    events: Vec<(Id, Event)>,
) -> Result<(), DbErr> {
    // Locked until the transaction ends, so that no two events get the same place.
    let head = audit_head::Entity::find_by_id(audit_head::ONLY_ID)
        .lock_exclusive()
        .one(transaction)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the audit trail's head".to_owned()))?;
    let is_sealed = seal::holds(transaction, key, &head).await?;
    let (mut sequence, mut mac) = (head.sequence, head.mac.clone());
    let mut rows = Vec::with_capacity(events.len());
    for (id, event) in events {
        let mut row = to_row(id, at, event, sequence + 1, mac);
        row.mac = key.mac(&row);
        (sequence, mac) = (row.sequence, row.mac.clone());
        rows.push(row);
    }
    let Some(last) = rows.last() else { return Ok(()) };
    let new_head = audit_head::ActiveModel {
        id: Set(audit_head::ONLY_ID),
        sequence: Set(last.sequence),
        mac: Set(last.mac.clone()),
        seal: Set(seal::of_next(key, last, &head, is_sealed)),
    };
    for some in rows.chunks(EVENTS_AT_A_TIME) {
        let some = some.iter().map(|row| audit_events::ActiveModel::from(row.clone()).reset_all());
        audit_events::Entity::insert_many(some).exec_without_returning(transaction).await?;
    }
    audit_head::Entity::update(new_head).exec(transaction).await?;
    Ok(())
}

fn to_row(id: Id, at: Time, event: Event, sequence: i64, previous_mac: String) -> audit_events::Model {
    let (target_kind, target_id) = event.target.map(|(kind, id)| (kind.to_owned(), id)).unzip();
    audit_events::Model {
        id,
        sequence,
        at,
        actor_id: event.actor.id,
        actor_name: event.actor.name,
        action: event.action.as_str().to_owned(),
        target_kind,
        target_id,
        address: event.actor.address,
        request_id: event.actor.request_id,
        before: event.before.map(|value| value.to_string()),
        after: event.after.map(|value| value.to_string()),
        previous_mac,
        mac: String::new(),
    }
}
