//! Readers and writers of one account on several replicas, in an order that a seed decides.
//!
//! The row is a number that every write counts up. A reader fails the simulation if the number it is given
//! is less than what had been answered to some writer before the reader began.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use sea_orm::DbErr;
use voiceassist_contract::{Id, Time};
use voiceassist_gateway::generations::{Generations, change_rows};
use voiceassist_gateway::random::{SeededRandom, number_below};
use voiceassist_gateway::sessions::lookup::{KeptSessions, SessionAndUser, SessionLookup};
use voiceassist_gateway::tables::{sessions, users};

const READERS_OF_EACH_REPLICA: usize = 3;
const READS_OF_EACH: usize = 40;
const WRITERS: usize = 3;
const WRITES_OF_EACH: usize = 12;

/// The longest time that readers and writers rest between two steps, now and then.
#[derive(Clone, Copy)]
pub struct Pace(pub Duration);

/// What came of a simulation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outcome {
    /// Reads of a row that was older than what had been answered.
    pub stale: u64,
    /// Reads of which the database knew nothing.
    pub kept: u64,
}

/// The database: one row, read and written slowly.
struct Row {
    committed: AtomicI64,
    answered: AtomicI64,
    reads: AtomicU64,
    chance: Chance,
}

#[async_trait]
impl SessionLookup for Row {
    async fn find(&self, id: Id, account: Id) -> Result<Option<SessionAndUser>, DbErr> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        self.chance.pause().await;
        let version = self.committed.load(Ordering::SeqCst);
        self.chance.pause().await;
        Ok(Some(rows(id, account, version)))
    }
}

/// Decides who comes next.
#[derive(Clone)]
pub struct Chance {
    random: Arc<SeededRandom>,
    pace: Pace,
}

impl Chance {
    /// The same order for the same seed, where nothing but it decides.
    pub fn new(seed: u64, pace: Pace) -> Self {
        Self { random: Arc::new(SeededRandom::new(seed)), pace }
    }

    /// A number below `bound`.
    pub fn below(&self, bound: u32) -> u32 {
        number_below(&*self.random, bound)
    }

    /// Lets others go first, a few times or for a while.
    pub async fn pause(&self) {
        if self.below(12) == 0 {
            tokio::time::sleep(self.pace.0 * self.below(100) / 100).await;
        }
        for _ in 0..self.below(4) {
            tokio::task::yield_now().await;
        }
    }
}

/// Lets replicas with these generations run, each with its own lookup.
pub async fn simulate(replicas: [Arc<dyn Generations>; 3], account: Id, chance: Chance) -> Outcome {
    let row = Arc::new(Row {
        committed: AtomicI64::new(0),
        answered: AtomicI64::new(0),
        reads: AtomicU64::new(0),
        chance: chance.clone(),
    });
    let mut tasks = Vec::new();
    for generations in &replicas {
        let lookup = Arc::new(KeptSessions::new(row.clone(), generations.clone()));
        for _ in 0..READERS_OF_EACH_REPLICA {
            tasks.push(tokio::spawn(read(row.clone(), lookup.clone(), account)));
        }
    }
    for number in 0..WRITERS {
        tasks.push(tokio::spawn(write(row.clone(), replicas[number % replicas.len()].clone(), account)));
    }
    let mut stale = 0;
    for task in tasks {
        stale += task.await.expect("runs to its end");
    }
    let reads = (replicas.len() * READERS_OF_EACH_REPLICA * READS_OF_EACH) as u64;
    Outcome { stale, kept: reads - row.reads.load(Ordering::SeqCst) }
}

async fn read(row: Arc<Row>, lookup: Arc<KeptSessions>, account: Id) -> u64 {
    let mut stale = 0;
    for _ in 0..READS_OF_EACH {
        row.chance.pause().await;
        let least = row.answered.load(Ordering::SeqCst);
        let found = lookup.find(Id::from_u128(7), account).await.expect("answers").expect("is there");
        stale += u64::from(found.1.version < least);
    }
    stale
}

async fn write(row: Arc<Row>, generations: Arc<dyn Generations>, account: Id) -> u64 {
    for _ in 0..WRITES_OF_EACH {
        row.chance.pause().await;
        row.chance.pause().await;
        let commit = async {
            row.chance.pause().await;
            let version = row.committed.fetch_add(1, Ordering::SeqCst) + 1;
            row.chance.pause().await;
            version
        };
        let version = change_rows(&*generations, &[account], true, commit).await;
        row.answered.fetch_max(version, Ordering::SeqCst);
    }
    0
}

fn rows(id: Id, account: Id, version: i64) -> SessionAndUser {
    let at = Time::default();
    let session = sessions::Model {
        id,
        user_id: account,
        device: String::new(),
        address: String::new(),
        created_at: at,
        last_seen_at: at,
        expires_at: at,
        refresh_expires_at: at,
        generation: 1,
        issued_at: at,
        refresh_hash: String::new(),
        previous_refresh_hash: None,
        rotated_at: None,
        stepped_up_at: None,
        ended_at: None,
        end_reason: None,
    };
    let user = users::Model {
        id: account,
        email: String::new(),
        email_key: String::new(),
        full_name: String::new(),
        name_key: String::new(),
        search_key: String::new(),
        hashed_password: String::new(),
        role: String::new(),
        is_active: true,
        must_change_password: false,
        mfa_enabled: false,
        version,
        created_at: at,
        updated_at: at,
        last_login: None,
        last_login_key: 0,
        failed_sign_ins: 0,
        last_failure_at: None,
        last_failure_address: None,
        locked_until: None,
    };
    (session, user)
}
