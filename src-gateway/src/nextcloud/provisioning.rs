//! The middle of an attempt: what is asked of Nextcloud, in which order, and what its answers mean together.
//! Nothing in the database is held meanwhile.
//!
//! The account that the gateway makes for somebody has the id of the account here. Addresses change hands and
//! may be typed by anybody; by an address somebody could come to read the files of whoever had it before.

use std::time::Duration;

use voiceassist_contract::Secret;

use super::accounts::{Found, NewUser, Turn};
use super::calls::{begin_calls, end_calls};
use super::claims::Claim;
use super::fault::Fault;
use crate::passwords::temporary::make_temporary_password;
use crate::random::{Random, number_below};
use crate::state::AppState;

/// The longest that the whole may take: two sign-ins that Nextcloud delays as far as it does, and the rest.
/// Shorter than a claim lasts.
const WORK_TIMEOUT: Duration = Duration::from_secs(110);

/// How long an attempt waits for the others of this process.
const TURN_TIMEOUT: Duration = Duration::from_secs(20);

/// What an attempt has come to.
#[derive(Debug)]
pub(super) struct Linked {
    /// The account in Nextcloud.
    pub(super) found: Found,
    /// Whether it was made just now.
    pub(super) is_new: bool,
    /// Its new password, if it has one.
    pub(super) password: Option<Secret>,
    /// Its fields that were put right.
    pub(super) repaired: Vec<&'static str>,
}

/// Links the account in Nextcloud.
///
/// # Errors
/// Why it is not linked. It may have been made all the same; the next attempt finds it.
pub(super) async fn link(state: &AppState, claim: &Claim) -> Result<Linked, Fault> {
    let accounts = state.neighbours.nextcloud_accounts.as_ref().ok_or(Fault::Unreachable)?;
    let work = async {
        let turn = begin_calls(state, accounts, TURN_TIMEOUT).await?;
        let linked = match &claim.wanted_id {
            Some(wanted) => link_existing(&turn, wanted).await,
            None => link_own(state.random(), &turn, claim).await,
        };
        end_calls(state, accounts, turn, linked.as_ref().err().copied()).await;
        linked
    };
    tokio::time::timeout(WORK_TIMEOUT, work).await.unwrap_or(Err(Fault::Unreachable))
}

/// Links an account that an administrator named. It is left as it is.
async fn link_existing(turn: &Turn<'_>, wanted: &str) -> Result<Linked, Fault> {
    let found = turn.find(wanted).await?.ok_or(Fault::NoSuchUser)?;
    Ok(Linked { found, is_new: false, password: None, repaired: Vec::new() })
}

/// Links the account that has the id of the account here; makes it if it is not there.
async fn link_own(random: &dyn Random, turn: &Turn<'_>, claim: &Claim) -> Result<Linked, Fault> {
    let id = claim.user.id.to_string();
    if let Some(found) = turn.find(&id).await? {
        return repair(random, turn, claim, found).await;
    }
    let password = make_password(random);
    let (display_name, email) = (claim.user.full_name.as_str(), claim.user.email.as_str());
    match turn.create(&NewUser { id: &id, password: &password, display_name, email }).await {
        Ok(()) => {
            let found = turn.find(&id).await?.ok_or(Fault::NotNextcloud)?;
            Ok(Linked { found, is_new: true, password: Some(password), repaired: Vec::new() })
        }
        Err(fault) if fault.is_before_the_work() => Err(fault),
        // A crash, a time-out, "exists already" and several refusals may come after it was made.
        Err(fault) => match turn.find(&id).await {
            Ok(Some(found)) => repair(random, turn, claim, found).await,
            Ok(None) => Err(fault),
            Err(other) => Err(other),
        },
    }
}

/// Puts right what an earlier attempt may have left half done, and nothing else: every edit counts towards
/// Nextcloud's limit.
async fn repair(random: &dyn Random, turn: &Turn<'_>, claim: &Claim, found: Found) -> Result<Linked, Fault> {
    let mut repaired = Vec::new();
    for (field, there, wanted) in [
        ("displayname", &found.display_name, &claim.user.full_name),
        ("email", &found.email, &claim.user.email),
    ] {
        if !wanted.eq_ignore_ascii_case(there) {
            match turn.set(&found.id, field, wanted).await {
                Ok(()) => repaired.push(field),
                // A name or an address that Nextcloud does not like keeps nobody from working.
                Err(Fault::Refused) => tracing::warn!(field, "Nextcloud refused a change"),
                Err(fault) => return Err(fault),
            }
        }
    }
    // Nobody was ever told the password of an account that was made and never reported.
    let password = (!claim.is_linked && !found.has_signed_in).then(|| make_password(random));
    if let Some(password) = &password {
        turn.set(&found.id, "password", password.expose()).await.map_err(|fault| match fault {
            Fault::Refused => Fault::PasswordRefused,
            other => other,
        })?;
        repaired.push("password");
    }
    Ok(Linked { found, is_new: false, password, repaired })
}

/// A password with something of every kind that Nextcloud's policy can ask for.
fn make_password(random: &dyn Random) -> Secret {
    const LARGE: &[u8] = b"ABCDEFGHJKMNPQRSTWXYZ";
    let large = LARGE[number_below(random, 21) as usize] as char;
    let digit = 2 + number_below(random, 8);
    Secret::new(format!("{}-{large}{digit}", make_temporary_password(random).expose()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandom;

    #[test]
    fn a_password_has_small_and_large_letters_digits_and_others() {
        let random = SeededRandom::new(5);
        for _ in 0..50 {
            let made = make_password(&random);
            let password = made.expose();
            assert_eq!(password.len(), 22);
            assert!(password.chars().any(|character| character.is_ascii_uppercase()));
            assert!(password.chars().any(|character| character.is_ascii_lowercase()));
            assert!(password.chars().any(|character| character.is_ascii_digit()));
            assert!(password.contains('-'));
        }
    }
}
