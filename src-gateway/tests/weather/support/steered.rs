//! A gateway inside the test, over real sockets, whose clock the test steers: the clock of a computer on which
//! other tests run cannot be set.

use std::net::SocketAddr;
use std::sync::Arc;

use chrono::{DateTime, Duration};
use serde_json::json;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use voiceassist_contract::accounts::Role;
use voiceassist_gateway::accounts::{NewAccount, insert_account};
use voiceassist_gateway::audit::verify::{ChainState, verify_chain};
use voiceassist_gateway::clock::ManualClock;
use voiceassist_gateway::database::place::DatabasePlace;
use voiceassist_gateway::database::{Database, USUAL_CONNECTIONS};
use voiceassist_gateway::health::checks::Neighbours;
use voiceassist_gateway::http::cors::Origins;
use voiceassist_gateway::http::forwarded::TrustedProxies;
use voiceassist_gateway::limits::Allowances;
use voiceassist_gateway::metrics::Metrics;
use voiceassist_gateway::random::SystemRandom;
use voiceassist_gateway::redis::limiter::LimitTime;
use voiceassist_gateway::router::build_router;
use voiceassist_gateway::serve::connections::ConnectionLimits;
use voiceassist_gateway::serve::serve_until;
use voiceassist_gateway::state::{AppState, AuthPolicy, Parts};
use voiceassist_test_engines::Postgres;

use super::{Answer, Engine, Line, PASSWORD, Pair, Request};

/// A gateway whose clock stands still until it is moved.
pub struct Steered {
    /// Its clock.
    pub clock: Arc<ManualClock>,
    state: AppState,
    address: SocketAddr,
    runtime: Runtime,
    _folder: TempDir,
}

impl Steered {
    /// Starts it, with the usual limits per address; the test's addresses are those that it writes into
    /// `X-Forwarded-For`.
    pub fn start(engine: Engine) -> Self {
        let folder = TempDir::new().expect("a folder");
        let start = DateTime::parse_from_rfc3339("2026-11-23T09:00:00Z").expect("a time").to_utc();
        let clock = Arc::new(ManualClock::at(start));
        let runtime = Runtime::new().expect("threads");
        let (state, listener) = runtime.block_on(async {
            let place = match engine {
                Engine::Sqlite => DatabasePlace::Sqlite(folder.path().join("test.sqlite")),
                Engine::Postgres => {
                    let url = Postgres::shared().and_then(Postgres::create_database).expect("PostgreSQL");
                    DatabasePlace::parse(&url.as_str().into()).expect("an address")
                }
            };
            let database = Database::open(&place, USUAL_CONNECTIONS).await.expect("the database opens");
            database.migrate().await.expect("migrates");
            let networks = TrustedProxies::parse_networks("127.0.0.0/8").expect("a network");
            let state = AppState::new(Parts {
                database,
                clock: clock.clone(),
                random: Arc::new(SystemRandom),
                jwt_secret: "a test's secret of more than 32 bytes".into(),
                audit_key: "a test's audit key of more than 32 bytes".into(),
                metrics: Metrics::off(),
                policy: AuthPolicy::default(),
                allowances: Allowances::default(),
                origins: Origins::default(),
                proxies: TrustedProxies { networks, ..TrustedProxies::default() },
                redis: None,
                limit_time: LimitTime::OfRedis,
                neighbours: Neighbours::default(),
                password_cost: 4,
            });
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("listens");
            (state.expect("cost 4 is known"), listener)
        });
        let address = listener.local_addr().expect("an address");
        let router = build_router(state.clone());
        runtime.spawn(serve_until(
            state.clone(),
            router,
            listener,
            ConnectionLimits::default(),
            None,
            std::future::pending(),
        ));
        Self { clock, state, address, runtime, _folder: folder }
    }

    /// A new account with everybody's password.
    pub fn create_account(&self, email: &str, role: Role) {
        self.runtime.block_on(async {
            let state = &self.state;
            let hashed_password = state.passwords.hash(&PASSWORD.into()).await.expect("hashes");
            let transaction = state.database.begin_write().await.expect("begins");
            let account = NewAccount {
                id: state.new_id(),
                email: email.to_owned(),
                full_name: "Ana Ruiz".to_owned(),
                role,
                hashed_password,
                must_change_password: false,
            };
            insert_account(&transaction, account, state.now()).await.expect("inserts");
            transaction.commit().await.expect("commits");
        });
    }

    /// Asks over a connection of its own.
    #[track_caller]
    pub fn ask(&self, request: &Request) -> Answer {
        Line::open(self.address).ask(request).expect("an answer comes")
    }

    /// The answer to a sign-in from this address.
    #[track_caller]
    pub fn try_sign_in(&self, from: &str, email: &str, password: &str) -> Answer {
        let body = json!({"email": email, "password": password});
        self.ask(&Request::post("/api/auth/login").with("X-Forwarded-For", from).with_json(&body))
    }

    /// Signs in from an address of its own.
    #[track_caller]
    pub fn sign_in(&self, email: &str) -> Pair {
        Pair::of(&self.try_sign_in(&format!("198.51.100.{}", email.len()), email, PASSWORD).expect(200))
    }

    /// How many events the audit trail has; it must be whole.
    #[track_caller]
    pub fn verify_trail(&self) -> i64 {
        let key = self.state.audit_key();
        let readers = self.state.database.readers();
        match self.runtime.block_on(verify_chain(readers, key)).expect("the trail is read") {
            ChainState::Whole(events) => events,
            ChainState::Broken(fault) => panic!("{fault:?}"),
        }
    }

    /// Lets time pass.
    pub fn wait(&self, seconds: i64) {
        self.clock.advance(Duration::seconds(seconds));
    }
}
