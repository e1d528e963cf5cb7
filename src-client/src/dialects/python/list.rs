//! One page of a list that is neither searched nor sorted as this program needs it.

use serde::Deserialize;
use voiceassist_contract::accounts::Account;

use super::account::AccountOnWire;
use super::read_envelope;
use crate::transport::{Answer, Call};
use crate::{Client, Error};

/// Where the accounts are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The administration panel of December 2025: newest first, with a total.
    Panel,
    /// `/api/users/`: in no order, so that pages repeat and skip accounts while rows change.
    Plain,
}

/// A page as it came.
pub(crate) struct Fetched {
    pub(crate) accounts: Vec<Account>,
    /// How many accounts there are, if the server says so.
    pub(crate) total: Option<u64>,
    /// Whether nothing comes after it.
    pub(crate) is_last: bool,
}

#[derive(Deserialize)]
struct PanelPage {
    users: Vec<AccountOnWire>,
    total: u64,
}

impl Source {
    /// Accounts to a page: the most that the panel gives; a plain list takes any number, and fewer pages have
    /// fewer seams where accounts go missing.
    pub(crate) const fn page_size(self) -> u64 {
        match self {
            Self::Panel => 100,
            Self::Plain => 500,
        }
    }

    /// The page after so many accounts; those that match, where the server searches.
    pub(crate) async fn fetch(
        self,
        client: &Client,
        offset: u64,
        search: Option<&str>,
    ) -> Result<Fetched, Error> {
        let (route, start) = match self {
            Self::Panel => ("/api/admin/panel/users", "offset"),
            Self::Plain => ("/api/users/", "skip"),
        };
        let mut query = serde_json::json!({ "limit": self.page_size(), start: offset });
        if let Some(search) = search {
            query["search"] = search.into();
        }
        let answer = client.send_signed_in(&Call::get(route).with_query(&query)?).await?;
        match self {
            Self::Panel => read_panel_page(&answer, offset),
            Self::Plain => read_plain_page(&answer, self.page_size()),
        }
    }
}

fn read_panel_page(answer: &Answer, offset: u64) -> Result<Fetched, Error> {
    let PanelPage { users, total } = read_envelope(answer)?;
    let reached = offset + users.len() as u64;
    Ok(Fetched {
        is_last: users.is_empty() || reached >= total,
        accounts: translate(users),
        total: Some(total),
    })
}

/// An envelope in December 2025, a bare array in November.
fn read_plain_page(answer: &Answer, asked: u64) -> Result<Fetched, Error> {
    let is_array = answer.body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    let users: Vec<AccountOnWire> = if is_array { answer.parse()? } else { read_envelope(answer)? };
    let length = users.len() as u64;
    // A round number below what was asked is a server that gives no more at once, and not its end.
    let is_capped = length >= asked || (length > 0 && length.is_multiple_of(50));
    Ok(Fetched { accounts: translate(users), total: None, is_last: !is_capped })
}

fn translate(users: Vec<AccountOnWire>) -> Vec<Account> {
    users.into_iter().map(AccountOnWire::into_account).collect()
}
