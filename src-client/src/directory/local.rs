//! Searching, sorting, counting and paging of loaded accounts, as this project's gateway does it.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::{Deserialize, Serialize};
use voiceassist_contract::accounts::{
    Account, AccountPage, AccountQuery, Order, Role, SortKey, StatusCounts, StatusFilter,
};
use voiceassist_contract::email::comparison_key;
use voiceassist_contract::problem::FieldError;
use voiceassist_contract::{Id, Time};

use crate::Error;

const DEFAULT_LIMIT: u16 = 50;
const MOST_LIMIT: u16 = 200;

/// What a list is asked for, checked.
pub(super) struct LocalQuery<'a> {
    query: &'a AccountQuery,
    /// The search in both foldings, for names and for addresses.
    search: Option<[String; 2]>,
    after: Option<Place>,
    limit: usize,
}

/// What an account is sorted by; the id breaks ties.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
enum Position {
    Text(String),
    Number(i64),
}

/// Where a page ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Place(Position, Id);

impl<'a> LocalQuery<'a> {
    /// Checks a query.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] with `limit` or `cursor`.
    pub(super) fn read(query: &'a AccountQuery) -> Result<Self, Error> {
        let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MOST_LIMIT).contains(&limit) {
            return Err(refused("limit", "out_of_range", "Give a number from 1 to 200."));
        }
        let search = query.search.as_deref().map(str::trim).filter(|search| !search.is_empty());
        let mut read = Self {
            query,
            search: search.map(|search| [search.to_lowercase(), comparison_key(search)]),
            after: None,
            limit: usize::from(limit),
        };
        read.after = query.cursor.as_deref().map(|cursor| read.decode(cursor)).transpose()?;
        Ok(read)
    }

    /// The page of these accounts at `now`.
    pub(super) fn answer(&self, accounts: &HashMap<Id, Account>, now: Time) -> AccountPage {
        let found: Vec<&Account> = accounts.values().filter(|account| self.is_found(account)).collect();
        let counts = (self.query.counts == Some(true)).then(|| count(&found, now));
        let mut matching: Vec<(Place, &Account)> = found
            .into_iter()
            .filter(|account| self.is_shown(account, now))
            .map(|account| (place_of(account, self.query.sort), account))
            .collect();
        let total = (self.query.count != Some(false)).then_some(matching.len() as u64);
        if let Some(after) = &self.after {
            matching.retain(|(place, _)| self.compare(place, after) == Ordering::Greater);
        }
        matching.sort_unstable_by(|(one, _), (other, _)| self.compare(one, other));
        let last = (matching.len() > self.limit).then(|| self.encode(&matching[self.limit - 1].0));
        let items = matching.into_iter().take(self.limit).map(|(_, account)| account.clone()).collect();
        AccountPage { items, next_cursor: last, total, counts }
    }

    fn is_found(&self, account: &Account) -> bool {
        let Some(search) = &self.search else { return true };
        let user = &account.user;
        let key = format!("{}\n{}\n{}", user.full_name.to_lowercase(), comparison_key(&user.email), user.id);
        search.iter().any(|letters| key.contains(letters.as_str()))
    }

    fn is_shown(&self, account: &Account, now: Time) -> bool {
        let user = &account.user;
        self.query.status.is_none_or(|status| has_status(account, status, now))
            && self.query.role.is_none_or(|role| user.role == role)
            && self
                .query
                .inactive_since
                .is_none_or(|since| user.last_login.unwrap_or(user.created_at) < since)
    }

    fn compare(&self, one: &Place, other: &Place) -> Ordering {
        // Active accounts come before inactive ones, so there it is the other direction, for the ids too.
        let is_reversed = self.query.sort == SortKey::Status;
        if (self.query.order == Order::Desc) == is_reversed { one.cmp(other) } else { other.cmp(one) }
    }

    /// What ties a cursor to its list: the same filter and order give the same number.
    fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        let AccountQuery { status, role, inactive_since, sort, order, .. } = self.query;
        (&self.search, status, role, inactive_since, sort, order).hash(&mut hasher);
        hasher.finish()
    }

    fn encode(&self, place: &Place) -> String {
        // Plain data always serialises; an empty cursor would be refused when it comes back.
        serde_json::to_string(&(self.fingerprint(), place)).unwrap_or_default()
    }

    fn decode(&self, cursor: &str) -> Result<Place, Error> {
        let not_a_cursor = || refused("cursor", "not_a_cursor", "Start again at the first page.");
        let (made_for, place): (u64, Place) = serde_json::from_str(cursor).map_err(|_| not_a_cursor())?;
        if made_for != self.fingerprint() {
            return Err(refused("cursor", "other_list", "Start again at the first page."));
        }
        Ok(place)
    }
}

fn place_of(account: &Account, sort: SortKey) -> Place {
    let user = &account.user;
    let position = match sort {
        SortKey::FullName => Position::Text(user.full_name.to_lowercase()),
        SortKey::Email => Position::Text(comparison_key(&user.email)),
        SortKey::Role => Position::Text(user.role.as_str().to_owned()),
        SortKey::Status => Position::Number(i64::from(user.is_active)),
        SortKey::LastLogin => Position::Number(user.last_login.map_or(0, |at| at.timestamp_millis())),
        SortKey::CreatedAt => Position::Number(user.created_at.timestamp_millis()),
    };
    Place(position, user.id)
}

fn has_status(account: &Account, status: StatusFilter, now: Time) -> bool {
    let user = &account.user;
    match status {
        StatusFilter::Active => user.is_active,
        StatusFilter::Inactive => !user.is_active,
        StatusFilter::Locked => account.is_locked(now),
        StatusFilter::NeverSignedIn => user.is_active && user.last_login.is_none(),
        StatusFilter::MustChangePassword => user.must_change_password,
    }
}

fn count(found: &[&Account], now: Time) -> StatusCounts {
    let with = |status| found.iter().filter(|account| has_status(account, status, now)).count() as u64;
    StatusCounts {
        all: found.len() as u64,
        active: with(StatusFilter::Active),
        inactive: with(StatusFilter::Inactive),
        administrators: found.iter().filter(|account| account.user.role == Role::Admin).count() as u64,
        locked: with(StatusFilter::Locked),
        never_signed_in: with(StatusFilter::NeverSignedIn),
        must_change_password: with(StatusFilter::MustChangePassword),
    }
}

fn refused(field: &str, code: &str, message: &str) -> Error {
    Error::InvalidInput {
        fields: vec![FieldError { field: field.into(), code: code.into(), message: message.into() }],
    }
}

#[cfg(test)]
mod tests;
