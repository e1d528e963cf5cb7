//! What the interface remembers while the window is open, and the one way it talks to the shell.

pub(crate) mod accounts;
pub(crate) mod clock;
pub(crate) mod connection;
pub(crate) mod drafts;
pub(crate) mod identity;
pub(crate) mod preferences;
pub(crate) mod rows;
pub(crate) mod session;
pub(crate) mod toasts;

use leptos::prelude::*;
use voiceassist_contract::Time;
use voiceassist_contract::accounts::Account;
use voiceassist_contract::ipc::{Command, Failure, FailureKind};
use voiceassist_contract::problem::ProblemCode;

use accounts::AccountsList;
use connection::Connection;
use drafts::Drafts;
use preferences::Preferences;
use session::Session;
use toasts::Toasts;

use crate::ipc;

/// Everything that outlives a screen. Copied freely; the signals inside live as long as the window.
#[derive(Clone, Copy)]
pub(crate) struct AppState {
    /// Who is signed in.
    pub(crate) session: Session,
    /// Servers and appearance.
    pub(crate) preferences: Preferences,
    /// Whether the server answers.
    pub(crate) connection: Connection,
    /// What is said at the bottom of the window.
    pub(crate) toasts: Toasts,
    /// The table of accounts, as it was left.
    pub(crate) accounts: AccountsList,
    /// What was typed and not yet saved.
    pub(crate) drafts: Drafts,
    /// The account that was changed last, for the page that shows it.
    pub(crate) changed: RwSignal<Option<Account>>,
    /// The time, moved on every few seconds, for what is shown relative to it.
    pub(crate) now: RwSignal<Time>,
}

impl AppState {
    /// The state of a window that has just opened.
    pub(crate) fn new() -> Self {
        Self {
            session: Session::new(),
            preferences: Preferences::new(),
            connection: Connection::new(),
            toasts: Toasts::new(),
            accounts: AccountsList::new(),
            drafts: Drafts::new(),
            changed: RwSignal::new(None),
            now: RwSignal::new(clock::now()),
        }
    }

    /// Sends a command that needs the server, and draws the conclusions that hold on every screen: the
    /// session may have ended, the password may have to change, the server may be away.
    pub(crate) async fn call<C: Command>(self, command: C) -> Result<C::Output, Failure> {
        let answer = ipc::call(command).await;
        match &answer {
            Ok(_) => self.connection.note_answer(),
            Err(failure) => self.note_failure(failure),
        }
        answer
    }

    /// Shows an account as it is now, wherever it is shown.
    pub(crate) fn publish(self, account: Account) {
        if self.session.is_own(account.user.id) {
            self.session.take_user(account.user.clone());
        }
        self.accounts.put(&account);
        self.changed.set(Some(account));
    }

    fn note_failure(self, failure: &Failure) {
        if failure.kind == FailureKind::SignedOut {
            self.lose_session(failure);
        } else if failure.code == Some(ProblemCode::PasswordChangeRequired) {
            self.session.require_password_change();
        } else if failure.is_about_the_connection() {
            self.connection.note_trouble(failure);
        } else if failure.status.is_some() {
            self.connection.note_answer();
        }
    }
}

/// The state, from anywhere below the root.
pub(crate) fn app() -> AppState {
    expect_context()
}
