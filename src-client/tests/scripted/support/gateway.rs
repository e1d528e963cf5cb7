//! As much of a gateway as the client's sessions need: tokens that expire, rotate and are refused.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use jsonwebtoken::{EncodingKey, Header};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use voiceassist_client::Clock;

use super::TestClock;
use super::server::{Reply, Seen, Server};

/// How long its access tokens live.
pub(crate) const LIFE_SECONDS: i64 = 900;

/// The state behind the routes.
pub(crate) struct Gateway {
    clock: Arc<TestClock>,
    /// How far the gateway's clock is ahead of the client's.
    pub(crate) skew_seconds: AtomicI64,
    pub(crate) refreshes: AtomicUsize,
    /// Refreshes take a permit; a test that empties the gate holds them up.
    pub(crate) refresh_gate: Semaphore,
    /// Access tokens given out until now are refused as expired from now on.
    expired_up_to: AtomicUsize,
    pub(crate) session_has_ended: AtomicBool,
    /// What to do instead with requests whose line starts so, once for each entry.
    instead: Mutex<Vec<(String, Reply)>>,
    given: Mutex<Vec<Value>>,
}

impl Gateway {
    pub(crate) fn new(clock: &Arc<TestClock>) -> Arc<Self> {
        Arc::new(Self {
            clock: Arc::clone(clock),
            skew_seconds: AtomicI64::new(0),
            refreshes: AtomicUsize::new(0),
            refresh_gate: Semaphore::new(1000),
            expired_up_to: AtomicUsize::new(0),
            session_has_ended: AtomicBool::new(false),
            instead: Mutex::default(),
            given: Mutex::default(),
        })
    }

    /// The gateway, listening.
    pub(crate) async fn serve(self: &Arc<Self>) -> Server {
        let gateway = Arc::clone(self);
        Server::start(move |seen| {
            let gateway = Arc::clone(&gateway);
            async move { gateway.answer(seen).await }
        })
        .await
    }

    /// The next request that begins so gets this instead.
    pub(crate) fn once(&self, line: &str, reply: Reply) {
        self.instead.lock().expect("not poisoned").push((line.to_owned(), reply));
    }

    /// All access tokens given out until now are refused from now on.
    pub(crate) fn expire_access_tokens(&self) {
        self.expired_up_to.store(self.given.lock().expect("not poisoned").len(), Ordering::SeqCst);
    }

    pub(crate) fn refreshes(&self) -> usize {
        self.refreshes.load(Ordering::SeqCst)
    }

    /// Every token ever given out.
    pub(crate) fn tokens(&self) -> Vec<String> {
        let given = self.given.lock().expect("not poisoned");
        given
            .iter()
            .flat_map(|pair| [&pair["access_token"], &pair["refresh_token"]])
            .filter_map(|token| token.as_str().map(str::to_owned))
            .collect()
    }

    pub(crate) fn last_refresh_token(&self) -> String {
        self.tokens().last().cloned().expect("a token was given")
    }

    /// A new pair, as after a sign-in.
    pub(crate) fn give_pair(&self) -> Value {
        let mut given = self.given.lock().expect("not poisoned");
        let now = self.clock.now() + TimeDelta::seconds(self.skew_seconds.load(Ordering::SeqCst));
        let token = |typ: &str, life: i64| {
            let claims = json!({
                "jti": format!("{typ}-{}", given.len()), "iat": now.timestamp(), "exp": now.timestamp() + life,
            });
            jsonwebtoken::encode(&Header::default(), &claims, &EncodingKey::from_secret(b"of the test"))
                .expect("a token")
        };
        let pair = json!({
            "access_token": token("access", LIFE_SECONDS), "refresh_token": token("refresh", 7 * 86_400),
            "token_type": "bearer", "expires_in": LIFE_SECONDS,
        });
        given.push(pair.clone());
        pair
    }

    async fn answer(&self, seen: Seen) -> Reply {
        if let Some(reply) = self.take_instead(&seen) {
            return reply;
        }
        match seen.line().as_str() {
            "POST /api/auth/login" if seen.json()["password"] == "correct horse" => {
                self.session_has_ended.store(false, Ordering::SeqCst);
                Reply::json(200, &self.give_pair())
            }
            "POST /api/auth/login" => Reply::problem(401, "invalid_credentials"),
            "POST /api/auth/refresh" => self.refresh(&seen).await,
            "POST /api/auth/logout" => {
                self.session_has_ended.store(true, Ordering::SeqCst);
                Reply::json(200, &json!({"message": "Signed out."}))
            }
            _ => match self.refusal_of(&seen) {
                Some(refusal) => refusal,
                None if seen.line() == "PUT /api/users/me/password" => Reply::json(200, &self.give_pair()),
                None => Reply::json(200, &user()),
            },
        }
    }

    fn take_instead(&self, seen: &Seen) -> Option<Reply> {
        let mut instead = self.instead.lock().expect("not poisoned");
        let place = instead.iter().position(|(line, _)| seen.line().starts_with(line.as_str()))?;
        Some(instead.remove(place).1)
    }

    async fn refresh(&self, seen: &Seen) -> Reply {
        self.refreshes.fetch_add(1, Ordering::SeqCst);
        self.refresh_gate.acquire().await.expect("never closed").forget();
        if self.session_has_ended.load(Ordering::SeqCst) {
            return Reply::problem(401, "session_ended");
        }
        if seen.json()["refresh_token"] != self.last_refresh_token().as_str() {
            return Reply::problem(401, "refresh_reused");
        }
        Reply::json(200, &self.give_pair())
    }

    fn refusal_of(&self, seen: &Seen) -> Option<Reply> {
        let Some(token) = seen.header("authorization").and_then(|value| value.strip_prefix("Bearer ")) else {
            return Some(Reply::problem(401, "token_missing"));
        };
        if self.session_has_ended.load(Ordering::SeqCst) {
            return Some(Reply::problem(401, "session_ended"));
        }
        let given = self.given.lock().expect("not poisoned");
        let place = given.iter().position(|pair| pair["access_token"] == token);
        match place {
            None => Some(Reply::problem(401, "token_invalid")),
            Some(place) if place < self.expired_up_to.load(Ordering::SeqCst) => {
                Some(Reply::problem(401, "token_expired"))
            }
            Some(_) => None,
        }
    }
}

/// The account that is signed in, as JSON.
pub(crate) fn user() -> Value {
    json!({
        "id": "01950000-0000-7000-8000-00000000000a", "email": "ana@lakeside.example", "full_name": "Ana Ruiz",
        "role": "admin", "is_active": true, "is_admin": true, "must_change_password": false,
        "mfa_enabled": false, "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        "last_login": null, "version": 3, "a_member_of_next_year": [1, 2],
    })
}
