//! The client against the gateways that clinics have deployed, as scripted servers with their bugs.

mod idle;
mod lists;
mod own_password;
mod requests;
mod second_step;
mod steps;
mod story;
mod trouble;
mod unknown;

use std::sync::Arc;

use voiceassist_client::{Client, Clock, Error};
use voiceassist_contract::Id;
use voiceassist_contract::accounts::{AccountQuery, CreateAccountRequest, Role};
use voiceassist_contract::ipc::{DialectName, SessionInfo};
use voiceassist_scripted_gateways::{Kind, Role as TheirRole, ScriptedGateway};

use crate::support::keychain::FakeKeychain;
use crate::support::{PROFILE, TestClock, connection_to, short_timeouts};

const ADMINISTRATOR: &str = "ana.ruiz@clinic.example";
const PASSWORD: &str = "marble kettle orbit fern";

/// A server with its administrator, and a client that has not spoken to it yet.
struct Scene {
    clock: Arc<TestClock>,
    gateway: ScriptedGateway,
    client: Client,
    administrator: Id,
}

impl Scene {
    async fn new(kind: Kind) -> Self {
        let clock = TestClock::new();
        let for_the_server = Arc::clone(&clock);
        let gateway = ScriptedGateway::start(kind, Arc::new(move || for_the_server.now())).await;
        let administrator = gateway.add("Ana Ruiz", ADMINISTRATOR, PASSWORD, TheirRole::Admin);
        let client = client_of(&gateway, &clock);
        Self { clock, gateway, client, administrator }
    }

    async fn signed_in(kind: Kind) -> Self {
        let scene = Self::new(kind).await;
        scene.sign_in().await.expect("signed in");
        scene.gateway.take_lines();
        scene
    }

    async fn sign_in(&self) -> Result<SessionInfo, Error> {
        self.client.auth().sign_in(ADMINISTRATOR, &PASSWORD.into(), true).await
    }

    /// The lines since the last time, with the ids of people replaced by `{id}`.
    fn lines(&self) -> Vec<String> {
        self.gateway.take_lines().iter().map(|line| without_ids(line)).collect()
    }
}

fn client_of(gateway: &ScriptedGateway, clock: &Arc<TestClock>) -> Client {
    let (keychain, clock) = (Arc::new(FakeKeychain::default()), Arc::<TestClock>::clone(clock));
    Client::with_timeouts(connection_to(&gateway.url(), None), PROFILE, keychain, clock, short_timeouts())
        .expect("a client")
}

fn without_ids(line: &str) -> String {
    line.split('/')
        .map(|part| if part.parse::<Id>().is_ok() { "{id}" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

/// The deployed ones, and what they are learned to be.
const DEPLOYED: [(Kind, DialectName); 3] = [
    (Kind::December2025, DialectName::December2025),
    (Kind::December2025Plain, DialectName::December2025Plain),
    (Kind::November2025, DialectName::November2025),
];

fn new_account(email: &str, role: Role) -> CreateAccountRequest {
    CreateAccountRequest {
        email: email.into(),
        full_name: "Núria Sørensen".into(),
        role,
        password: None,
        must_change_password: None,
    }
}

fn search(text: &str) -> AccountQuery {
    AccountQuery { search: Some(text.into()), counts: Some(true), ..AccountQuery::default() }
}
