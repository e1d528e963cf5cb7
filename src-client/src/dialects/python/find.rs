//! Finds an account by its e-mail address, where the server has no request for that.

use voiceassist_contract::accounts::Account;
use voiceassist_contract::ipc::DialectName;

use super::list::Source;
use crate::{Client, Error};

/// Passes over a list without order, in which a moving account may be skipped.
const MOST_PASSES: u32 = 2;
/// The most pages that are looked through.
const MOST_PAGES: u32 = 50;

/// The account with exactly this address, if there is one.
pub(super) async fn find_by_email(
    client: &Client,
    source: Source,
    email: &str,
) -> Result<Option<Account>, Error> {
    let mut source = source;
    if source == Source::Panel {
        match source.fetch(client, 0, Some(email)).await {
            Err(error) if error.is_about_a_missing_route() => {
                client.known.learn(DialectName::December2025Plain);
                source = Source::Plain;
            }
            found => return Ok(pick(found?.accounts, email)),
        }
    }
    for _ in 0..MOST_PASSES {
        let mut offset = 0;
        for _ in 0..MOST_PAGES {
            let page = source.fetch(client, offset, None).await?;
            let length = page.accounts.len() as u64;
            if let Some(account) = pick(page.accounts, email) {
                return Ok(Some(account));
            }
            if page.is_last || length == 0 {
                break;
            }
            offset += length;
        }
    }
    Ok(None)
}

fn pick(accounts: Vec<Account>, email: &str) -> Option<Account> {
    accounts.into_iter().find(|account| is_same_address(&account.user.email, email))
}

/// Whether these servers take two addresses for one: the part before the @ counts with its case, the domain
/// without.
pub(super) fn is_same_address(one: &str, other: &str) -> bool {
    match (one.rsplit_once('@'), other.rsplit_once('@')) {
        (Some((local, domain)), Some((other_local, other_domain))) => {
            local == other_local && domain.eq_ignore_ascii_case(other_domain)
        }
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_counts_before_the_at_sign_and_not_behind_it() {
        assert!(is_same_address("Ana@Clinic.example", "Ana@clinic.EXAMPLE"));
        assert!(!is_same_address("Ana@clinic.example", "ana@clinic.example"));
    }
}
