//! Looking a session up for a request: in the database, or first in what this process keeps of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use sea_orm::{DbErr, EntityTrait, SelectTwo};
use tokio::time::Instant;
use voiceassist_contract::Id;

use crate::database::Database;
use crate::generations::{Generation, Generations};
use crate::tables::{sessions, users};

/// Sessions kept at a time. More than this in two seconds, and the oldest are read again.
const MOST_KEPT: usize = 4_096;

/// A session and its account, ended or not.
pub type SessionAndUser = (sessions::Model, users::Model);

/// Looks a session up for a request. If it cannot be known, the request is refused and never let through.
#[async_trait]
pub trait SessionLookup: Send + Sync + 'static {
    /// The session with this id and its account, which the caller's token says is `account`.
    ///
    /// # Errors
    /// If it cannot be known.
    async fn find(&self, id: Id, account: Id) -> Result<Option<SessionAndUser>, DbErr>;
}

/// The session with this id, beside its account.
pub fn find_session(id: Id) -> SelectTwo<sessions::Entity, users::Entity> {
    sessions::Entity::find_by_id(id).find_also_related(users::Entity)
}

#[async_trait]
impl SessionLookup for Database {
    async fn find(&self, id: Id, account: Id) -> Result<Option<SessionAndUser>, DbErr> {
        let found = find_session(id).one(self.readers()).await?;
        Ok(found
            .and_then(|(session, user)| user.map(|user| (session, user)))
            .filter(|(_, user)| user.id == account))
    }
}

/// Keeps what it has looked up, by the protocol of [`crate::generations`].
pub struct KeptSessions {
    source: Arc<dyn SessionLookup>,
    generations: Arc<dyn Generations>,
    kept: Mutex<HashMap<Id, Kept>>,
}

struct Kept {
    generation: Generation,
    /// From before it was read.
    since: Instant,
    found: SessionAndUser,
}

impl KeptSessions {
    /// Looks up in `source` what is not kept, and asks `generations` whether what is kept still holds.
    pub fn new(source: Arc<dyn SessionLookup>, generations: Arc<dyn Generations>) -> Self {
        Self { source, generations, kept: Mutex::default() }
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<Id, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find_kept(&self, id: Id, account: Id, generation: Generation) -> Option<SessionAndUser> {
        let kept = self.kept();
        let entry = kept.get(&id)?;
        let holds = entry.generation == generation
            && entry.since.elapsed() < self.generations.lease()
            && entry.found.1.id == account;
        holds.then(|| entry.found.clone())
    }

    fn keep(&self, id: Id, entry: Kept) {
        let mut kept = self.kept();
        if kept.len() >= MOST_KEPT && !kept.contains_key(&id) {
            kept.retain(|_, entry| entry.since.elapsed() < self.generations.lease());
            if kept.len() >= MOST_KEPT {
                kept.clear();
            }
        }
        kept.insert(id, entry);
    }
}

#[async_trait]
impl SessionLookup for KeptSessions {
    async fn find(&self, id: Id, account: Id) -> Result<Option<SessionAndUser>, DbErr> {
        let since = Instant::now();
        let Some(generation) = self.generations.find(account).await else {
            return self.source.find(id, account).await;
        };
        if let Some(found) = self.find_kept(id, account, generation) {
            return Ok(Some(found));
        }
        let found = self.source.find(id, account).await?;
        if let Some(found) = &found {
            self.keep(id, Kept { generation, since, found: found.clone() });
        }
        Ok(found)
    }
}
