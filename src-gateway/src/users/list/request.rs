//! What a list is asked for, read from the query.

use serde::Serialize;
use sha2::{Digest, Sha256};
use voiceassist_contract::Time;
use voiceassist_contract::accounts::{MOST_SEARCH_CHARACTERS, Order, Role, SortKey, StatusFilter};
use voiceassist_contract::paging::DEFAULT_LIMIT;
use voiceassist_contract::rule::Violation;
use voiceassist_contract::text::is_deceptive;

use crate::http::fields::Fields;
use crate::http::values::{parse_limit, parse_time};
use crate::problem::Answer;
use crate::users::list::cursor::Cursor;

const SEARCH_TOO_LONG: Violation = Violation::new("too_long", "Search for at most 200 characters.");
const SEARCH_NOT_ALLOWED: Violation =
    Violation::new("not_allowed", "Remove invisible or control characters.");

/// Which accounts a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Filter {
    /// Letters in name, e-mail or id.
    pub search: Option<String>,
    /// Only in this state.
    pub status: Option<StatusFilter>,
    /// Only with this role.
    pub role: Option<Role>,
    /// Only who last signed in (or was made, without any sign-in) before this.
    pub inactive_since: Option<Time>,
}

impl Filter {
    /// Reads the part of a query or body that says which accounts are wanted; what is wrong with it is kept in
    /// `fields`.
    pub fn read(fields: &mut Fields) -> Self {
        Self {
            search: fields.optional_parsed("search", parse_search).flatten(),
            status: fields.optional_choice::<Option<StatusFilter>>("status").flatten(),
            role: fields.optional_choice("role"),
            inactive_since: fields.optional_parsed("inactive_since", parse_time),
        }
    }

    /// All that the filter says beside its search.
    pub fn without_search(&self) -> Self {
        Self { search: None, ..self.clone() }
    }
}

/// What a list is asked for.
#[derive(Clone, Debug, Default)]
pub struct ListRequest {
    /// Which accounts.
    pub filter: Filter,
    /// Ordered by what.
    pub sort: SortKey,
    /// In which direction.
    pub order: Order,
    /// After which account.
    pub after: Option<Cursor>,
    /// How many at most.
    pub limit: u16,
    /// Whether to count all that match.
    pub wants_total: bool,
    /// Whether to count by status.
    pub wants_counts: bool,
}

impl ListRequest {
    /// Whether all accounts are to be counted and nothing else. That takes no time and is done beside the page.
    pub fn wants_everybody_counted(&self) -> bool {
        self.wants_total && !self.wants_counts && self.filter == Filter::default()
    }

    /// Reads the query.
    ///
    /// # Errors
    /// `invalid_input` with every parameter that is not understood.
    pub fn read(mut fields: Fields) -> Answer<Self> {
        let mut request = Self {
            limit: fields.optional_parsed("limit", parse_limit).unwrap_or(DEFAULT_LIMIT),
            wants_total: fields.optional_bool("count").unwrap_or(true),
            wants_counts: fields.optional_bool("counts").unwrap_or(false),
            ..Self::read_filter_and_order(&mut fields)
        };
        // A cursor means something only beside a filter and an order that are understood.
        let fingerprint = (!fields.is_refused()).then(|| request.fingerprint());
        let sort = request.sort;
        request.after = fields
            .optional_parsed("cursor", |text| match &fingerprint {
                Some(fingerprint) => Cursor::decode(text, fingerprint, sort).map(Some),
                None => Ok(None),
            })
            .flatten();
        fields.finish()?;
        Ok(request)
    }

    /// Reads the query of whoever takes everything, so many at a time: the filter and the order.
    ///
    /// # Errors
    /// `invalid_input` with every parameter that is not understood.
    pub fn read_all(mut fields: Fields, chunk: u16) -> Answer<Self> {
        let request = Self { limit: chunk, ..Self::read_filter_and_order(&mut fields) };
        fields.finish()?;
        Ok(request)
    }

    fn read_filter_and_order(fields: &mut Fields) -> Self {
        Self {
            filter: Filter::read(fields),
            sort: fields.optional_choice("sort").unwrap_or_default(),
            order: fields.optional_choice("order").unwrap_or_default(),
            ..Self::default()
        }
    }

    /// What ties a cursor to its list: the same filter and order give the same text.
    pub fn fingerprint(&self) -> String {
        // Plain data under fixed names always serialises; an empty text would still be one fingerprint.
        let described = serde_json::to_vec(&(&self.filter, self.sort, self.order)).unwrap_or_default();
        hex::encode(&Sha256::digest(&described)[..8])
    }
}

fn parse_search(typed: &str) -> Result<Option<String>, Violation> {
    let trimmed = typed.trim();
    if trimmed.chars().count() > MOST_SEARCH_CHARACTERS {
        return Err(SEARCH_TOO_LONG);
    }
    if trimmed.chars().any(is_deceptive) {
        return Err(SEARCH_NOT_ALLOWED);
    }
    Ok(Some(trimmed.to_owned()).filter(|search| !search.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Answer<ListRequest> {
        ListRequest::read(Fields::of_query(Some(query)))
    }

    #[test]
    fn a_query_without_parameters_asks_for_the_first_fifty_by_name_and_their_number() {
        let request = read("").expect("nothing is required");
        assert_eq!((request.limit, request.wants_total, request.wants_counts), (50, true, false));
        assert_eq!((request.sort, request.order), (SortKey::FullName, Order::Asc));
    }

    #[test]
    fn a_blank_search_is_none_and_any_other_is_trimmed() {
        assert_eq!(read("search=+%09+").expect("reads").filter.search, None);
        assert_eq!(read("search=+Ana+R+").expect("reads").filter.search.as_deref(), Some("Ana R"));
        assert!(read(&format!("search={}", "%C3%A9".repeat(200))).is_ok());
        assert!(read(&format!("search={}", "%C3%A9".repeat(201))).is_err());
    }

    #[test]
    fn lists_with_another_filter_or_order_have_another_fingerprint_and_others_the_same() {
        let of = |query: &str| read(query).expect("reads").fingerprint();
        for query in ["search=a", "status=active", "role=user", "sort=email", "order=desc"] {
            assert_ne!(of(query), of(""), "{query}");
        }
        assert_eq!(of("search=a&limit=2&count=false"), of("search=+a"));
        assert_eq!(
            of("inactive_since=2026-01-01T00:00:00Z"),
            of("inactive_since=2026-01-01T01:00:00%2B01:00")
        );
    }
}
