//! The Python gateway of November 2025: no panel, and an account changes by words in the path.

use async_trait::async_trait;
use voiceassist_contract::accounts::{
    Account, AccountQuery, AccountWithPassword, CreateAccountRequest, UpdateAccountRequest,
    UpdateProfileRequest, User,
};
use voiceassist_contract::auth::Policy;
use voiceassist_contract::ipc::{Ability, Capabilities, DialectName, ListedAccounts, MissingReason, Step};
use voiceassist_contract::{Id, Secret};

use super::python::list::Source;
use super::python::{change, create, own};
use super::{AfterPasswordChange, Dialect};
use crate::{Client, Error, PartlyDone};

const MISSING: &[(Ability, MissingReason)] = &[
    (Ability::SearchOnServer, MissingReason::DoneHere),
    (Ability::SortOnServer, MissingReason::DoneHere),
    (Ability::TotalOnServer, MissingReason::DoneHere),
    (Ability::CreateInOneStep, MissingReason::DoneHere),
    (Ability::MustChangePassword, MissingReason::NotOffered),
    (Ability::EditName, MissingReason::NotOffered),
    (Ability::EditEmail, MissingReason::NotOffered),
    (Ability::ConflictDetection, MissingReason::NotOffered),
    (Ability::ChangeTimes, MissingReason::NotOffered),
    (Ability::OwnSessions, MissingReason::NotOffered),
    (Ability::AccountSessions, MissingReason::NotOffered),
    (Ability::EndSessionOnServer, MissingReason::NotOffered),
    (Ability::PasswordReset, MissingReason::NotOffered),
    (Ability::Unlock, MissingReason::NotOffered),
    (Ability::Audit, MissingReason::NotOffered),
    (Ability::Bulk, MissingReason::NotOffered),
    (Ability::ImportAndExport, MissingReason::NotOffered),
    (Ability::NextcloudDetails, MissingReason::NotOffered),
    (Ability::TwoStepSignIn, MissingReason::NotOffered),
    (Ability::TwoStepSetup, MissingReason::NotOffered),
    (Ability::StepUp, MissingReason::NotOffered),
    (Ability::ComponentDetails, MissingReason::NotOffered),
    (Ability::Integrations, MissingReason::NotOffered),
];

/// Routes of that gateway.
pub(super) struct November;

#[async_trait]
impl Dialect for November {
    fn capabilities(&self) -> Capabilities {
        Capabilities::all_but(DialectName::November2025, MISSING.iter().copied())
    }

    async fn policy(&self, _client: &Client) -> Result<Policy, Error> {
        Ok(own::policy(15, 7, 7))
    }

    async fn update_me(
        &self,
        client: &Client,
        _: i64,
        changes: &UpdateProfileRequest,
    ) -> Result<User, Error> {
        own::update_me(client, changes).await
    }

    async fn change_password(
        &self,
        client: &Client,
        current: &Secret,
        new: &Secret,
    ) -> Result<AfterPasswordChange, Error> {
        own::change_password(client, current, new).await?;
        Ok(AfterPasswordChange::Unchanged)
    }

    async fn list(&self, client: &Client, query: &AccountQuery) -> Result<ListedAccounts, Error> {
        client.known.directory.list(client, Source::Plain, query).await
    }

    async fn get(&self, client: &Client, id: Id) -> Result<Account, Error> {
        change::get(client, id).await
    }

    async fn create(
        &self,
        client: &Client,
        account: &CreateAccountRequest,
    ) -> Result<AccountWithPassword, Error> {
        if account.must_change_password == Some(true) {
            return Err(self.lacks(Ability::MustChangePassword));
        }
        create::create(client, Source::Plain, account).await
    }

    async fn update(
        &self,
        client: &Client,
        id: Id,
        _version: i64,
        changes: &UpdateAccountRequest,
    ) -> Result<Account, Error> {
        for (is_wanted, ability) in [
            (changes.full_name.is_some(), Ability::EditName),
            (changes.email.is_some(), Ability::EditEmail),
            (changes.must_change_password == Some(true), Ability::MustChangePassword),
        ] {
            if is_wanted {
                return Err(self.lacks(ability));
            }
        }
        if let Some(is_active) = changes.is_active {
            change::send_set_active(client, id, is_active).await?;
        }
        if let Some(role) = changes.role
            && let Err(error) = change::send_role(client, id, role).await
        {
            if changes.is_active.is_none() {
                return Err(error);
            }
            tracing::warn!(?error, "one of two changes was made");
            let account = Box::new(change::get(client, id).await?);
            return Err(Error::PartlyDone(PartlyDone { missing: Step::Role, account }));
        }
        change::get(client, id).await
    }

    async fn deactivate(&self, client: &Client, id: Id) -> Result<Account, Error> {
        change::set_active(client, id, false).await
    }

    async fn restore(&self, client: &Client, id: Id) -> Result<Account, Error> {
        change::set_active(client, id, true).await
    }
}
