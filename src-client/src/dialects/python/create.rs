//! Making an account where that takes two steps: registering, then the role. What was done only half is
//! found and gone on with, and never said to be done.

use voiceassist_contract::Secret;
use voiceassist_contract::accounts::{Account, AccountWithPassword, CreateAccountRequest, Role};
use voiceassist_contract::auth::RegisterRequest;
use voiceassist_contract::ipc::Step;

use super::account::read_account;
use super::change::{get, send_role};
use super::find::{find_by_email, is_same_address};
use super::list::Source;
use super::own::{check_password, check_text};
use super::password::make_temporary_password;
use super::unfinished::HalfMade;
use crate::transport::Call;
use crate::{Client, Error, PartlyDone};

/// Makes an account and gives it its role.
pub(crate) async fn create(
    client: &Client,
    source: Source,
    wanted: &CreateAccountRequest,
) -> Result<AccountWithPassword, Error> {
    check_text(Some(&wanted.full_name), Some(&wanted.email))?;
    if let Some(password) = &wanted.password {
        check_password("password", password)?;
    }
    // Registering needs no token, but what comes after it does.
    let generation = client.session.access().await?.generation;
    let (account, temporary_password) = match client.known.unfinished.find(generation, &wanted.email) {
        Some(half) => (get(client, half.id).await?, half.temporary_password),
        None => register(client, source, wanted).await?,
    };
    let half = HalfMade {
        id: account.user.id,
        email: account.user.email.clone(),
        temporary_password: temporary_password.clone(),
    };
    let account = match give_role(client, account, wanted.role).await {
        Ok(account) => account,
        Err(partly_done) => {
            client.known.unfinished.remember(generation, half);
            return Err(partly_done);
        }
    };
    client.known.unfinished.forget(account.user.id);
    client.known.directory.note(client, &account);
    Ok(AccountWithPassword { account, temporary_password })
}

/// Registers, and looks whether it was done where the answer leaves that open.
async fn register(
    client: &Client,
    source: Source,
    wanted: &CreateAccountRequest,
) -> Result<(Account, Option<Secret>), Error> {
    let temporary = match &wanted.password {
        Some(_) => None,
        None => Some(make_temporary_password(client.known.random.as_ref())?),
    };
    let password = wanted.password.clone().or_else(|| temporary.clone()).unwrap_or_default();
    let (email, full_name) = (wanted.email.trim().to_owned(), wanted.full_name.trim().to_owned());
    let call = Call::post("/api/auth/register").with_body(&RegisterRequest { email, password, full_name })?;
    let outcome = match client.transport().send(&call, None).await {
        Ok(answer) => read_account(&answer),
        Err(error) => Err(error),
    };
    let account = match outcome {
        Err(error) if error.leaves_it_open() => {
            tracing::warn!(?error, "a registration was not answered properly; looking whether it was done");
            look_for_it(client, source, wanted, error).await?
        }
        outcome => outcome?,
    };
    Ok((account, temporary))
}

/// The account, if the registration was done although the answer did not say so.
///
/// An address that was taken before is refused at once, so an account that bears the name asked for and has
/// never been used is the one that was just made.
async fn look_for_it(
    client: &Client,
    source: Source,
    wanted: &CreateAccountRequest,
    error: Error,
) -> Result<Account, Error> {
    match find_by_email(client, source, wanted.email.trim()).await {
        Ok(Some(account)) if is_just_made(&account, wanted) => Ok(account),
        Ok(_) => Err(error),
        Err(trouble) => {
            tracing::warn!(?trouble, "whether the account was made could not be found out");
            Err(Error::BrokenOff { may_be_done: true })
        }
    }
}

fn is_just_made(account: &Account, wanted: &CreateAccountRequest) -> bool {
    is_same_address(&account.user.email, wanted.email.trim())
        && account.user.full_name == wanted.full_name.trim()
        && account.user.last_login.is_none()
        && account.user.is_active
}

/// Gives the role, unless it is there already. A failure is looked at and tried once more before it is said.
async fn give_role(client: &Client, account: Account, role: Role) -> Result<Account, Error> {
    if account.user.role == role {
        return Ok(account);
    }
    let id = account.user.id;
    for is_last in [false, true] {
        let outcome = send_role(client, id, role).await;
        // After success too: the answer is but a sentence.
        match (get(client, id).await, outcome) {
            (Ok(now), _) if now.user.role == role => return Ok(now),
            (Ok(now), Err(error)) if is_last || !error.leaves_it_open() => {
                return Err(partly_done(now, &error));
            }
            (Err(error), Ok(())) if !is_last => tracing::warn!(?error, "the role could not be checked"),
            (Err(error), _) if is_last || matches!(error, Error::SignedOut(_)) => {
                return Err(partly_done(account, &error));
            }
            _ => {}
        }
    }
    Err(partly_done(account, &Error::Internal("the server took the role and did not keep it")))
}

fn partly_done(account: Account, error: &Error) -> Error {
    tracing::warn!(?error, "an account was made, but it did not get its role");
    Error::PartlyDone(PartlyDone { missing: Step::Role, account: Box::new(account) })
}
