//! `GET /api/users`: a page of the accounts that a filter shows, in order.
//!
//! Pages follow a key and not a number of rows to skip: the thousandth costs what the first costs, and
//! nothing repeats or is left out because rows were added or removed meanwhile.

use axum::extract::State;
use serde::Serialize;
use voiceassist_contract::accounts::{AccountPage, AccountQuery, StatusCounts};

use crate::access::Administrator;
use crate::http::json_text::JsonText;
use crate::http::parameters::Query;
use crate::openapi::problems::refusals;
use crate::problem::{Answer, ApiError};
use crate::state::AppState;
use crate::users::list::listed::ListedAccounts;
use crate::users::list::request::ListRequest;

pub mod counts;
#[cfg(test)]
mod crowd;
pub mod cursor;
pub mod filter;
pub mod flags;
pub mod letters;
pub mod listed;
mod order;
pub mod places;
#[cfg(test)]
mod plans;
pub mod request;
pub mod rows;

refusals!(Refusals: ADMINISTRATOR, QUERY);

/// Answers a page, the number of all that match unless it is not wanted, and counts by status if wanted:
/// [`voiceassist_contract::accounts::AccountPage`].
#[utoipa::path(
    get,
    path = "/api/users",
    tag = "Accounts",
    summary = "List accounts",
    description = "A page of the accounts that the filter shows. Pages follow a cursor: nothing repeats or is left out while accounts change.",
    params(AccountQuery),
    responses(
        (status = 200, description = "A page.", body = AccountPage),
        Refusals
    ),
    security(("token" = []))
)]
pub async fn list_accounts(
    State(state): State<AppState>,
    _: Administrator,
    Query(fields): Query,
) -> Answer<JsonText> {
    let request = ListRequest::read(fields)?;
    let now = state.now();
    let readers = state.database.readers();
    let tally = counts::count(readers, &request, now).await?;
    let rows: ListedAccounts = rows::read_page(readers, &request, &tally, now).await?;

    let total = tally.total.or(rows.everybody());
    let (items, next) = rows.into_items(request.sort, usize::from(request.limit))?;
    let rest = Rest {
        next_cursor: next.map(|cursor| cursor.encode(&request.fingerprint())),
        total: total.filter(|_| request.wants_total),
        counts: tally.counts,
    };
    let rest = serde_json::to_string(&rest).map_err(|error| ApiError::internal(&error))?;
    // The rest is an object with a first field, so a comma joins the two.
    let rest = rest.strip_prefix('{').unwrap_or_default();
    Ok(JsonText(format!("{{\"items\":[{items}],{rest}")))
}

/// A page without its accounts.
#[derive(Serialize)]
struct Rest {
    next_cursor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<StatusCounts>,
}
