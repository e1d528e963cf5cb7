//! `client.users()`: the own account, and for administrators those of others.

use std::pin::Pin;

use voiceassist_contract::accounts::{
    Account, AccountQuery, AccountWithPassword, CreateAccountRequest, UpdateAccountRequest,
    UpdateProfileRequest, User,
};
use voiceassist_contract::auth::{SessionList, SessionsEnded};
use voiceassist_contract::ipc::{ListedAccounts, SessionInfo};
use voiceassist_contract::{Id, Secret};

use crate::dialects::recognise::read_own_account;
use crate::dialects::{AfterPasswordChange, Dialect, spelling};
use crate::transport::Call;
use crate::{Client, Error};

/// What a dialect's operation is until it is awaited.
type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// Operations on accounts. All of them need somebody signed in and fail with [`Error::SignedOut`] otherwise;
/// what the server cannot do fails with [`Error::NotOffered`] before anything is sent.
#[derive(Clone, Copy, Debug)]
pub struct Users<'a> {
    pub(crate) client: &'a Client,
}

impl Users<'_> {
    /// The own account, fresh from the server.
    ///
    /// # Errors
    /// Those of every operation.
    pub async fn me(&self) -> Result<User, Error> {
        let generation = self.client.session.generation();
        let answer = self.client.send_signed_in(&Call::get("/api/users/me")).await?;
        let (dialect, user) = read_own_account(&answer)?;
        self.client.known.learn(dialect);
        self.client.session.note_user(generation, &user);
        Ok(user)
    }

    /// Changes the own profile, if it is still at `version`.
    ///
    /// # Errors
    /// Problems such as `version_conflict` and `email_taken`.
    pub async fn update_me(&self, version: i64, changes: &UpdateProfileRequest) -> Result<User, Error> {
        let generation = self.client.session.generation();
        let user = self.change(|dialect| dialect.update_me(self.client, version, changes)).await?;
        self.client.session.note_user(generation, &user);
        Ok(user)
    }

    /// Changes the own password; the server ends the other sessions and gives this one new tokens.
    ///
    /// # Errors
    /// Problems such as `wrong_password` and `password_too_weak`; [`Error::LockedOut`] where the password was
    /// changed and the server ends this session too.
    pub async fn change_password(&self, current: &Secret, new: &Secret) -> Result<SessionInfo, Error> {
        let (current, new) = (current.clone(), new.clone());
        let client = self.client.clone();
        // In a task of its own: the new tokens are kept even if nobody waits for the answer any more.
        tokio::spawn(async move {
            let generation = client.session.generation();
            let users = client.users();
            let change = users.change(|dialect| dialect.change_password(&client, &current, &new));
            match change.await? {
                AfterPasswordChange::Replaced(pair) => {
                    client.session.replace_tokens(generation, pair).await?
                }
                AfterPasswordChange::Unchanged => {}
                AfterPasswordChange::LockedOut => {
                    return Err(client.session.end_after_password_change(generation).await);
                }
            }
            match users.me().await {
                Err(error @ (Error::SignedOut(_) | Error::LockedOut { .. })) => return Err(error),
                Err(error) => {
                    tracing::debug!(%error, "own account could not be read after the password change");
                    client.session.note_password_changed();
                }
                Ok(_) => {}
            }
            client.session.info().ok_or_else(Error::nobody)
        })
        .await
        .map_err(|_| Error::Internal("the password change ended early"))?
    }

    /// A page of accounts.
    ///
    /// # Errors
    /// Those of every operation.
    pub async fn list(&self, query: &AccountQuery) -> Result<ListedAccounts, Error> {
        self.read(|dialect| dialect.list(self.client, query)).await
    }

    /// One account.
    ///
    /// # Errors
    /// The problem `not_found`.
    pub async fn get(&self, id: Id) -> Result<Account, Error> {
        self.read(|dialect| dialect.get(self.client, id)).await
    }

    /// Makes an account. It is sent once; if the answer is lost, the account may be there.
    ///
    /// # Errors
    /// Problems such as `email_taken` and `invalid_input`; [`Error::PartlyDone`] where it takes two steps and
    /// only the first was done. Asking for the same again goes on there.
    pub async fn create(&self, account: &CreateAccountRequest) -> Result<AccountWithPassword, Error> {
        self.change(|dialect| dialect.create(self.client, account)).await
    }

    /// Changes an account, if it is still at `version`.
    ///
    /// # Errors
    /// Problems such as `version_conflict`, whose [`crate::ProblemAnswer::current`] is the account as it is now.
    pub async fn update(
        &self,
        id: Id,
        version: i64,
        changes: &UpdateAccountRequest,
    ) -> Result<Account, Error> {
        self.change(|dialect| dialect.update(self.client, id, version, changes)).await
    }

    /// Deactivates an account and ends its sessions.
    ///
    /// # Errors
    /// Problems such as `last_administrator` and `own_account`.
    pub async fn deactivate(&self, id: Id) -> Result<Account, Error> {
        self.change(|dialect| dialect.deactivate(self.client, id)).await
    }

    /// Brings a deactivated account back.
    ///
    /// # Errors
    /// Those of every operation.
    pub async fn restore(&self, id: Id) -> Result<Account, Error> {
        self.change(|dialect| dialect.restore(self.client, id)).await
    }

    /// Gives an account a temporary password, ends its sessions and clears its lock.
    ///
    /// # Errors
    /// Those of every operation.
    pub async fn reset_password(&self, id: Id) -> Result<AccountWithPassword, Error> {
        self.change(|dialect| dialect.reset_password(self.client, id)).await
    }

    /// Clears the delay that failed sign-ins led to.
    ///
    /// # Errors
    /// Those of every operation.
    pub async fn unlock(&self, id: Id) -> Result<Account, Error> {
        self.change(|dialect| dialect.unlock(self.client, id)).await
    }

    /// An account's sessions.
    ///
    /// # Errors
    /// Those of every operation.
    pub async fn sessions(&self, id: Id) -> Result<SessionList, Error> {
        self.read(|dialect| dialect.sessions(self.client, id)).await
    }

    /// Ends one of an account's sessions, or all.
    ///
    /// # Errors
    /// Those of every operation.
    pub async fn end_sessions(&self, id: Id, session: Option<Id>) -> Result<SessionsEnded, Error> {
        self.change(|dialect| dialect.end_sessions(self.client, id, session)).await
    }

    /// Reads in the server's dialect, and once more if the server turns out to speak another one.
    pub(crate) async fn read<'b, T>(
        &self,
        operation: impl Fn(&'static dyn Dialect) -> Pending<'b, T>,
    ) -> Result<T, Error> {
        let dialect = self.client.dialect();
        match operation(spelling(dialect)).await {
            Err(error) if self.client.learn_anew(dialect, &error).await => {
                operation(spelling(self.client.dialect())).await
            }
            outcome => outcome,
        }
    }

    /// Changes something in the server's dialect. It is never sent a second time in another one.
    pub(crate) async fn change<'b, T>(
        &self,
        operation: impl Fn(&'static dyn Dialect) -> Pending<'b, T>,
    ) -> Result<T, Error> {
        let dialect = self.client.dialect();
        match operation(spelling(dialect)).await {
            Err(error)
                if error.is_about_a_missing_route() && self.client.learn_anew(dialect, &error).await =>
            {
                Err(Error::ServerChanged)
            }
            outcome => outcome,
        }
    }
}
