//! How operations are spelled on the wire: one file for each kind of server, one surface for all.
//!
//! A dialect decides path, method, body, and how the answer is read. Nothing outside this folder knows
//! one from another; what a server cannot do is a [`Capabilities`] entry with its reason, and asking for
//! it all the same fails without sending anything.

mod contract;
mod december;
mod november;
pub(crate) mod python;
pub(crate) mod recognise;

use async_trait::async_trait;
use voiceassist_contract::accounts::{
    Account, AccountQuery, AccountWithPassword, CreateAccountRequest, UpdateAccountRequest,
    UpdateProfileRequest, User,
};
use voiceassist_contract::auth::{Policy, SessionList, SessionsEnded, TokenPair};
use voiceassist_contract::ipc::{
    Ability, Capabilities, DialectName, Integration, ListedAccounts, MissingReason,
};
use voiceassist_contract::{Id, Secret};

use crate::error::Hint;
use crate::{Client, Error};

/// What a change of the own password does to the session.
pub(crate) enum AfterPasswordChange {
    /// It goes on with these tokens.
    Replaced(TokenPair),
    /// It goes on with the tokens that it has.
    Unchanged,
    /// It is over, and for an hour no new one is of use.
    LockedOut,
}

/// One way of spelling the operations. What is not overridden, the server cannot do.
#[async_trait]
pub(crate) trait Dialect: Send + Sync {
    fn capabilities(&self) -> Capabilities;

    /// The refusal to ask this server for something that it cannot do.
    fn lacks(&self, ability: Ability) -> Error {
        let reason = self.capabilities().reason(ability).unwrap_or(MissingReason::NotOffered);
        Error::NotOffered { ability, reason }
    }

    /// Whether a server that speaks this dialect would never answer so.
    fn is_misfit(&self, error: &Error) -> bool {
        error.is_about_a_missing_route()
            || error.is_of_another_shape()
            || error.hint() == Some(Hint::OfThisContract)
    }

    async fn policy(&self, client: &Client) -> Result<Policy, Error>;

    async fn update_me(
        &self,
        client: &Client,
        version: i64,
        changes: &UpdateProfileRequest,
    ) -> Result<User, Error>;

    async fn change_password(
        &self,
        client: &Client,
        current: &Secret,
        new: &Secret,
    ) -> Result<AfterPasswordChange, Error>;

    async fn list(&self, client: &Client, query: &AccountQuery) -> Result<ListedAccounts, Error>;

    async fn get(&self, client: &Client, id: Id) -> Result<Account, Error>;

    async fn create(
        &self,
        client: &Client,
        account: &CreateAccountRequest,
    ) -> Result<AccountWithPassword, Error>;

    async fn update(
        &self,
        client: &Client,
        id: Id,
        version: i64,
        changes: &UpdateAccountRequest,
    ) -> Result<Account, Error>;

    async fn deactivate(&self, client: &Client, id: Id) -> Result<Account, Error>;

    async fn restore(&self, client: &Client, id: Id) -> Result<Account, Error>;

    async fn reset_password(&self, _client: &Client, _id: Id) -> Result<AccountWithPassword, Error> {
        Err(self.lacks(Ability::PasswordReset))
    }

    async fn unlock(&self, _client: &Client, _id: Id) -> Result<Account, Error> {
        Err(self.lacks(Ability::Unlock))
    }

    async fn sessions(&self, _client: &Client, _id: Id) -> Result<SessionList, Error> {
        Err(self.lacks(Ability::AccountSessions))
    }

    async fn end_sessions(
        &self,
        _client: &Client,
        _id: Id,
        _session: Option<Id>,
    ) -> Result<SessionsEnded, Error> {
        Err(self.lacks(Ability::AccountSessions))
    }

    async fn own_sessions(&self, _client: &Client) -> Result<SessionList, Error> {
        Err(self.lacks(Ability::OwnSessions))
    }

    async fn end_own_session(&self, _client: &Client, _session: Option<Id>) -> Result<SessionsEnded, Error> {
        Err(self.lacks(Ability::OwnSessions))
    }

    /// What the server is connected to; asked only in the name of an administrator.
    async fn integrations(&self, _client: &Client) -> Result<Vec<Integration>, Error> {
        Err(self.lacks(Ability::Integrations))
    }
}

/// The dialect of that name. A server that is not known yet is spoken to in this project's own.
pub(crate) fn spelling(name: Option<DialectName>) -> &'static dyn Dialect {
    match name {
        Some(DialectName::December2025) => &december::December { has_panel: true },
        Some(DialectName::December2025Plain) => &december::December { has_panel: false },
        Some(DialectName::November2025) => &november::November,
        Some(DialectName::Contract | DialectName::Unknown) | None => &contract::Contract,
    }
}

/// What can be done on that server.
pub(crate) fn capabilities(name: Option<DialectName>) -> Capabilities {
    match name {
        None | Some(DialectName::Unknown) => Capabilities::not_known_yet(),
        known => spelling(known).capabilities(),
    }
}
