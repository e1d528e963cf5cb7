//! No stale row is used, in whatever order readers and writers come.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use voiceassist_contract::Id;
use voiceassist_gateway::generations::beside::BesideTheServer;
use voiceassist_gateway::generations::memory::MemoryGenerations;
use voiceassist_gateway::generations::{Change, Generation, Generations};

use crate::simulation::{Chance, Outcome, Pace, simulate};

const ACCOUNT: Id = Id::from_u128(42);
const SEEDS: u64 = 60;

/// A lease that never ends within a simulation, so that nothing but generations keeps old rows away.
const ENDLESS: Duration = Duration::from_secs(600);
/// A lease that ends many times, also on a busy computer.
const SHORT: Duration = Duration::from_millis(150);

/// Lets others go first before and after every call.
#[derive(Debug)]
struct Slow<G>(G, Duration, ShownAsNothing);

struct ShownAsNothing(Chance);

impl std::fmt::Debug for ShownAsNothing {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}

#[async_trait]
impl<G: Generations> Generations for Slow<G> {
    async fn find(&self, account: Id) -> Option<Generation> {
        self.2.0.pause().await;
        let found = self.0.find(account).await;
        self.2.0.pause().await;
        found
    }

    async fn announce(&self, accounts: &[Id]) -> Change {
        self.2.0.pause().await;
        let change = self.0.announce(accounts).await;
        self.2.0.pause().await;
        change
    }

    async fn conclude(&self, change: Change, accounts: &[Id]) -> bool {
        self.2.0.pause().await;
        let is_known = self.0.conclude(change, accounts).await;
        self.2.0.pause().await;
        is_known
    }

    fn lease(&self) -> Duration {
        self.1
    }
}

/// A writer's view of generations that it cannot reach, while readers on other replicas can.
#[derive(Debug)]
struct CutOffForWriters(MemoryGenerations);

#[async_trait]
impl Generations for CutOffForWriters {
    async fn find(&self, account: Id) -> Option<Generation> {
        self.0.find(account).await
    }

    async fn announce(&self, accounts: &[Id]) -> Change {
        BesideTheServer.announce(accounts).await
    }

    async fn conclude(&self, change: Change, accounts: &[Id]) -> bool {
        BesideTheServer.conclude(change, accounts).await
    }
}

/// Generations that lose every change and say that all is well.
#[derive(Debug)]
struct Forgetful;

#[async_trait]
impl Generations for Forgetful {
    async fn find(&self, _: Id) -> Option<Generation> {
        Some(Generation { connection: 0, word: 0 })
    }

    async fn announce(&self, _: &[Id]) -> Change {
        Change(0)
    }

    async fn conclude(&self, _: Change, _: &[Id]) -> bool {
        true
    }
}

async fn simulate_all<G: Generations>(lease: Duration, make: impl Fn() -> G) -> Outcome {
    let mut sum = Outcome::default();
    let all = (0..SEEDS).map(|seed| {
        let chance = Chance::new(seed, Pace(lease.min(SHORT)));
        let shared: Arc<dyn Generations> = Arc::new(Slow(make(), lease, ShownAsNothing(chance.clone())));
        tokio::spawn(simulate([shared.clone(), shared.clone(), shared], ACCOUNT, chance))
    });
    for simulation in all.collect::<Vec<_>>() {
        let outcome = simulation.await.expect("runs to its end");
        sum.stale += outcome.stale;
        sum.kept += outcome.kept;
    }
    sum
}

#[tokio::test]
async fn in_any_order_no_reader_sees_what_was_before_an_answered_change() {
    let outcome = simulate_all(ENDLESS, MemoryGenerations::default).await;
    assert_eq!(outcome.stale, 0);
    assert!(outcome.kept > 1_000, "hardly anything was kept: {outcome:?}");
}

#[tokio::test]
async fn a_change_that_cannot_be_made_known_waits_until_nothing_older_is_used() {
    let outcome = simulate_all(SHORT, || CutOffForWriters(MemoryGenerations::default())).await;
    assert_eq!(outcome.stale, 0);
    assert!(outcome.kept > 20, "hardly anything was kept: {outcome:?}");
}

#[tokio::test]
async fn changes_that_got_lost_would_be_noticed_here() {
    let outcome = simulate_all(ENDLESS, || Forgetful).await;
    assert!(outcome.stale > 50, "{outcome:?}");
}
