//! A page of accounts as the interface gets it, also from servers that this computer has to help.

use serde::{Deserialize, Serialize};

use crate::accounts::AccountPage;

/// A page, and how far loading has come where this computer searches and sorts itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedAccounts {
    /// The page.
    #[serde(flatten)]
    pub page: AccountPage,
    /// Absent where the server searches, sorts and counts by itself, and once everything is loaded. As long
    /// as it is there, the page, its total and its counts are of what is loaded so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loading: Option<Loading>,
}

/// How far loading has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loading {
    /// So many accounts are loaded so far.
    pub loaded: u64,
    /// So many there are, if the server says so.
    pub expected: Option<u64>,
    /// How it goes on.
    pub state: LoadingState,
}

/// Whether more will come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoadingState {
    /// More is being loaded: ask for the list again in a moment.
    UnderWay,
    /// It broke off; the next request for a first page goes on.
    BrokenOff,
    /// There are more accounts than this program loads: search to find the others, if the server can.
    TooMany,
}
