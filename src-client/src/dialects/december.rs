//! The Python gateway of December 2025, with its administration panel or without.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use voiceassist_contract::accounts::{
    Account, AccountQuery, AccountWithPassword, CreateAccountRequest, Role, UpdateAccountRequest,
    UpdateProfileRequest, User,
};
use voiceassist_contract::auth::Policy;
use voiceassist_contract::ipc::{
    Ability, Capabilities, DialectName, Integration, ListedAccounts, MissingReason,
};
use voiceassist_contract::{Id, Secret};

use super::python::account::read_enveloped_account;
use super::python::list::Source;
use super::python::{change, create, integrations, own, read_envelope};
use super::{AfterPasswordChange, Dialect};
use crate::transport::Call;
use crate::{Client, Error};

const MISSING: &[(Ability, MissingReason)] = &[
    (Ability::SortOnServer, MissingReason::DoneHere),
    (Ability::CreateInOneStep, MissingReason::DoneHere),
    (Ability::MustChangePassword, MissingReason::NotOffered),
    (Ability::ConflictDetection, MissingReason::NotOffered),
    (Ability::ChangeTimes, MissingReason::NotOffered),
    (Ability::OwnSessions, MissingReason::NotOffered),
    (Ability::AccountSessions, MissingReason::NotOffered),
    (Ability::EndSessionOnServer, MissingReason::NotOffered),
    (Ability::StaySignedInAfterPasswordChange, MissingReason::NotOffered),
    (Ability::Unlock, MissingReason::NotOffered),
    (Ability::Audit, MissingReason::OtherForm),
    (Ability::Bulk, MissingReason::OtherForm),
    (Ability::ImportAndExport, MissingReason::NotOffered),
    (Ability::NextcloudDetails, MissingReason::NotOffered),
    (Ability::TwoStepSetup, MissingReason::OtherForm),
    (Ability::StepUp, MissingReason::NotOffered),
    (Ability::ComponentDetails, MissingReason::NotOffered),
];

const MISSING_WITHOUT_PANEL: &[(Ability, MissingReason)] = &[
    (Ability::SearchOnServer, MissingReason::DoneHere),
    (Ability::TotalOnServer, MissingReason::DoneHere),
    (Ability::EditEmail, MissingReason::NotOffered),
    (Ability::PasswordReset, MissingReason::NotOffered),
    (Ability::Audit, MissingReason::NotOffered),
    (Ability::Bulk, MissingReason::NotOffered),
];

/// Routes of that gateway.
pub(super) struct December {
    pub(super) has_panel: bool,
}

/// What a change is written like, in the panel and without it.
#[derive(Serialize)]
struct Changes<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    full_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_active: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    admin_role: Option<&'static str>,
}

impl December {
    fn source(&self) -> Source {
        if self.has_panel { Source::Panel } else { Source::Plain }
    }
}

#[async_trait]
impl Dialect for December {
    fn capabilities(&self) -> Capabilities {
        if self.has_panel {
            return Capabilities::all_but(DialectName::December2025, MISSING.iter().copied());
        }
        let missing = MISSING.iter().chain(MISSING_WITHOUT_PANEL).copied();
        Capabilities::all_but(DialectName::December2025Plain, missing)
    }

    async fn policy(&self, _client: &Client) -> Result<Policy, Error> {
        Ok(own::policy(5, 0, 1))
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
        Ok(AfterPasswordChange::LockedOut)
    }

    async fn list(&self, client: &Client, query: &AccountQuery) -> Result<ListedAccounts, Error> {
        let listed = client.known.directory.list(client, self.source(), query).await;
        match listed {
            Err(error) if self.has_panel && error.is_about_a_missing_route() => {
                client.known.learn(DialectName::December2025Plain);
                client.known.directory.list(client, Source::Plain, query).await
            }
            listed => listed,
        }
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
        create::create(client, self.source(), account).await
    }

    async fn update(
        &self,
        client: &Client,
        id: Id,
        _version: i64,
        changes: &UpdateAccountRequest,
    ) -> Result<Account, Error> {
        if changes.must_change_password == Some(true) {
            return Err(self.lacks(Ability::MustChangePassword));
        }
        if changes.email.is_some() && !self.has_panel {
            return Err(self.lacks(Ability::EditEmail));
        }
        own::check_text(changes.full_name.as_deref(), changes.email.as_deref())?;
        let body = Changes {
            full_name: changes.full_name.as_deref().map(str::trim),
            email: changes.email.as_deref().map(str::trim),
            is_active: changes.is_active,
            admin_role: changes.role.map(Role::as_str),
        };
        let call = if self.has_panel {
            Call::put(&format!("/api/admin/panel/users/{id}"))
        } else {
            Call::patch(&format!("/api/users/{id}"))
        };
        let answer = match client.send_signed_in(&call.with_body(&body)?.repeatable()).await {
            // The panel answers a taken address with an internal error.
            Err(error) if error.is_of_the_server() && body.email.is_some() => {
                return Err(own::taken_or(client, self.source(), id, &changes.email, error).await);
            }
            outcome => outcome?,
        };
        let account = read_enveloped_account(&answer)?;
        client.known.directory.note(client, &account);
        Ok(account)
    }

    async fn deactivate(&self, client: &Client, id: Id) -> Result<Account, Error> {
        change::set_active(client, id, false).await
    }

    async fn restore(&self, client: &Client, id: Id) -> Result<Account, Error> {
        change::set_active(client, id, true).await
    }

    async fn reset_password(&self, client: &Client, id: Id) -> Result<AccountWithPassword, Error> {
        #[derive(Serialize)]
        struct Request {
            method: &'static str,
            notify_user: bool,
        }
        #[derive(Deserialize)]
        struct Made {
            temporary_password: Secret,
        }
        if !self.has_panel {
            return Err(self.lacks(Ability::PasswordReset));
        }
        // Read first: once the password is made, nothing may come between it and whoever needs it.
        let account = change::get(client, id).await?;
        let call = Call::post(&format!("/api/admin/panel/users/{id}/reset-password"))
            .with_body(&Request { method: "temporary", notify_user: false })?;
        let made: Made = read_envelope(&client.send_signed_in(&call).await?)?;
        Ok(AccountWithPassword { account, temporary_password: Some(made.temporary_password) })
    }

    async fn integrations(&self, client: &Client) -> Result<Vec<Integration>, Error> {
        integrations::list_integrations(client).await
    }
}
