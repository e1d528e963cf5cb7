//! Several replicas in one process, each with its own connections, on one database and one Redis.

use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{HeaderMap, Method, Request, header};
use serde_json::{Value, json};
use tower::ServiceExt;
use voiceassist_contract::Id;
use voiceassist_contract::accounts::Role;
use voiceassist_gateway::accounts::{NewAccount, insert_account};
use voiceassist_gateway::clock::SystemClock;
use voiceassist_gateway::database::Database;
use voiceassist_gateway::health::checks::Neighbours;
use voiceassist_gateway::health::nextcloud::NextcloudCheck;
use voiceassist_gateway::http::cors::Origins;
use voiceassist_gateway::http::forwarded::TrustedProxies;
use voiceassist_gateway::limits::{Allowance, Allowances};
use voiceassist_gateway::metrics::Metrics;
use voiceassist_gateway::random::SystemRandom;
use voiceassist_gateway::redis::limiter::LimitTime;
use voiceassist_gateway::redis::{PREFIX, Redis, RedisAddress};
use voiceassist_gateway::router::build_router;
use voiceassist_gateway::state::{AppState, AuthPolicy, Parts};

mod storage;

pub use storage::{SharedDatabase, Storage};

/// Everybody's password.
pub const PASSWORD: &str = "marble kettle orbit fern";

/// No answer may take longer, whatever is stopped: time-outs in the way are 5 seconds and less.
pub const LONGEST_ANSWER: Duration = Duration::from_secs(15);

/// The Redis at this URL, with a connection of its own.
pub async fn connect(url: &str) -> Redis {
    let address = RedisAddress::parse(&url.into()).expect("an address");
    Redis::open(&address, PREFIX).await.expect("an address that can be used")
}

/// Replicas, and the database that they share.
pub struct Deployment {
    /// The replicas.
    pub replicas: Vec<Replica>,
    _storage: Storage,
}

/// One process's worth of gateway. Cheap to clone.
#[derive(Clone)]
pub struct Replica {
    /// What its handlers see.
    pub state: AppState,
    router: Router,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Value,
    /// How long it took.
    pub took: Duration,
}

impl Answer {
    /// The problem's code, or nothing.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

impl Deployment {
    /// So many replicas on an SQLite file, with the Redis at this URL.
    pub async fn start(count: usize, redis_url: &str) -> Self {
        Self::start_on(Storage::file(), count, redis_url, no_limits()).await
    }

    /// The same on that database, with these limits.
    pub async fn start_on(storage: Storage, count: usize, redis_url: &str, allowances: Allowances) -> Self {
        // All at once, as they are started in service: one of them makes the tables.
        let opening = (0..count).map(|_| async {
            let database = storage.open().await;
            Replica::start(database, connect(redis_url).await, Neighbours::default(), allowances)
        });
        let replicas = futures_util::future::join_all(opening).await;
        Self { replicas, _storage: storage }
    }

    /// So many replicas beside the Nextcloud at this address.
    pub async fn start_beside(count: usize, redis_url: &str, nextcloud: &str) -> Self {
        let storage = Storage::file();
        let mut replicas = Vec::new();
        for _ in 0..count {
            let check = NextcloudCheck::new(nextcloud.parse().expect("an address")).expect("a client");
            let neighbours = Neighbours { nextcloud: Some(check), ..Neighbours::default() };
            let (database, redis) = (storage.open().await, connect(redis_url).await);
            replicas.push(Replica::start(database, redis, neighbours, no_limits()));
        }
        Self { replicas, _storage: storage }
    }

    /// A new account.
    pub async fn create_account(&self, email: &str, role: Role) -> Id {
        let state = &self.replicas[0].state;
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
        let row = insert_account(&transaction, account, state.now()).await.expect("inserts");
        transaction.commit().await.expect("commits");
        row.id
    }
}

/// Limits that no test reaches.
pub fn no_limits() -> Allowances {
    let plenty = Allowance::per_minute(NonZeroU32::new(1_000_000).expect("not 0"));
    Allowances { register: plenty, login: plenty, refresh: plenty }
}

impl Replica {
    fn start(database: Database, redis: Redis, neighbours: Neighbours, allowances: Allowances) -> Self {
        let state = AppState::new(Parts {
            database,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            jwt_secret: "a test's secret of more than 32 bytes".into(),
            audit_key: "a test's audit key of more than 32 bytes".into(),
            metrics: Metrics::off(),
            policy: AuthPolicy::default(),
            allowances,
            proxies: TrustedProxies::default(),
            origins: Origins::default(),
            redis: Some(redis),
            limit_time: LimitTime::OfRedis,
            neighbours,
            password_cost: 4,
        })
        .expect("cost 4 is known");
        Self { router: build_router(state.clone()), state }
    }

    /// Sends a request.
    pub async fn send(&self, method: Method, path: &str, token: Option<&str>, body: Option<Value>) -> Answer {
        self.send_based_on(None, method, path, token, body).await
    }

    /// Sends a request that is based on this version of an account.
    pub async fn send_based_on(
        &self,
        version: Option<i64>,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(version) = version {
            request = request.header(header::IF_MATCH, format!("\"{version}\""));
        }
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let mut request = request.body(body).expect("a request");
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((Ipv4Addr::LOCALHOST, 40_000))));
        let started = std::time::Instant::now();
        let Ok(response) = self.router.clone().oneshot(request).await;
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("the body arrives");
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
            took: started.elapsed(),
        }
    }

    /// `GET /api/users/me`.
    pub async fn who_am_i(&self, token: &str) -> Answer {
        self.send(Method::GET, "/api/users/me", Some(token), None).await
    }

    /// Signs in and gives the access token.
    pub async fn sign_in(&self, email: &str) -> String {
        let answer = self.try_sign_in(email).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["access_token"].as_str().expect("a token").to_owned()
    }

    /// The answer to a sign-in.
    pub async fn try_sign_in(&self, email: &str) -> Answer {
        let body = json!({"email": email, "password": PASSWORD});
        self.send(Method::POST, "/api/auth/login", None, Some(body)).await
    }

    /// Signs out.
    pub async fn sign_out(&self, token: &str) -> Answer {
        self.send(Method::POST, "/api/auth/logout", Some(token), None).await
    }

    /// Waits until `/ready` says so of Redis and of the whole; half a minute at most.
    pub async fn wait_until_ready_says(&self, redis: &str, status: &str) {
        self.wait_until_ready(|said| said["details"]["redis"]["state"] == redis && said["status"] == status)
            .await;
    }

    /// Waits until `/ready` says so of the database; half a minute at most.
    pub async fn wait_until_database_is(&self, state: &str) {
        self.wait_until_ready(|said| said["details"]["postgres"]["state"] == state).await;
    }

    async fn wait_until_ready(&self, is_so: impl Fn(&Value) -> bool) {
        let mut said = Value::Null;
        for _ in 0..60 {
            let answer = self.send(Method::GET, "/ready", None, None).await;
            assert!(answer.took < LONGEST_ANSWER, "{answer:?}");
            said = answer.body;
            if is_so(&said) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        panic!("/ready went on saying {said}");
    }
}
