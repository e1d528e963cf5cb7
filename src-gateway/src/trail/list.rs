//! `GET /api/audit`: a page of events, newest first.

use axum::Json;
use axum::extract::State;
use voiceassist_contract::audit::AuditPage;
use voiceassist_contract::audit::AuditQuery;

use crate::access::Administrator;
use crate::http::parameters::Query;
use crate::openapi::problems::refusals;
use crate::problem::Answer;
use crate::state::AppState;
use crate::trail::cursor::Cursor;
use crate::trail::request::PageRequest;
use crate::trail::rows::{count_events, read_events};
use crate::trail::wire::to_events;

refusals!(Refusals: ADMINISTRATOR, QUERY);

/// Answers a page, and how many match unless that is not wanted.
#[utoipa::path(
    get,
    path = "/api/audit",
    tag = "Audit trail",
    summary = "List events",
    description = "A page of the events that the filter shows, newest first.",
    params(AuditQuery),
    responses(
        (status = 200, description = "A page.", body = AuditPage),
        Refusals
    ),
    security(("token" = []))
)]
pub async fn list_events(
    State(state): State<AppState>,
    _: Administrator,
    Query(fields): Query,
) -> Answer<Json<AuditPage>> {
    let PageRequest { filter, after, limit, wants_total } = PageRequest::read(fields)?;
    let readers = state.database.readers();
    let total = if wants_total { count_events(readers, &filter).await? } else { None };
    let mut rows = read_events(readers, &filter, after, u64::from(limit) + 1).await?;

    let has_more = rows.len() > usize::from(limit);
    rows.truncate(usize::from(limit));
    let last = rows.last().filter(|_| has_more);
    let next_cursor = last.map(|row| Cursor::after(row).encode(&filter));
    let items = to_events(readers, rows).await?;
    Ok(Json(AuditPage { items, next_cursor, total }))
}
