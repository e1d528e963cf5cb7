//! Who is signed in, and how one comes and goes.

use leptos::prelude::*;
use voiceassist_contract::Id;
use voiceassist_contract::accounts::{Role, User};
use voiceassist_contract::ipc::{
    Ability, Capabilities, Failure, FailureKind, GetCapabilities, MissingReason, ProfileId, ResumeSession,
    SessionInfo, SignOut,
};

use super::{AppState, clock};
use crate::format::sentences;
use crate::ipc::call;

/// Which of the four faces the window shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gate {
    /// The settings and the last session are being read.
    Starting,
    /// The sign-in card.
    SignedOut,
    /// Only the change of the password, and the way out.
    MustChangePassword,
    /// Everything.
    SignedIn,
}

/// The session as the interface knows it; no token is part of it.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    /// Who is signed in, if anybody is.
    pub(crate) info: RwSignal<Option<SessionInfo>>,
    /// Whether the start is still under way.
    pub(crate) is_starting: RwSignal<bool>,
    /// A sentence above the sign-in form, such as why one is here again.
    pub(crate) notice: RwSignal<Option<String>>,
    /// Why the last session could not be resumed, if it may still be alive.
    pub(crate) resume_failure: RwSignal<Option<Failure>>,
    /// Where to go after signing in again, and for whom that holds.
    pub(crate) return_to: RwSignal<Option<(Id, String)>>,
    /// What can be done on the server; nothing until it was asked.
    pub(crate) capabilities: RwSignal<Option<Capabilities>>,
    /// Whose list and drafts are still in memory.
    last_user: RwSignal<Option<Id>>,
}

impl Session {
    pub(super) fn new() -> Self {
        Self {
            info: RwSignal::new(None),
            is_starting: RwSignal::new(true),
            notice: RwSignal::new(None),
            resume_failure: RwSignal::new(None),
            return_to: RwSignal::new(None),
            capabilities: RwSignal::new(None),
            last_user: RwSignal::new(None),
        }
    }

    /// Which face the window shows.
    pub(crate) fn gate(self) -> Gate {
        if self.is_starting.get() {
            return Gate::Starting;
        }
        match self.user() {
            None => Gate::SignedOut,
            Some(user) if user.must_change_password => Gate::MustChangePassword,
            Some(_) => Gate::SignedIn,
        }
    }

    /// The signed-in person's account.
    pub(crate) fn user(self) -> Option<User> {
        self.info.with(|info| info.as_ref().map(|info| info.user.clone()))
    }

    /// Whether the signed-in person manages accounts.
    pub(crate) fn is_administrator(self) -> bool {
        self.info.with(|info| info.as_ref().is_some_and(|info| info.user.role == Role::Admin))
    }

    /// Why the server cannot do this; nothing if it can.
    pub(crate) fn lacks(self, ability: Ability) -> Option<MissingReason> {
        self.capabilities.with(|known| match known {
            Some(known) => known.reason(ability),
            None => Some(MissingReason::NotKnownYet),
        })
    }

    /// Whether the server can do this.
    pub(crate) fn can(self, ability: Ability) -> bool {
        self.lacks(ability).is_none()
    }

    /// Asks the shell what the server can do, which costs no request; it may have turned out to be another one.
    pub(crate) async fn refresh_capabilities(self) {
        if let Ok(capabilities) = call(GetCapabilities {}).await
            && self.capabilities.with_untracked(|known| known.as_ref() != Some(&capabilities))
        {
            self.capabilities.set(Some(capabilities));
        }
    }

    /// Whether this is the signed-in person's account.
    pub(crate) fn is_own(self, id: Id) -> bool {
        self.info.with(|info| info.as_ref().is_some_and(|info| info.user.id == id))
    }

    /// Takes over what the server says of the own account.
    pub(crate) fn take_user(self, user: User) {
        self.info.update(|info| {
            if let Some(info) = info {
                info.user = user;
            }
        });
    }

    pub(super) fn require_password_change(self) {
        self.info.update(|info| {
            if let Some(info) = info {
                info.user.must_change_password = true;
            }
        });
    }

    /// Where somebody who has just signed in goes, unless something was interrupted.
    pub(crate) fn home(self) -> &'static str {
        if self.is_administrator() { "/accounts" } else { "/me" }
    }

    /// Where to go now: to what was interrupted, or home.
    pub(crate) fn take_destination(self) -> String {
        let interrupted = self.return_to.try_update(Option::take).flatten();
        let user = self.user().map(|user| user.id);
        match interrupted {
            Some((id, path)) if Some(id) == user => path,
            _ => self.home().to_owned(),
        }
    }
}

impl AppState {
    /// Reads the settings, then tries to go on with the last session.
    pub(crate) async fn start(self) {
        self.preferences.load().await;
        if let Some(profile) = self.preferences.settings.with_untracked(|known| known.current().cloned()) {
            self.resume(profile.id).await;
        }
        self.session.is_starting.set(false);
    }

    /// Goes on with a profile's session, if there is one.
    pub(crate) async fn resume(self, profile_id: ProfileId) {
        self.session.resume_failure.set(None);
        match call(ResumeSession { profile_id }).await {
            Ok(Some(info)) => self.enter(info).await,
            Ok(None) => {}
            Err(failure) if failure.kind == FailureKind::SignedOut => {
                self.session.notice.set(Some(farewell(&failure)));
            }
            Err(failure) => self.session.resume_failure.set(Some(failure)),
        }
    }

    /// Somebody has signed in. What the server can do is known before the first page is drawn.
    pub(crate) async fn enter(self, info: SessionInfo) {
        self.session.refresh_capabilities().await;
        let user = Some(info.user.id);
        if self.session.last_user.get_untracked() != user {
            self.forget_work();
            self.session.last_user.set(user);
        }
        self.connection.reset();
        self.session.notice.set(None);
        self.session.resume_failure.set(None);
        self.session.info.set(Some(info));
    }

    /// Ends the session because its person wants to.
    pub(crate) async fn sign_out(self) {
        let answer = call(SignOut {}).await;
        self.session.return_to.set(None);
        self.session.last_user.set(None);
        self.session.info.set(None);
        self.forget_work();
        if let Err(failure) = answer
            && failure.kind != FailureKind::SignedOut
        {
            self.session.notice.set(Some(
                "You are signed out on this computer. The server could not be told; its session ends by itself."
                    .to_owned(),
            ));
        }
    }

    /// The session has ended by itself: back to the sign-in, and afterwards here again.
    pub(super) fn lose_session(self, failure: &Failure) {
        let Some(user) = self.session.info.with_untracked(|info| info.as_ref().map(|info| info.user.id))
        else {
            return;
        };
        let path = window().location().pathname().unwrap_or_default();
        self.session.return_to.set(Some((user, path)));
        self.session.notice.set(Some(farewell(failure)));
        self.session.info.set(None);
    }

    /// Forgets what one person saw and typed before another one comes.
    fn forget_work(self) {
        self.accounts.reset();
        self.drafts.reset();
        self.toasts.reset();
        self.changed.set(None);
    }
}

/// Why one is here again.
fn farewell(failure: &Failure) -> String {
    sentences::of_condition(failure, clock::now(), clock::offset).unwrap_or_else(|| SESSION_ENDED.to_owned())
}

const SESSION_ENDED: &str = "Your session has ended. Sign in again.";
