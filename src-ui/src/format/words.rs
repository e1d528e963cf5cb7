//! The words for what the contract counts by enum.

use voiceassist_contract::Time;
use voiceassist_contract::accounts::{Account, Role, SortKey};
use voiceassist_contract::health::ComponentState;
use voiceassist_contract::ipc::IntegrationState;

/// A role as people call it.
pub(crate) fn role(role: Role) -> &'static str {
    match role {
        Role::User => "Staff",
        Role::Admin => "Administrator",
    }
}

/// How good or bad something is; it decides colour and icon, never alone the meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// In order.
    Ok,
    /// Somebody should look.
    Warning,
    /// Something is wrong.
    Problem,
    /// Neither good nor bad.
    Neutral,
}

impl Tone {
    /// The word in class names and data attributes.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
            Self::Neutral => "neutral",
        }
    }
}

/// An account's state, the one that matters most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AccountStatus {
    /// Cannot sign in until an administrator brings it back.
    Inactive,
    /// Cannot sign in for some time.
    Locked,
    /// Must change the password at the next sign-in.
    MustChangePassword,
    /// In order.
    Active,
}

impl AccountStatus {
    /// The state of this account at `now`.
    pub(crate) fn of(account: &Account, now: Time) -> Self {
        if !account.user.is_active {
            Self::Inactive
        } else if account.is_locked(now) {
            Self::Locked
        } else if account.user.must_change_password {
            Self::MustChangePassword
        } else {
            Self::Active
        }
    }

    /// In words.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Inactive => "Inactive",
            Self::Locked => "Locked",
            Self::MustChangePassword => "Must change",
            Self::Active => "Active",
        }
    }

    /// How good or bad that is.
    pub(crate) const fn tone(self) -> Tone {
        match self {
            Self::Inactive => Tone::Neutral,
            Self::Locked => Tone::Problem,
            Self::MustChangePassword => Tone::Warning,
            Self::Active => Tone::Ok,
        }
    }
}

/// What a list is sorted by, after “Sorted by”.
pub(crate) const fn sort_key(key: SortKey) -> &'static str {
    match key {
        SortKey::FullName => "name",
        SortKey::Email => "e-mail",
        SortKey::Role => "role",
        SortKey::Status => "status",
        SortKey::LastLogin => "last sign-in",
        SortKey::CreatedAt => "date of creation",
    }
}

/// A component's name as its makers write it.
pub(crate) fn component(name: &str) -> String {
    match name {
        "postgres" => "Database".to_owned(),
        "redis" => "Redis".to_owned(),
        "qdrant" => "Qdrant".to_owned(),
        "nextcloud" => "Nextcloud".to_owned(),
        other => other.to_owned(),
    }
}

/// A component's state in a word, and how good or bad it is.
pub(crate) const fn component_state(state: ComponentState) -> (&'static str, Tone) {
    match state {
        ComponentState::Ok => ("Answering", Tone::Ok),
        ComponentState::Starting => ("Starting", Tone::Warning),
        ComponentState::Maintenance => ("Maintenance", Tone::Warning),
        ComponentState::NeedsUpgrade => ("Needs upgrade", Tone::Warning),
        ComponentState::CredentialsRejected => ("Credentials rejected", Tone::Problem),
        ComponentState::ConfirmationRequired => ("Confirmation required", Tone::Warning),
        ComponentState::Unreachable => ("Unreachable", Tone::Problem),
        ComponentState::NotConfigured => ("Not configured", Tone::Neutral),
        ComponentState::Unknown => ("Unknown", Tone::Warning),
    }
}

/// The state of a connection of the server in a word, and how good or bad it is.
pub(crate) const fn integration_state(state: IntegrationState) -> (&'static str, Tone) {
    match state {
        IntegrationState::Connected => ("Connected", Tone::Ok),
        IntegrationState::Degraded => ("Limited", Tone::Warning),
        IntegrationState::Failed => ("Failing", Tone::Problem),
        IntegrationState::NotConfigured => ("Not configured", Tone::Neutral),
        IntegrationState::Unknown => ("Unknown", Tone::Warning),
    }
}

/// The strength estimator's score in words, 0 to 4.
pub(crate) const fn strength(score: u8) -> &'static str {
    match score {
        0 => "Very weak: guessed at once",
        1 => "Weak: guessed within minutes",
        2 => "Fair: still within reach of guessing",
        3 => "Strong: hard to guess",
        _ => "Very strong: beyond guessing",
    }
}
