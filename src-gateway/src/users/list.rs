//! `GET /api/users`: a page of the accounts that a filter shows, in order.
//!
//! Pages follow a key and not a number of rows to skip: the thousandth costs what the first costs, and
//! nothing repeats or is left out because rows were added or removed meanwhile.

use axum::Json;
use axum::extract::State;
use voiceassist_contract::accounts::AccountPage;

use crate::access::Administrator;
use crate::accounts::to_account;
use crate::http::parameters::Query;
use crate::problem::Answer;
use crate::state::AppState;
use crate::users::list::cursor::Cursor;
use crate::users::list::request::ListRequest;

pub mod counts;
pub mod cursor;
pub mod filter;
pub mod request;
pub mod rows;

/// Answers a page, the number of all that match unless it is not wanted, and counts by status if wanted.
pub async fn list_accounts(
    State(state): State<AppState>,
    _: Administrator,
    Query(fields): Query,
) -> Answer<Json<AccountPage>> {
    let request = ListRequest::read(fields)?;
    let now = state.now();
    let readers = state.database.readers();
    let (total, counts) = counts::count(readers, &request, now).await?;
    let mut rows = rows::read_page(readers, &request, total, now).await?;

    let limit = usize::from(request.limit);
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let last = rows.last().filter(|_| has_more);
    let next_cursor = last.map(|row| Cursor::at(row, request.sort).encode(&request.fingerprint()));
    let items = rows.iter().map(|row| to_account(row, None)).collect();
    Ok(Json(AccountPage { items, next_cursor, total, counts }))
}
