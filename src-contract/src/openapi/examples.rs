//! Examples for the OpenAPI document. They are values of the types themselves, so that they fit by nature.

use std::collections::BTreeMap;

use chrono::DateTime;
use serde_json::json;

use crate::accounts::bulk::{BulkAction, BulkAnswer, BulkOutcome, BulkRequest, BulkResult};
use crate::accounts::import::{ImportEnd, ImportOutcome, ImportResult, ImportSummary};
use crate::accounts::{
    Account, AccountPage, AccountWithPassword, ChangePasswordRequest, CreateAccountRequest, Lock, Role,
    UpdateAccountRequest, UpdateProfileRequest, User,
};
use crate::audit::{AuditActor, AuditCheck, AuditEvent, AuditPage, AuditState, AuditTarget};
use crate::auth::{
    Done, LockPolicy, LoginRequest, LogoutRequest, PasswordPolicy, Policy, RefreshRequest, RegisterRequest,
    Registration, Session, SessionList, SessionPolicy, SessionsEnded, StepUpRequest, SteppedUp, TokenPair,
};
use crate::health::{COMPONENTS, CheckDetail, ComponentState, Health, Readiness, ReadyStatus};
use crate::nextcloud::{LinkState, NextcloudAccount, NextcloudLink, NextcloudStatus, ProvisionRequest};
use crate::problem::{FieldError, Problem, ProblemCode};
use crate::{Id, Secret, Time, password};

const EMAIL: &str = "ana.ruiz@clinic.example";
const NAME: &str = "Ana Ruiz";
const PASSWORD: &str = "marble kettle orbit fern";
/// The beginning of any token, and no secret.
const TOKEN: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9…";

/// Minutes after the morning in which all examples take place.
fn at(minutes: i64) -> Time {
    DateTime::from_timestamp(1_795_424_400 + 60 * minutes, 0).unwrap_or_default()
}

/// An id of version 7, told apart by its last digits.
fn id(number: u128) -> Id {
    Id::from_u128(0x019a_b000_0000_7000_8000_0000_0000_0000 + number)
}

/// An account as its own person sees it.
pub fn user() -> User {
    User {
        id: id(1),
        email: EMAIL.to_owned(),
        full_name: NAME.to_owned(),
        role: Role::User,
        is_active: true,
        is_admin: false,
        must_change_password: false,
        mfa_enabled: false,
        created_at: at(-1_440),
        updated_at: at(-60),
        last_login: Some(at(0)),
        version: 3,
    }
}

/// An account as administrators see it, with failed sign-ins.
pub fn account() -> Account {
    let lock = Lock {
        failures: 6,
        last_failure_at: at(5),
        last_failure_address: "192.0.2.17".to_owned(),
        until: Some(at(6)),
    };
    Account { user: user(), lock: Some(lock), sessions: Some(2), nextcloud: Some(linked()) }
}

/// A page of accounts.
pub fn account_page() -> AccountPage {
    let items = vec![Account { user: user(), lock: None, sessions: None, nextcloud: None }];
    AccountPage { items, next_cursor: None, total: Some(1), counts: None }
}

/// What an account is created with.
pub fn new_account() -> CreateAccountRequest {
    CreateAccountRequest {
        email: EMAIL.to_owned(),
        full_name: NAME.to_owned(),
        role: Role::User,
        password: None,
        must_change_password: None,
    }
}

/// A new account with its temporary password.
pub fn account_with_password() -> AccountWithPassword {
    let user = User { must_change_password: true, last_login: None, version: 1, ..user() };
    let account = Account { user, lock: None, sessions: Some(0), nextcloud: None };
    AccountWithPassword { account, temporary_password: Some(Secret::new("k7wq-m2xd-9tnb-4hvc")) }
}

/// Changes to an account.
pub fn account_changes() -> UpdateAccountRequest {
    UpdateAccountRequest { role: Some(Role::Admin), ..UpdateAccountRequest::default() }
}

/// Changes to one's own profile.
pub fn profile_changes() -> UpdateProfileRequest {
    UpdateProfileRequest { full_name: Some("Ana Ruiz Ortega".to_owned()), email: None }
}

/// A change of one's own password.
pub fn password_change() -> ChangePasswordRequest {
    ChangePasswordRequest {
        current_password: Secret::new(PASSWORD),
        new_password: Secret::new("quiet lantern copper field"),
    }
}

/// A registration.
pub fn registration() -> RegisterRequest {
    RegisterRequest { email: EMAIL.to_owned(), password: Secret::new(PASSWORD), full_name: NAME.to_owned() }
}

/// A sign-in.
pub fn sign_in() -> LoginRequest {
    LoginRequest { email: EMAIL.to_owned(), password: Secret::new(PASSWORD) }
}

/// A refresh token.
pub fn refresh() -> RefreshRequest {
    RefreshRequest { refresh_token: Secret::new(TOKEN) }
}

/// A sign-out when the access token has expired.
pub fn sign_out() -> LogoutRequest {
    LogoutRequest { refresh_token: Some(Secret::new(TOKEN)) }
}

/// The own password again.
pub fn step_up() -> StepUpRequest {
    StepUpRequest { password: Secret::new(PASSWORD) }
}

/// A fresh session.
pub fn stepped_up() -> SteppedUp {
    SteppedUp { fresh_until: at(5) }
}

/// A pair of tokens.
pub fn token_pair() -> TokenPair {
    TokenPair {
        access_token: Secret::new(TOKEN),
        refresh_token: Secret::new(TOKEN),
        token_type: "bearer".to_owned(),
        expires_in: 900,
        refresh_expires_in: Some(604_800),
    }
}

/// It was done.
pub fn done() -> Done {
    Done { message: "Signed out.".to_owned() }
}

/// Where somebody is signed in.
pub fn session_list() -> SessionList {
    let session = Session {
        id: id(2),
        device: "VoiceAssist Admin/0.1.0 (Windows)".to_owned(),
        address: "192.0.2.17".to_owned(),
        created_at: at(0),
        last_seen_at: at(3),
        expires_at: at(43_200),
        current: true,
    };
    SessionList { items: vec![session] }
}

/// Sessions that ended.
pub fn sessions_ended() -> SessionsEnded {
    SessionsEnded { ended: 2 }
}

/// The usual rules.
pub fn policy() -> Policy {
    Policy {
        password: PasswordPolicy {
            min_bytes: password::LEAST_BYTES,
            max_bytes: password::MOST_BYTES,
            min_score: password::LEAST_SCORE,
        },
        lock: LockPolicy { failures_before_delay: 5, first_delay_seconds: 1, longest_delay_seconds: 900 },
        session: SessionPolicy { access_token_minutes: 15, refresh_token_days: 7, absolute_days: 30 },
        registration: Registration::Closed,
    }
}

/// A process that answers.
pub fn health() -> Health {
    Health {
        status: "healthy".to_owned(),
        version: "0.1.0".to_owned(),
        timestamp: at(0),
        uptime_seconds: 86_400,
    }
}

/// A gateway in order, without the services that it can do without.
pub fn readiness() -> Readiness {
    let detail = |name: &str| match name {
        "postgres" => CheckDetail {
            state: ComponentState::Ok,
            latency_ms: Some(1),
            version: Some("PostgreSQL 16.4".to_owned()),
            message: "Answers.".to_owned(),
            checked_at: Some(at(0)),
        },
        _ => CheckDetail {
            state: ComponentState::NotConfigured,
            latency_ms: None,
            version: None,
            message: "Not part of this deployment.".to_owned(),
            checked_at: None,
        },
    };
    Readiness {
        status: ReadyStatus::Ready,
        checks: COMPONENTS.iter().map(|name| ((*name).to_owned(), true)).collect(),
        details: COMPONENTS.iter().map(|name| ((*name).to_owned(), detail(name))).collect::<BTreeMap<_, _>>(),
        timestamp: at(0),
    }
}

/// A change to many accounts.
pub fn bulk_request() -> BulkRequest {
    BulkRequest { action: BulkAction::Deactivate, ids: Some(vec![id(1)]), ..BulkRequest::default() }
}

/// What became of them.
pub fn bulk_answer() -> BulkAnswer {
    let results =
        vec![BulkResult { id: id(1), outcome: BulkOutcome::Ok, code: None, message: None, version: Some(4) }];
    BulkAnswer { dry_run: false, matching: 1, most: 1_000, ok: 1, unchanged: 0, refused: 0, results }
}

/// A row of a table that became an account.
pub fn import_result() -> ImportResult {
    ImportResult {
        row: 2,
        outcome: ImportOutcome::Created,
        id: Some(id(1)),
        differs: false,
        code: None,
        message: None,
        errors: Vec::new(),
        temporary_password: None,
    }
}

/// The last line of an import.
pub fn import_end() -> ImportEnd {
    ImportEnd { summary: ImportSummary { rows: 1, created: 1, ..ImportSummary::default() } }
}

/// An event of the trail.
pub fn audit_event() -> AuditEvent {
    AuditEvent {
        id: id(3),
        sequence: 17,
        at: at(0),
        actor: Some(AuditActor { id: Some(id(4)), name: Some("Tomás Weber".to_owned()) }),
        action: "account_updated".to_owned(),
        target: Some(AuditTarget {
            kind: "account".to_owned(),
            id: id(1).to_string(),
            name: Some(NAME.to_owned()),
        }),
        address: Some("192.0.2.17".to_owned()),
        request_id: Some("5f2b9c0e7d1a4b6c8e0f1a2b".to_owned()),
        before: Some(json!({"role": "user"})),
        after: Some(json!({"role": "admin"})),
    }
}

/// A page of the trail.
pub fn audit_page() -> AuditPage {
    AuditPage { items: vec![audit_event()], next_cursor: None, total: Some(1) }
}

/// A trail that fits.
pub fn audit_check() -> AuditCheck {
    AuditCheck {
        state: AuditState::Intact,
        checked: 17,
        total: 17,
        anchor: Some(format!("17:{}", "0a1b2c3d".repeat(8))),
        fault: None,
        checked_at: Some(at(0)),
    }
}

/// A Nextcloud in order.
pub fn nextcloud_status() -> NextcloudStatus {
    NextcloudStatus {
        state: ComponentState::Ok,
        version: Some("29.0.16".to_owned()),
        edition: None,
        latency_ms: Some(24),
        message: "Answers.".to_owned(),
        checked_at: Some(at(0)),
    }
}

/// An account that is linked, as far as the gateway knows.
fn linked() -> NextcloudLink {
    NextcloudLink {
        state: LinkState::Linked,
        nextcloud_id: Some(id(1).to_string()),
        attempted_at: Some(at(0)),
        linked_at: Some(at(0)),
        ..NextcloudLink::default()
    }
}

/// An account that is linked, as Nextcloud describes it.
pub fn nextcloud_link() -> NextcloudLink {
    let account = NextcloudAccount {
        enabled: Some(true),
        quota_bytes: Some(5_368_709_120),
        used_bytes: Some(1_048_576),
        last_login: Some(at(30)),
    };
    NextcloudLink { account: Some(account), ..linked() }
}

/// An account in Nextcloud that there is already.
pub fn provision() -> ProvisionRequest {
    ProvisionRequest { nextcloud_id: Some("ana".to_owned()) }
}

/// The problem with this code, as a server answers it.
pub fn problem_with(code: ProblemCode) -> Problem {
    let errors = match code {
        ProblemCode::InvalidInput => vec![field_error("email", "not_an_email", "Enter an e-mail address.")],
        ProblemCode::EmailTaken => vec![field_error("email", code.as_str(), code.title())],
        ProblemCode::PasswordTooWeak => {
            vec![field_error("password", "too_short", "Use at least 12 characters.")]
        }
        _ => Vec::new(),
    };
    Problem {
        kind: format!("/problems/{}", code.as_str()),
        title: code.title().to_owned(),
        status: code.status(),
        detail: errors.first().map_or_else(|| format!("{}.", code.title()), |error| error.message.clone()),
        code,
        request_id: Some("5f2b9c0e7d1a4b6c8e0f1a2b".to_owned()),
        errors,
        current: (code == ProblemCode::VersionConflict).then(|| Box::new(account())),
    }
}

/// A problem.
pub fn problem() -> Problem {
    problem_with(ProblemCode::InvalidInput)
}

fn field_error(field: &str, code: &str, message: &str) -> FieldError {
    FieldError { field: field.to_owned(), code: code.to_owned(), message: message.to_owned() }
}
