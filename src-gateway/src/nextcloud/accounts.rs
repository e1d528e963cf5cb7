//! What is asked of Nextcloud about accounts: to look one up, to make one, to set one field of one.

use http::Method;
use serde_json::{Value, json};
use tokio::sync::{Mutex, MutexGuard};
use url::Url;
use voiceassist_contract::nextcloud::NextcloudAccount;
use voiceassist_contract::{Secret, Time};

use super::fault::Fault;
use super::ocs::read_data;
use super::pause::CredentialsMark;
use super::transport::Transport;

pub use super::transport::Patience;

/// Nextcloud's accounts, for whoever has an administrator's credentials there.
pub struct NextcloudAccounts {
    transport: Transport,
    mark: CredentialsMark,
    /// One call at a time: after a wrong password the second one is not sent any more.
    turn: Mutex<()>,
}

impl NextcloudAccounts {
    /// The accounts of the Nextcloud at `base`. `key` makes the mark by which replicas know that they use the
    /// same credentials.
    ///
    /// # Errors
    /// If the HTTP library cannot be set up.
    pub fn new(
        base: Url,
        credentials: (String, Secret),
        key: &[u8],
        patience: Patience,
    ) -> reqwest::Result<Self> {
        let mark = CredentialsMark::new(key, &base, &credentials.0, &credentials.1);
        Ok(Self { transport: Transport::new(base, credentials, patience)?, mark, turn: Mutex::new(()) })
    }

    /// The mark of the credentials.
    pub(super) fn mark(&self) -> &CredentialsMark {
        &self.mark
    }

    /// Waits until no other call of this process is under way.
    ///
    /// # Errors
    /// `busy` after `longest`.
    pub(super) async fn take_turn(&self, longest: std::time::Duration) -> Result<Turn<'_>, Fault> {
        let turn = tokio::time::timeout(longest, self.turn.lock()).await.map_err(|_| Fault::Busy)?;
        Ok(Turn { transport: &self.transport, _turn: turn })
    }
}

/// Without credentials.
impl std::fmt::Debug for NextcloudAccounts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.transport.fmt(formatter)
    }
}

/// The right to call, until it is dropped.
pub(super) struct Turn<'a> {
    transport: &'a Transport,
    _turn: MutexGuard<'a, ()>,
}

/// An account that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Its id as Nextcloud spells it.
    pub(super) id: String,
    pub(super) display_name: String,
    pub(super) email: String,
    pub(super) has_signed_in: bool,
    pub(super) wire: NextcloudAccount,
}

/// An account to be made.
pub(super) struct NewUser<'a> {
    pub(super) id: &'a str,
    pub(super) password: &'a Secret,
    pub(super) display_name: &'a str,
    pub(super) email: &'a str,
}

impl Turn<'_> {
    /// The account with this id; none if there is none.
    pub(super) async fn find(&self, id: &str) -> Result<Option<Found>, Fault> {
        let answer = self.transport.send(Method::GET, Some(id), None).await?;
        match read_data(&answer) {
            Ok(data) => read_account(&data)
                // Nextcloud compares without case.
                .filter(|found| found.id.eq_ignore_ascii_case(id))
                .map(Some)
                .ok_or(Fault::NotNextcloud),
            Err(Fault::NoSuchUser) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// Makes an account, with everything at once: edits are limited, this is not.
    pub(super) async fn create(&self, user: &NewUser<'_>) -> Result<(), Fault> {
        let body = json!({
            "userid": user.id,
            "password": user.password.expose(),
            "displayName": user.display_name,
            "email": user.email,
        });
        let answer = self.transport.send(Method::POST, None, Some(&body)).await?;
        read_data(&answer).map(|_| ()).map_err(|fault| match fault {
            // There is no account yet that could be missing.
            Fault::NoSuchUser => Fault::NotOffered,
            other => other,
        })
    }

    /// Sets one field.
    pub(super) async fn set(&self, id: &str, field: &'static str, value: &str) -> Result<(), Fault> {
        let body = json!({"key": field, "value": value});
        let answer = self.transport.send(Method::PUT, Some(id), Some(&body)).await?;
        read_data(&answer).map(|_| ())
    }
}

/// Reads an account. Members change their shapes: a quota is a number, or a word, or -3 for none; a numeric id
/// is a number in some lists; times are milliseconds and 0 is never.
fn read_account(data: &Value) -> Option<Found> {
    let id = match data.get("id")? {
        Value::String(id) => id.clone(),
        Value::Number(id) => id.to_string(),
        _ => return None,
    };
    let text = |member: &str| data.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
    let quota = |member: &str| data.get("quota").and_then(|quota| quota.get(member)).and_then(Value::as_u64);
    let last_login = data.get("lastLogin").and_then(Value::as_i64).filter(|milliseconds| *milliseconds > 0);
    Some(Found {
        id,
        display_name: text("displayname"),
        email: text("email"),
        has_signed_in: last_login.is_some(),
        wire: NextcloudAccount {
            enabled: data.get("enabled").and_then(Value::as_bool),
            quota_bytes: quota("quota"),
            used_bytes: quota("used"),
            last_login: last_login.and_then(Time::from_timestamp_millis),
        },
    })
}
