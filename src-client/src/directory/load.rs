//! Loads all accounts, page by page, until none is missing: a list without order repeats some and skips others.

use super::keep::{Ended, Run};
use crate::dialects::python::list::Source;
use crate::{Client, Error};

/// The most accounts that are loaded.
const MOST_ACCOUNTS: u64 = 20_000;
/// Passes over a list until nothing is missing any more.
const MOST_PASSES: u32 = 3;

/// Loads everything, as long as the run is the current one.
pub(super) async fn load_all(client: &Client, source: Source, run: Run) -> Result<Ended, Error> {
    let mut seen_before = 0;
    for pass in 1..=MOST_PASSES {
        let Some(seen) = load_once(client, source, run).await? else { return Ok(Ended::Left) };
        if seen.accounts >= MOST_ACCOUNTS {
            return Ok(Ended::TooMany);
        }
        let is_short = seen.expected.is_some_and(|expected| seen.accounts < expected);
        // Where accounts came twice, others did not come at all; a pass that finds nobody new has found them.
        let may_miss_some = is_short || (seen.repeats > 0 && seen.accounts > seen_before);
        if !may_miss_some {
            break;
        }
        tracing::debug!(pass, repeats = seen.repeats, "the list moved while it was read; reading it again");
        seen_before = seen.accounts;
    }
    Ok(Ended::Complete)
}

struct Seen {
    /// Different accounts in this run so far.
    accounts: u64,
    /// Accounts that came more than once within this pass.
    repeats: u64,
    expected: Option<u64>,
}

/// One pass from the beginning to the end. `None` if the run is void.
async fn load_once(client: &Client, source: Source, run: Run) -> Result<Option<Seen>, Error> {
    let directory = &client.known.directory;
    let mut in_this_pass = std::collections::HashSet::new();
    let mut seen = Seen { accounts: 0, repeats: 0, expected: None };
    let mut offset = 0;
    while offset < MOST_ACCOUNTS {
        let page = source.fetch(client, offset, None).await?;
        let length = page.accounts.len() as u64;
        seen.repeats +=
            page.accounts.iter().filter(|account| !in_this_pass.insert(account.user.id)).count() as u64;
        seen.expected = page.total;
        {
            let mut shelf = directory.shelf();
            if !shelf.is_current(run) {
                return Ok(None);
            }
            seen.accounts = shelf.take_page(page.accounts, page.total);
        }
        directory.moved.send_modify(|count| *count += 1);
        if page.is_last || length == 0 {
            break;
        }
        offset += length;
    }
    Ok(Some(seen))
}
