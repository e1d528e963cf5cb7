//! No password and no token in any error, `Debug` output or log line, however things go wrong.

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};

use tracing_subscriber::fmt::MakeWriter;
use voiceassist_client::{Client, Error};

use crate::support::gateway::{Gateway, LIFE_SECONDS, user};
use crate::support::keychain::FakeKeychain;
use crate::support::server::Reply;
use crate::support::{TestClock, client_with};

const PASSWORD: &str = "correct horse";
const NEW_PASSWORD: &str = "a-new-battery-staple";
const EMAIL: &str = "ana.very.private@lakeside.example";

/// Everything that this process logs, at every level, that of the libraries below included.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("not poisoned").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn captured_log() -> &'static Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| {
        let log = Log::default();
        tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_writer(log.clone())
            .init();
        log
    })
}

/// Calls whose answers are replaced by every kind of trouble; the errors that they lead to.
async fn cause_every_trouble(gateway: &Gateway, client: &Client, clock: &TestClock) -> Vec<Error> {
    let mut errors = Vec::new();
    let echo = |status| {
        Reply::text(
            status,
            "application/json",
            &format!("{{\"echo\": \"{PASSWORD} {}\"", gateway.last_refresh_token()),
        )
    };
    let troubles: [fn() -> Reply; 5] = [
        || Reply::Reset,
        || Reply::text(200, "text/html", PASSWORD),
        || Reply::json(200, &serde_json::json!({"access_token": [PASSWORD], "id": PASSWORD})),
        || {
            Reply::json(
                422,
                &serde_json::json!({"detail": [{"loc": ["body", "password"], "msg": PASSWORD, "input": PASSWORD}]}),
            )
        },
        || Reply::redirect(307, &format!("https://elsewhere.example/{NEW_PASSWORD}?p={NEW_PASSWORD}")),
    ];
    for trouble in troubles {
        gateway.once("POST /api/auth/login", trouble());
        errors.extend(client.auth().sign_in(EMAIL, &PASSWORD.into(), true).await.err());
        gateway.once("PUT /api/users/me/password", trouble());
        errors.extend(client.users().change_password(&PASSWORD.into(), &NEW_PASSWORD.into()).await.err());
        clock.advance(LIFE_SECONDS);
        gateway.once("POST /api/auth/refresh", trouble());
        gateway.once("POST /api/auth/refresh", trouble());
        errors.extend(client.users().me().await.err());
        // What is left of the second answer is for nobody.
        let _used_up = client.users().me().await;
    }
    for status in [200, 400, 500] {
        gateway.once("GET /api/users/me", echo(status));
        errors.extend(client.users().me().await.err());
    }
    errors
}

#[tokio::test]
async fn nothing_secret_is_shown_by_errors_debug_output_or_the_log() {
    let log = captured_log();
    let clock = TestClock::new();
    let gateway = Gateway::new(&clock);
    let server = gateway.serve().await;
    let keychain = Arc::new(FakeKeychain::default());
    let client = client_with(&server, &clock, keychain.clone());
    let info = client.auth().sign_in(EMAIL, &PASSWORD.into(), true).await.expect("signed in");
    let errors = cause_every_trouble(&gateway, &client, &clock).await;
    assert!(errors.len() >= 15, "trouble was caused: {}", errors.len());
    keychain.saving_fails.store(true, std::sync::atomic::Ordering::SeqCst);
    clock.advance(LIFE_SECONDS);
    client.users().me().await.expect("refreshed");
    client.auth().sign_out().await.expect("signed out");

    let mut shown = format!("{client:?} {:?} {:?}", client.auth(), info.token_storage);
    for error in &errors {
        shown += &format!("{error} {error:?} {error:#?} {:?}\n", error.to_failure());
    }
    let logged = String::from_utf8_lossy(&log.0.lock().expect("not poisoned")).into_owned();
    assert!(logged.contains("refresh"), "the log was captured: {} bytes", logged.len());
    let mut secrets = gateway.tokens();
    secrets.extend([PASSWORD, NEW_PASSWORD, EMAIL].map(str::to_owned));
    secrets.push(user()["email"].as_str().expect("an address").to_owned());
    for (place, text) in [("errors", &shown), ("log", &logged)] {
        for secret in &secrets {
            let found = text.find(secret.as_str());
            let around = found.map(|at| &text[at.saturating_sub(200)..(at + 40).min(text.len())]);
            assert!(found.is_none(), "{secret} stands in the {place}: {around:?}");
        }
    }
}
