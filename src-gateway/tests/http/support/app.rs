//! The application: its own database, a clock that stands still, randomness with a seed, cheap hashing.

use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use chrono::DateTime;
use voiceassist_contract::accounts::Role;
use voiceassist_contract::{Id, Time};
use voiceassist_gateway::accounts::{NewAccount, insert_account};
use voiceassist_gateway::audit::verify::{ChainState, verify_chain};
use voiceassist_gateway::clock::ManualClock;
use voiceassist_gateway::health::checks::Neighbours;
use voiceassist_gateway::health::nextcloud::NextcloudCheck;
use voiceassist_gateway::health::qdrant::QdrantCheck;
use voiceassist_gateway::http::cors::Origins;
use voiceassist_gateway::http::forwarded::TrustedProxies;
use voiceassist_gateway::limits::{Allowance, Allowances};
use voiceassist_gateway::metrics::Metrics;
use voiceassist_gateway::nextcloud::accounts::{NextcloudAccounts, Patience};
use voiceassist_gateway::random::SeededRandom;
use voiceassist_gateway::redis::limiter::LimitTime;
use voiceassist_gateway::router::{build_router, wrap_routes};
use voiceassist_gateway::state::{AppState, AuthPolicy, Parts};
use voiceassist_gateway::tables::{audit_events, users};

use super::cloud::{CLOUD_PASSWORD, CLOUD_USER, Cloud};
use super::watch::{LogWatch, LookAtEnd};
use super::{Person, TestDatabase};

/// The password of everybody that the application makes.
pub const PASSWORD: &str = "marble kettle orbit fern";

/// The key of every trail that the application makes.
const AUDIT_KEY: &str = "a test's audit key of more than 32 bytes";

/// What a test wants different.
#[derive(Clone)]
pub struct Setup {
    /// Lives and registration.
    pub policy: AuthPolicy,
    /// Limits per address; without limits to speak of unless a test is about them.
    pub allowances: Allowances,
    /// The proxies in front.
    pub proxies: TrustedProxies,
    /// Where web pages come from that may call.
    pub origins: Origins,
    /// The services beside it.
    pub neighbours: Places,
}

/// Where Qdrant and Nextcloud are.
#[derive(Clone, Default)]
pub struct Places {
    /// Qdrant's address.
    pub qdrant: Option<String>,
    /// Nextcloud's address.
    pub nextcloud: Option<String>,
    /// The name and password of an administrator there.
    pub nextcloud_administrator: Option<(String, String)>,
}

impl Places {
    /// Beside this Nextcloud, as its administrator.
    pub fn beside(cloud: &Cloud) -> Self {
        let administrator = (CLOUD_USER.to_owned(), CLOUD_PASSWORD.to_owned());
        Self {
            nextcloud: Some(cloud.url.clone()),
            nextcloud_administrator: Some(administrator),
            ..Self::default()
        }
    }

    /// Shorter than anybody would wait, so that a test need not.
    fn accounts(&self) -> Option<NextcloudAccounts> {
        let (user, password) = self.nextcloud_administrator.clone()?;
        let url = self.nextcloud.as_ref()?.parse().expect("an address");
        let patience = Patience { connect: Duration::from_millis(500), call: Duration::from_millis(800) };
        let accounts = NextcloudAccounts::new(url, (user, password.into()), AUDIT_KEY.as_bytes(), patience);
        Some(accounts.expect("a client"))
    }

    fn checks(&self) -> Neighbours {
        let place = |text: &String| text.parse::<url::Url>().expect("an address");
        Neighbours {
            qdrant: self.qdrant.as_ref().map(|text| QdrantCheck::new(place(text)).expect("a client")),
            nextcloud: self
                .nextcloud
                .as_ref()
                .map(|text| NextcloudCheck::new(place(text)).expect("a client")),
            nextcloud_accounts: self.accounts(),
        }
    }
}

impl Default for Setup {
    fn default() -> Self {
        let plenty = Allowance::per_minute(NonZeroU32::new(1_000_000).expect("not 0"));
        let allowances = Allowances { register: plenty, login: plenty, refresh: plenty };
        Self {
            policy: AuthPolicy::default(),
            allowances,
            proxies: TrustedProxies::default(),
            origins: Origins::default(),
            neighbours: Places::default(),
        }
    }
}

/// The application under test. Cheap to clone.
#[derive(Clone)]
pub struct TestApp {
    /// What the handlers see.
    pub state: AppState,
    pub(super) router: Router,
    clock: Arc<ManualClock>,
    people: Arc<AtomicU32>,
    database: Arc<TestDatabase>,
    _look: Arc<LookAtEnd>,
}

impl TestApp {
    /// An application without accounts.
    pub async fn start() -> Self {
        Self::start_with(Setup::default()).await
    }

    /// The same, with something different.
    pub async fn start_with(setup: Setup) -> Self {
        let start = DateTime::parse_from_rfc3339("2026-11-23T09:00:00Z").expect("a time").to_utc();
        let clock = Arc::new(ManualClock::at(start));
        Self::open(setup, Arc::new(TestDatabase::make()), clock, 20_261_123).await
    }

    /// Another process on the same database, with the same keys and the same clock.
    pub async fn replica(&self, number: u64) -> Self {
        self.replica_with(number, Setup::default()).await
    }

    /// The same, with something different.
    pub async fn replica_with(&self, number: u64, setup: Setup) -> Self {
        Self::open(setup, self.database.clone(), self.clock.clone(), number).await
    }

    async fn open(setup: Setup, database: Arc<TestDatabase>, clock: Arc<ManualClock>, seed: u64) -> Self {
        LogWatch::of_suite().remember(PASSWORD);
        let state = AppState::new(Parts {
            database: database.open().await,
            clock: clock.clone(),
            random: Arc::new(SeededRandom::new(seed)),
            jwt_secret: "a test's secret of more than 32 bytes".into(),
            audit_key: AUDIT_KEY.into(),
            metrics: Metrics::collect().expect("the catalogue is sound"),
            policy: setup.policy,
            allowances: setup.allowances,
            proxies: setup.proxies,
            origins: setup.origins,
            redis: None,
            limit_time: LimitTime::OfRedis,
            neighbours: setup.neighbours.checks(),
            password_cost: 4,
        })
        .expect("cost 4 is known");
        let router = build_router(state.clone());
        Self { state, router, clock, people: Arc::default(), database, _look: Arc::new(LookAtEnd) }
    }

    /// The same application with these routes instead of its own.
    pub fn with_routes(&self, routes: Router<AppState>) -> Self {
        Self { router: wrap_routes(routes, self.state.clone()), ..self.clone() }
    }

    /// Moves the clock on.
    pub fn wait(&self, time: chrono::Duration) {
        self.clock.advance(time);
    }

    /// Sets the clock to another time, backwards if `by` is negative.
    pub fn set_clock(&self, by: chrono::Duration) {
        self.clock.set(by);
    }

    /// The application's time.
    pub fn now(&self) -> Time {
        self.state.now()
    }

    /// Somebody who is not signed in.
    pub fn anonymous(&self) -> Person {
        Person::anonymous(self.clone(), IpAddr::V4(Ipv4Addr::LOCALHOST))
    }

    /// Somebody who is not signed in, at this address.
    pub fn anonymous_at(&self, address: &str) -> Person {
        Person::anonymous(self.clone(), address.parse().expect("an address"))
    }

    /// Somebody new with the role `user`, signed in.
    pub async fn staff(&self) -> Person {
        self.somebody("Ana Ruiz", Role::User).await
    }

    /// Somebody new with the role `admin`, signed in.
    pub async fn administrator(&self) -> Person {
        self.somebody("Tomás Weber", Role::Admin).await
    }

    /// Somebody new with this name, signed in. Addresses are numbered: `person1@clinic.example`, ….
    pub async fn somebody(&self, full_name: &str, role: Role) -> Person {
        let number = self.people.fetch_add(1, Ordering::Relaxed) + 1;
        let email = format!("person{number}@clinic.example");
        let id = self.create_account(full_name, &email, role, false).await;
        let person = Person { id, ..self.anonymous() };
        person.sign_in(&email, PASSWORD).await
    }

    /// Somebody who has a temporary password (which is [`PASSWORD`]), signed in.
    pub async fn newcomer(&self) -> Person {
        let number = self.people.fetch_add(1, Ordering::Relaxed) + 1;
        let email = format!("person{number}@clinic.example");
        let id = self.create_account("Nour Haddad", &email, Role::User, true).await;
        let person = Person { id, ..self.anonymous() };
        person.sign_in(&email, PASSWORD).await
    }

    /// An account in the database, without a request.
    pub async fn create_account(
        &self,
        full_name: &str,
        email: &str,
        role: Role,
        must_change_password: bool,
    ) -> Id {
        LogWatch::of_suite().remember(email);
        LogWatch::of_suite().remember(full_name);
        let hashed_password = self.state.passwords.hash(&PASSWORD.into()).await.expect("hashes");
        let transaction = self.state.database.begin_write().await.expect("begins");
        let account = NewAccount {
            id: self.state.new_id(),
            email: email.to_owned(),
            full_name: full_name.to_owned(),
            role,
            hashed_password,
            must_change_password,
        };
        let row = insert_account(&transaction, account, self.now()).await.expect("inserts");
        transaction.commit().await.expect("commits");
        row.id
    }

    /// So many accounts with the role `user` in the database, without a request:
    /// `crowd00000@clinic.example`, …, all with the name "Crowd Member" and [`PASSWORD`].
    pub async fn create_crowd(&self, count: usize) {
        use sea_orm::{ActiveModelTrait, EntityTrait};
        let id = self.create_account("Crowd Member", "crowd00000@clinic.example", Role::User, false).await;
        let readers = self.state.database.readers();
        let first = users::Entity::find_by_id(id).one(readers).await.expect("reads").expect("is there");
        let others: Vec<users::Model> = (1..count)
            .map(|number| {
                let (id, email) = (self.state.new_id(), format!("crowd{number:05}@clinic.example"));
                let search_key = format!("crowd member\n{email}\n{id}");
                users::Model { id, email_key: email.clone(), email, search_key, ..first.clone() }
            })
            .collect();
        let transaction = self.state.database.begin_write().await.expect("begins");
        for some in others.chunks(500) {
            let rows = some.iter().map(|row| users::ActiveModel::from(row.clone()).reset_all());
            users::Entity::insert_many(rows).exec_without_returning(&transaction).await.expect("inserts");
        }
        transaction.commit().await.expect("commits");
    }

    /// The words of all audit events, oldest first; the chain is checked on the way.
    pub async fn audited(&self) -> Vec<String> {
        self.audit_events().await.into_iter().map(|event| event.action).collect()
    }

    /// All audit events, oldest first; the chain is checked on the way.
    pub async fn audit_events(&self) -> Vec<audit_events::Model> {
        use sea_orm::{EntityTrait, QueryOrder};
        let readers = self.state.database.readers();
        let chain = verify_chain(readers, self.state.audit_key()).await.expect("verifies");
        assert!(matches!(chain, ChainState::Whole(_)), "the audit chain is broken: {chain:?}");
        let all = audit_events::Entity::find().order_by_asc(audit_events::Column::Sequence);
        all.all(readers).await.expect("reads the audit trail")
    }
}
