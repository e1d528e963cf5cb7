//! How a session's row can be kept in memory and yet never be used once it has changed.
//!
//! Every request needs its session and its account. Reading both from the database each time is right but
//! slow; what a replica keeps of them must stop counting at once when any replica ends the session,
//! deactivates the account, or changes its password, role or anything else.
//!
//! # The protocol
//!
//! Every account has a *generation*, kept where all replicas see it: in Redis, or in memory where one
//! process is the whole deployment. A generation is a word that never comes twice. While a change is on its
//! way the account has none.
//!
//! * **Reading.** (1) Ask for the account's generation. (2) A row that is kept under the same generation, and
//!   was read less than a [`LEASE`] ago, is used. (3) Otherwise read the database, and keep the row under the
//!   generation of step 1, if there was one. Generations come before rows, always.
//! * **Writing.** (1) Before the commit, announce the change: the account has no generation now. (2) Commit.
//!   (3) Conclude the change: the account gets a new generation, unless another change is still announced.
//!   (4) Only then answer. If step 3 does not succeed, the answer waits for a lease's length after the
//!   commit instead; steps 1 to 3 run on when the caller goes away.
//!
//! # Why nothing stale is used
//!
//! Claim: a request that begins after a change was answered never uses a row from before that change.
//!
//! *If step 3 succeeded:* the request asks for the generation after step 3, so it gets the new one, a
//! later one, or none. A row is kept under such a generation only by somebody who asked for it after step 3
//! and read the row after that, that is, after the commit. This holds in every order of the other steps: who
//! read the old row and is slow to keep it keeps it under the old generation, which never comes back.
//!
//! *If step 3 failed:* the answer came a lease after the commit. A row that is still used then was read less
//! than a lease ago, that is, after the commit. Leases are measured by each process's own steady clock, from
//! before the row was read, so clocks need not agree.
//!
//! *If the writer dies* before step 2, nothing has changed. After it, nobody was told that anything has; all
//! the same nothing is kept while the announcement stands, and it stands for longer than a commit may take.
//! If Redis loses the announcement, a lease bounds what is left.
//!
//! *If Redis goes back* to what it knew earlier (restarted from a snapshot, or replaced by a replica that had
//! not heard everything), an old generation could return. But then its connections break, and a generation
//! counts only together with the connection that it came over: nothing kept before the break is used after
//! it, and what is kept after it was read after it.
//!
//! *If Redis cannot be asked*, there is no generation: the database is read and nothing is kept. If neither
//! answers, the request is refused.

use std::fmt::Debug;
use std::time::Duration;

use async_trait::async_trait;
use voiceassist_contract::Id;

pub mod beside;
pub mod memory;

/// The longest that a row may be used without being read again, and so the longest that a change which could
/// not be made known waits.
pub const LEASE: Duration = Duration::from_secs(2);

/// The state of an account's rows. Two that are equal mean that nothing was changed between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Generation {
    /// Which connection it came over.
    pub connection: u64,
    /// The word itself.
    pub word: u128,
}

/// A change that has been announced and not yet concluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change(pub u128);

/// Where the generations of all accounts are kept.
#[async_trait]
pub trait Generations: Debug + Send + Sync + 'static {
    /// The account's generation; none while it is being changed, or if it cannot be known.
    async fn find(&self, account: Id) -> Option<Generation>;

    /// Takes the accounts' generations away, as well as that can be done.
    async fn announce(&self, accounts: &[Id]) -> Change;

    /// Gives the accounts new generations, and says whether that has been done.
    async fn conclude(&self, change: Change, accounts: &[Id]) -> bool;

    /// [`LEASE`]; shorter in tests alone.
    fn lease(&self) -> Duration {
        LEASE
    }
}

/// Does what `commit` does to these accounts' rows and makes it known. If it may take something away, that
/// holds on every replica when this returns.
///
/// The caller sees to it that this runs to its end.
pub async fn change_rows<T>(
    generations: &dyn Generations,
    accounts: &[Id],
    is_restriction: bool,
    commit: impl Future<Output = T>,
) -> T {
    let change = generations.announce(accounts).await;
    let committed = commit.await;
    // Also after a failure: an answer that was lost on the way says nothing about the commit.
    let is_known = generations.conclude(change, accounts).await;
    if !is_known && is_restriction {
        tokio::time::sleep(generations.lease()).await;
    }
    committed
}
