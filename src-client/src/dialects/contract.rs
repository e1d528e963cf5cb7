//! This project's own gateway.

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use voiceassist_contract::accounts::{
    Account, AccountQuery, AccountWithPassword, ChangePasswordRequest, CreateAccountRequest,
    UpdateAccountRequest, UpdateProfileRequest, User,
};
use voiceassist_contract::auth::{Policy, SessionList, SessionsEnded};
use voiceassist_contract::ipc::{Ability, Capabilities, DialectName, ListedAccounts, MissingReason};
use voiceassist_contract::{Id, Secret};

use super::{AfterPasswordChange, Dialect};
use crate::error::Hint;
use crate::transport::Call;
use crate::{Client, Error};

/// What this project's gateway does not do (yet), or this program not with it.
const MISSING: [(Ability, MissingReason); 5] = [
    (Ability::TwoStepSignIn, MissingReason::NotOffered),
    (Ability::TwoStepSetup, MissingReason::NotOffered),
    (Ability::StepUp, MissingReason::NotUsedYet),
    (Ability::NextcloudDetails, MissingReason::NotUsedYet),
    (Ability::Integrations, MissingReason::NotOffered),
];

/// Routes and types as `src-contract` has them.
pub(super) struct Contract;

#[async_trait]
impl Dialect for Contract {
    fn capabilities(&self) -> Capabilities {
        Capabilities::all_but(DialectName::Contract, MISSING)
    }

    fn is_misfit(&self, error: &Error) -> bool {
        // A route that another version of this gateway lacks is refused in the gateway's own way.
        error.is_of_another_shape()
            || (error.is_about_a_missing_route() && error.hint() != Some(Hint::OfThisContract))
    }

    async fn policy(&self, client: &Client) -> Result<Policy, Error> {
        client.transport().send(&Call::get("/api/auth/policy"), None).await?.parse()
    }

    async fn update_me(
        &self,
        client: &Client,
        version: i64,
        changes: &UpdateProfileRequest,
    ) -> Result<User, Error> {
        ask(client, &Call::put("/api/users/me").with_version(version).with_body(changes)?).await
    }

    async fn change_password(
        &self,
        client: &Client,
        current: &Secret,
        new: &Secret,
    ) -> Result<AfterPasswordChange, Error> {
        let request = ChangePasswordRequest { current_password: current.clone(), new_password: new.clone() };
        let call = Call::put("/api/users/me/password").with_body(&request)?;
        ask(client, &call).await.map(AfterPasswordChange::Replaced)
    }

    async fn list(&self, client: &Client, query: &AccountQuery) -> Result<ListedAccounts, Error> {
        let page = ask(client, &Call::get("/api/users").with_query(query)?).await?;
        Ok(ListedAccounts { page, loading: None })
    }

    async fn get(&self, client: &Client, id: Id) -> Result<Account, Error> {
        ask(client, &Call::get(&format!("/api/users/{id}"))).await
    }

    async fn create(
        &self,
        client: &Client,
        account: &CreateAccountRequest,
    ) -> Result<AccountWithPassword, Error> {
        ask(client, &Call::post("/api/users").with_body(account)?).await
    }

    async fn update(
        &self,
        client: &Client,
        id: Id,
        version: i64,
        changes: &UpdateAccountRequest,
    ) -> Result<Account, Error> {
        let call = Call::put(&format!("/api/users/{id}")).with_version(version).with_body(changes)?;
        ask(client, &call).await
    }

    async fn deactivate(&self, client: &Client, id: Id) -> Result<Account, Error> {
        ask(client, &Call::delete(&format!("/api/users/{id}"))).await
    }

    async fn restore(&self, client: &Client, id: Id) -> Result<Account, Error> {
        post_empty(client, &format!("/api/users/{id}/restore")).await
    }

    async fn reset_password(&self, client: &Client, id: Id) -> Result<AccountWithPassword, Error> {
        post_empty(client, &format!("/api/users/{id}/password-reset")).await
    }

    async fn unlock(&self, client: &Client, id: Id) -> Result<Account, Error> {
        post_empty(client, &format!("/api/users/{id}/unlock")).await
    }

    async fn sessions(&self, client: &Client, id: Id) -> Result<SessionList, Error> {
        ask(client, &Call::get(&format!("/api/users/{id}/sessions"))).await
    }

    async fn end_sessions(
        &self,
        client: &Client,
        id: Id,
        session: Option<Id>,
    ) -> Result<SessionsEnded, Error> {
        ask(client, &Call::delete(&one_or_all(&format!("/api/users/{id}/sessions"), session))).await
    }

    async fn own_sessions(&self, client: &Client) -> Result<SessionList, Error> {
        ask(client, &Call::get("/api/auth/sessions")).await
    }

    async fn end_own_session(&self, client: &Client, session: Option<Id>) -> Result<SessionsEnded, Error> {
        ask(client, &Call::delete(&one_or_all("/api/auth/sessions", session))).await
    }
}

fn one_or_all(path: &str, session: Option<Id>) -> String {
    session.map_or_else(|| path.to_owned(), |session| format!("{path}/{session}"))
}

/// These routes read no body, but are asked for JSON so that every change looks the same on the way.
async fn post_empty<T: DeserializeOwned>(client: &Client, path: &str) -> Result<T, Error> {
    #[derive(Serialize)]
    struct Nothing {}
    ask(client, &Call::post(path).with_body(&Nothing {})?).await
}

async fn ask<T: DeserializeOwned>(client: &Client, call: &Call) -> Result<T, Error> {
    client.send_signed_in(call).await?.parse()
}
