//! Watches the log of the whole suite. Everything that any part of the program logs, at any level and in both formats,
//! is kept; every e-mail address, name, password and token that a test sends or is given is remembered; and when a
//! test's application ends, none of them may be in the log.

use std::collections::{BTreeSet, HashSet};
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use serde_json::Value;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry;
use voiceassist_gateway::log::{json_layer, text_layer};

/// What is shorter could be part of any word.
const LEAST_CHARACTERS: usize = 6;

/// So many bytes in a row, of which every secret has some.
type Piece = [u8; LEAST_CHARACTERS];

/// A log that is kept, and what may not be in it. Cheap to clone.
#[derive(Clone, Default)]
pub struct LogWatch(Arc<Mutex<Seen>>);

#[derive(Default)]
struct Seen {
    log: Vec<u8>,
    /// Each as it is and as JSON writes it.
    secrets: BTreeSet<String>,
    /// Every piece of the log up to `cut`.
    pieces: HashSet<Piece>,
    cut: usize,
}

impl Seen {
    /// Cuts what was logged since the last time.
    fn cut_the_rest(&mut self) {
        // The last bytes of before begin pieces that end in what is new.
        let from = self.cut.saturating_sub(LEAST_CHARACTERS - 1);
        self.pieces.extend(self.log[from..].windows(LEAST_CHARACTERS).map(to_piece));
        self.cut = self.log.len();
    }

    /// False for what is not in the log for certain, which is nearly everything and told at once: where all tests run
    /// in one process, their log is long and their secrets are many.
    fn may_hold(&self, text: &str) -> bool {
        text.as_bytes().windows(LEAST_CHARACTERS).all(|window| self.pieces.contains(&to_piece(window)))
    }
}

fn to_piece(window: &[u8]) -> Piece {
    window.try_into().expect("a window is as long as a piece")
}

impl LogWatch {
    /// The watch over the process's whole log, which begins with the first call.
    pub fn of_suite() -> &'static Self {
        static OF_SUITE: OnceLock<LogWatch> = OnceLock::new();
        OF_SUITE.get_or_init(|| {
            let watch = Self::default();
            tracing::subscriber::set_global_default(watch.subscriber())
                .expect("nobody else logs in the suite");
            watch
        })
    }

    /// What writes into this watch.
    pub fn subscriber(&self) -> impl tracing::Subscriber + Send + Sync + use<> {
        let writer = |watch: Self| move || watch.clone();
        registry().with(text_layer(writer(self.clone()), false)).with(json_layer(writer(self.clone())))
    }

    /// Remembers a secret.
    pub fn remember(&self, secret: &str) {
        let secret = secret.trim();
        if secret.chars().count() >= LEAST_CHARACTERS {
            let quoted = Value::String(secret.to_owned()).to_string();
            let mut seen = self.seen();
            seen.secrets.insert(quoted.trim_matches('"').to_owned());
            seen.secrets.insert(secret.to_owned());
        }
    }

    /// Remembers what is secret in a body: members by their names, and in a table whatever looks like an address.
    pub fn remember_body(&self, body: &str) {
        match serde_json::from_str(body) {
            Ok(value) => self.remember_members(&value),
            Err(_) => {
                body.split([',', '\n', '\r', '"', ' ']).filter(|cell| cell.contains('@')).for_each(|cell| {
                    self.remember(cell);
                })
            }
        }
    }

    fn remember_members(&self, value: &Value) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    match member {
                        Value::String(text) if is_secret(name) => self.remember(text),
                        _ => self.remember_members(member),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.remember_members(item)),
            _ => {}
        }
    }

    /// The log so far.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&self.seen().log).into_owned()
    }

    /// The lines that hold a secret.
    pub fn find_leaks(&self) -> Vec<String> {
        let mut seen = self.seen();
        seen.cut_the_rest();
        let suspects: Vec<&String> = seen.secrets.iter().filter(|secret| seen.may_hold(secret)).collect();
        if suspects.is_empty() {
            return Vec::new();
        }
        let log = String::from_utf8_lossy(&seen.log);
        let leaked: Vec<&String> =
            suspects.into_iter().filter(|secret| log.contains(secret.as_str())).collect();
        log.lines()
            .filter(|line| leaked.iter().any(|secret| line.contains(secret.as_str())))
            .map(str::to_owned)
            .collect()
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().expect("not poisoned")
    }
}

/// Whether a member with this name is nobody's business.
fn is_secret(name: &str) -> bool {
    ["email", "full_name", "password", "token"].iter().any(|word| name.contains(word)) && name != "token_type"
}

impl Write for LogWatch {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.seen().log.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Looks through the log when a test's application ends.
pub struct LookAtEnd;

impl Drop for LookAtEnd {
    fn drop(&mut self) {
        // A test that has failed already has said something more important.
        if !std::thread::panicking() {
            let leaks = LogWatch::of_suite().find_leaks();
            assert!(
                leaks.is_empty(),
                "an address, a name, a password or a token is in the log:\n{}",
                leaks.join("\n")
            );
        }
    }
}
