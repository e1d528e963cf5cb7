//! `client.users()`: the own account, and for administrators those of others.

use serde::Serialize;
use serde::de::DeserializeOwned;
use voiceassist_contract::accounts::{
    Account, AccountPage, AccountQuery, AccountWithPassword, ChangePasswordRequest, CreateAccountRequest,
    UpdateAccountRequest, UpdateProfileRequest, User,
};
use voiceassist_contract::auth::{SessionList, SessionsEnded};
use voiceassist_contract::ipc::SessionInfo;
use voiceassist_contract::{Id, Secret};

use crate::transport::Call;
use crate::{Client, Error};

/// Operations on accounts. All of them need somebody signed in and fail with [`Error::SignedOut`] otherwise.
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
        let user: User = self.ask(&Call::get("/api/users/me")).await?;
        self.client.session.note_user(generation, &user);
        Ok(user)
    }

    /// Changes the own profile, if it is still at `version`.
    ///
    /// # Errors
    /// Problems such as `version_conflict` and `email_taken`.
    pub async fn update_me(&self, version: i64, changes: &UpdateProfileRequest) -> Result<User, Error> {
        let generation = self.client.session.generation();
        let user: User =
            self.ask(&Call::put("/api/users/me").with_version(version).with_body(changes)?).await?;
        self.client.session.note_user(generation, &user);
        Ok(user)
    }

    /// Changes the own password; the server ends the other sessions and gives this one new tokens.
    ///
    /// # Errors
    /// Problems such as `wrong_password` and `password_too_weak`.
    pub async fn change_password(&self, current: &Secret, new: &Secret) -> Result<SessionInfo, Error> {
        let request = ChangePasswordRequest { current_password: current.clone(), new_password: new.clone() };
        let call = Call::put("/api/users/me/password").with_body(&request)?;
        let client = self.client.clone();
        // In a task of its own: the new tokens are kept even if nobody waits for the answer any more.
        tokio::spawn(async move {
            let generation = client.session.generation();
            let pair = client.send_signed_in(&call).await?.parse()?;
            client.session.replace_tokens(generation, pair).await?;
            if let Err(error) = client.users().me().await {
                tracing::debug!(%error, "own account could not be read after the password change");
                client.session.note_password_changed();
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
    pub async fn list(&self, query: &AccountQuery) -> Result<AccountPage, Error> {
        self.ask(&Call::get("/api/users").with_query(query)?).await
    }

    /// One account.
    ///
    /// # Errors
    /// The problem `not_found`.
    pub async fn get(&self, id: Id) -> Result<Account, Error> {
        self.ask(&Call::get(&format!("/api/users/{id}"))).await
    }

    /// Makes an account. It is sent once; if the answer is lost, the account may be there.
    ///
    /// # Errors
    /// Problems such as `email_taken` and `invalid_input`.
    pub async fn create(&self, account: &CreateAccountRequest) -> Result<AccountWithPassword, Error> {
        self.ask(&Call::post("/api/users").with_body(account)?).await
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
        self.ask(&Call::put(&format!("/api/users/{id}")).with_version(version).with_body(changes)?).await
    }

    /// Deactivates an account and ends its sessions.
    ///
    /// # Errors
    /// Problems such as `last_administrator` and `own_account`.
    pub async fn deactivate(&self, id: Id) -> Result<Account, Error> {
        self.ask(&Call::delete(&format!("/api/users/{id}"))).await
    }

    /// Brings a deactivated account back.
    ///
    /// # Errors
    /// Those of every operation.
    pub async fn restore(&self, id: Id) -> Result<Account, Error> {
        self.post_empty(&format!("/api/users/{id}/restore")).await
    }

    /// Gives an account a temporary password, ends its sessions and clears its lock.
    ///
    /// # Errors
    /// Those of every operation.
    pub async fn reset_password(&self, id: Id) -> Result<AccountWithPassword, Error> {
        self.post_empty(&format!("/api/users/{id}/password-reset")).await
    }

    /// Clears the delay that failed sign-ins led to.
    ///
    /// # Errors
    /// Those of every operation.
    pub async fn unlock(&self, id: Id) -> Result<Account, Error> {
        self.post_empty(&format!("/api/users/{id}/unlock")).await
    }

    /// An account's sessions.
    ///
    /// # Errors
    /// Those of every operation.
    pub async fn sessions(&self, id: Id) -> Result<SessionList, Error> {
        self.ask(&Call::get(&format!("/api/users/{id}/sessions"))).await
    }

    /// Ends one of an account's sessions, or all.
    ///
    /// # Errors
    /// Those of every operation.
    pub async fn end_sessions(&self, id: Id, session: Option<Id>) -> Result<SessionsEnded, Error> {
        let path = match session {
            Some(session) => format!("/api/users/{id}/sessions/{session}"),
            None => format!("/api/users/{id}/sessions"),
        };
        self.ask(&Call::delete(&path)).await
    }

    /// These routes read no body, but are asked for JSON so that every change looks the same on the way.
    async fn post_empty<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        #[derive(Serialize)]
        struct Nothing {}
        self.ask(&Call::post(path).with_body(&Nothing {})?).await
    }

    async fn ask<T: DeserializeOwned>(&self, call: &Call) -> Result<T, Error> {
        self.client.send_signed_in(call).await?.parse()
    }
}
