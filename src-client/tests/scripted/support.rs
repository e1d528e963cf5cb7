//! What the tests share: a server that misbehaves on demand, a gateway made of it, a clock and a keychain.

pub(crate) mod gateway;
pub(crate) mod keychain;
pub(crate) mod server;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use url::Url;
use uuid::Uuid;
use voiceassist_client::{Client, Clock, Connection, Timeouts, TokenStore};
use voiceassist_contract::Time;

use keychain::FakeKeychain;
use server::Server;

/// The profile that all tests sign in to.
pub(crate) const PROFILE: Uuid = Uuid::from_u128(0x0195_0000_0000_7000_8000_0000_0000_0001);

/// A clock that moves when it is told to.
pub(crate) struct TestClock(Mutex<Time>);

impl TestClock {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Time::from_timestamp(1_800_000_000, 0).expect("a moment"))))
    }

    pub(crate) fn advance(&self, seconds: i64) {
        *self.0.lock().expect("not poisoned") += TimeDelta::seconds(seconds);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Time {
        *self.0.lock().expect("not poisoned")
    }
}

/// Time limits short enough for a test to run into, long enough for a busy machine.
pub(crate) fn short_timeouts() -> Timeouts {
    Timeouts {
        connect: Duration::from_millis(1500),
        request: Duration::from_millis(1500),
        first_refresh: Duration::from_millis(800),
        sign_out: Duration::from_millis(800),
        patience: Duration::from_secs(3),
        first_rows: Duration::from_millis(800),
    }
}

pub(crate) fn connection_to(address: &str, ca_file: Option<PathBuf>) -> Connection {
    Connection { address: Url::parse(address).expect("an address"), allow_plain_http: false, ca_file }
}

/// A client of `server` with a keychain that works.
pub(crate) fn client_of(server: &Server, clock: &Arc<TestClock>) -> Client {
    client_with(server, clock, Arc::new(FakeKeychain::default()))
}

pub(crate) fn client_with(server: &Server, clock: &Arc<TestClock>, keychain: Arc<dyn TokenStore>) -> Client {
    let clock: Arc<dyn Clock> = Arc::<TestClock>::clone(clock);
    Client::with_timeouts(connection_to(&server.url(), None), PROFILE, keychain, clock, short_timeouts())
        .expect("a client")
}

/// Waits until something is so, and fails if it takes too long.
pub(crate) async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..500 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{what} did not happen in time");
}
