//! Changes of one account that all Python gateways spell alike.

use voiceassist_contract::Id;
use voiceassist_contract::accounts::{Account, Role};

use super::account::read_account;
use crate::transport::Call;
use crate::{Client, Error};

/// One account.
pub(crate) async fn get(client: &Client, id: Id) -> Result<Account, Error> {
    let account = read_account(&client.send_signed_in(&Call::get(&format!("/api/users/{id}"))).await?)?;
    client.known.directory.note(client, &account);
    Ok(account)
}

/// Activates or deactivates, and reads the account again, because the answer is but a sentence.
pub(crate) async fn set_active(client: &Client, id: Id, is_active: bool) -> Result<Account, Error> {
    send_set_active(client, id, is_active).await?;
    get(client, id).await
}

pub(crate) async fn send_set_active(client: &Client, id: Id, is_active: bool) -> Result<(), Error> {
    let word = if is_active { "activate" } else { "deactivate" };
    put_word(client, id, word).await
}

/// Makes an administrator, or takes that away.
pub(crate) async fn send_role(client: &Client, id: Id, role: Role) -> Result<(), Error> {
    let word = match role {
        Role::Admin => "promote-admin",
        Role::User => "revoke-admin",
    };
    put_word(client, id, word).await
}

/// Twice is the same as once.
async fn put_word(client: &Client, id: Id, word: &str) -> Result<(), Error> {
    let call = Call::put(&format!("/api/users/{id}/{word}")).repeatable();
    client.send_signed_in(&call).await.map(drop)
}
